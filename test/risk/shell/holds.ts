import assert from 'node:assert/strict';
import type { Tier } from '../../../src/risk/tier.ts';
import { assess, told, type World } from './support.ts';

/** A command, or a command with a code that must be among its findings. */
export type Row = string | readonly [command: string, code: string];

/** A command, the tier that it has, and a code that must be among its findings where the reason matters. */
export type Judgment = readonly [command: string, tier: string, code?: string];

/** One test a row: the command has exactly this tier. */
export function holds(tier: Tier, rows: readonly Row[]): void {
  for (const row of rows) {
    const [command, code] = typeof row === 'string' ? [row] : row;
    it(`takes \`${command}\` for ${tier}${code === undefined ? '' : ` (${code})`}`, () => judge(command, tier, code));
  }
}

/** The same where each row has a tier of its own. */
export function areJudged(rows: readonly Judgment[], world: World = {}): void {
  for (const [command, tier, code] of rows)
    it(`${command} is ${tier}${code === undefined ? '' : ` for ${code}`}`, () => judge(command, tier, code, world));
}

function judge(command: string, tier: string, code?: string, world: World = {}): void {
  const { tier: found, findings } = assess(command, world);
  assert.equal(found, tier, told(command, world));
  if (code !== undefined)
    assert.ok(
      findings.some(finding => finding.code === code),
      told(command, world),
    );
}
