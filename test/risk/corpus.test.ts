import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Tier, tiers } from '../../src/protocol/assessment.ts';
import { assessCommand } from '../../src/risk/assess.ts';
import { programs } from '../../src/risk/shell/programs/table.ts';
import { corpusFacts } from './corpusFacts.ts';
import { parseBash } from './shell/support.ts';

const Tiers = z.enum(tiers);
const Everyday = z.array(
  z.object({
    command: z.string(),
    expect: z.union([Tiers, z.array(Tiers)]),
    asks: z.boolean(),
    note: z.string().optional(),
  }),
);
const Dangerous = z.array(z.object({ command: z.string(), why: z.string(), category: z.string(), atLeast: Tiers }));

const folder = resolve(import.meta.dirname, '../corpus');

function load<T>(name: string, schema: z.ZodType<T[]>): (T & { file: string })[] {
  return readdirSync(join(folder, name))
    .filter(file => file.endsWith('.yaml'))
    .flatMap(file =>
      schema.parse(parse(readFileSync(join(folder, name, file), 'utf8'))).map(row => ({ ...row, file })),
    );
}

export function tierOf(command: string): Tier {
  return assessCommand({ parse: parseBash, table: programs }, { command, cwd: '/work/app' }, corpusFacts).assessment
    .tier;
}

const asks = (tier: Tier): boolean => tiers.indexOf(tier) >= tiers.indexOf('high');
const shown = (rows: { command: string; file: string }[]): string =>
  rows
    .slice(0, 40)
    .map(row => `${row.file}: ${JSON.stringify(row.command).slice(0, 160)}`)
    .join('\n');

describe('the corpus of dangerous commands', () => {
  const rows = load('dangerous', Dangerous).map(row => ({ ...row, tier: tierOf(row.command) }));

  it('is large', () => {
    assert.ok(rows.length >= 600, `${rows.length}`);
  });

  it('has none that is low', () => {
    const low = rows.filter(row => row.tier === 'low');
    assert.equal(low.length, 0, shown(low));
  });

  it('has almost none below what it should be at least', () => {
    const below = rows.filter(row => tiers.indexOf(row.tier) < tiers.indexOf(row.atLeast));
    assert.ok(below.length <= rows.length * 0.05, `${below.length} of ${rows.length}\n${shown(below)}`);
  });
});

describe('the corpus of everyday commands', () => {
  const rows = load('everyday', Everyday).map(row => ({ ...row, tier: tierOf(row.command) }));
  const quiet = rows.filter(row => !row.asks);

  it('is large', () => {
    assert.ok(rows.length >= 400, `${rows.length}`);
  });

  it('asks a person for at most 1 % of those that should not ask', () => {
    const noisy = quiet.filter(row => asks(row.tier));
    assert.ok(noisy.length <= quiet.length * 0.01, `${noisy.length} of ${quiet.length}\n${shown(noisy)}`);
  });

  it('calls at least 85 % of those low', () => {
    const notLow = quiet.filter(row => row.tier !== 'low');
    assert.ok(notLow.length <= quiet.length * 0.15, `${notLow.length} of ${quiet.length}\n${shown(notLow)}`);
  });

  it('asks where asking is right', () => {
    const missed = rows.filter(row => {
      const expected = Array.isArray(row.expect) ? row.expect : [row.expect];
      return row.asks && tiers.indexOf(row.tier) < Math.min(...expected.map(tier => tiers.indexOf(tier)));
    });
    assert.ok(missed.length <= rows.filter(row => row.asks).length * 0.05, `${missed.length}\n${shown(missed)}`);
  });
});
