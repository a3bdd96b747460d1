import assert from 'node:assert/strict';
import { lookUp } from '../../../src/risk/shell/lookup.ts';
import { named } from '../../../src/risk/shell/programs/parts.ts';
import { programs } from '../../../src/risk/shell/programs/table.ts';
import { flagsByName, specsByName } from '../../../src/risk/shell/rows.ts';
import type { Spec } from '../../../src/risk/shell/spec.ts';

describe('Names that share a row', () => {
  const look: Spec = { operands: 'look' };
  const write: Spec = { operands: 'write' };

  it('each find it', () => {
    const rows = specsByName({ ...named('a b', look), c: write });
    assert.deepEqual(
      [...rows],
      [
        ['a', look],
        ['b', look],
        ['c', write],
      ],
    );
  });

  it('mean what the later row says where they are in two', () => {
    const rows = specsByName({ ...named('a b', look), b: write });
    assert.deepEqual(
      [...rows],
      [
        ['a', look],
        ['b', write],
      ],
    );
  });

  it('are taken apart once for a table', () => {
    const flags = named('-a --all', {});
    assert.equal(flagsByName(flags), flagsByName(flags));
  });

  it('are no program together, nor is what every object has', () => {
    assert.ok(lookUp(programs, 'tar') !== undefined);
    for (const name of ['tar gtar', 'tar gtar bsdtar star', 'constructor', 'toString', '__proto__', ''])
      assert.equal(lookUp(programs, name), undefined, name);
  });
});
