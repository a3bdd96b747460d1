import assert from 'node:assert/strict';
import { filesCodes } from '../../../../src/risk/codes/files.ts';
import { systemCodes } from '../../../../src/risk/codes/system.ts';
import { families } from '../../../../src/risk/shell/programs/table.ts';

describe('The table of programs', () => {
  it('has every name in one family only', () => {
    const names = families.flatMap(family => Object.keys(family).flatMap(row => row.split(' ')));
    const twice = names.filter((name, i) => names.indexOf(name) !== i);
    assert.ok(names.length > 1000, `${names.length} programs`);
    assert.deepEqual(twice, []);
  });

  it('gives each of its reasons as one sentence', () => {
    for (const [code, sentence] of Object.entries({ ...filesCodes, ...systemCodes }))
      assert.match(sentence, /^[A-Z][^\n]*\.$|^[A-Z][^\n]*: \{\w+\}\.$/, code);
  });
});
