import assert from 'node:assert/strict';
import { plain } from './gateTable/plain.ts';
import { caseOf, type Row } from './gateTable/rows.ts';
import { ruled } from './gateTable/ruled.ts';
import { sandboxed } from './gateTable/sandboxed.ts';
import { type Case, type GateWorld, openGateWorld } from './gateTable/world.ts';

const tables = [...plain, ...ruled, ...sandboxed];

describe('the gate, by policy, mode, effect and answer', function () {
  this.timeout(60_000);
  let world: GateWorld;
  before(async () => {
    world = await openGateWorld();
  });
  after(() => world.close());

  it('has at least 120 rows, and none twice', () => {
    const rows = tables.flatMap(({ title, rows: all }) =>
      all.map(([mode, calls, answers]) => [title, mode, calls, answers].join()),
    );
    assert.ok(rows.length >= 120, `${rows.length}`);
    assert.equal(new Set(rows).size, rows.length);
  });

  let held: Pick<Case, 'sandbox' | 'containment'> = {};

  for (const table of tables)
    describe(table.title, () => {
      const { given, rows } = table;
      if (sandboxed.includes(table))
        before(async () => {
          held = { sandbox: held.sandbox ?? (await world.confine()), containment: { sandbox: true, contained: true } };
        });
      for (const row of rows)
        it(`${row[0]}, ${row[1]} (${row[2]}): ${row[4]}`, async () => {
          const came = await world.play({ ...caseOf(row, given, world.places), ...held });
          const told: Row = [row[0], row[1], row[2], came.asked.join(', '), came.decided, came.disk.join(' ')];
          assert.deepEqual(told, row);
        });
    });
});
