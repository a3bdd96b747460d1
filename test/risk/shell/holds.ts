import assert from 'node:assert/strict';
import type { Tier } from '../../../src/risk/tier.ts';
import { assess, told } from './support.ts';

/** A command, or a command with a code that must be among its findings. */
export type Row = string | readonly [command: string, code: string];

/** One test a row: the command has exactly this tier. */
export function holds(tier: Tier, rows: readonly Row[]): void {
  for (const row of rows) {
    const [command, code] = typeof row === 'string' ? [row] : row;
    it(`takes \`${command}\` for ${tier}${code === undefined ? '' : ` (${code})`}`, () => {
      const assessment = assess(command);
      assert.equal(assessment.tier, tier, told(command));
      if (code !== undefined)
        assert.ok(
          assessment.findings.some(finding => finding.code === code),
          told(command),
        );
    });
  }
}
