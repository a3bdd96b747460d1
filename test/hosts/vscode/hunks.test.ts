import assert from 'node:assert/strict';
import {
  allUndone,
  changeOfLines,
  isOwn,
  keptIn,
  linesBetween,
  undoneIn,
} from '../../../src/hosts/vscode/review/hunks.ts';

const before = 'a\nb\nc\nd\n';
const lineChange = (...[o, oe, m, me]: [number, number, number, number]): object => ({
  originalStartLineNumber: o,
  originalEndLineNumber: oe,
  modifiedStartLineNumber: m,
  modifiedEndLineNumber: me,
});

describe('a change in the gutter', () => {
  const now = 'A\nb\nd\nnew\n';
  const rows: [string, object, string, string][] = [
    ['a changed line', lineChange(1, 1, 1, 1), 'A\nb\nc\nd\n', 'a\nb\nd\nnew\n'],
    ['a line that is gone', lineChange(3, 3, 2, 0), 'a\nb\nd\n', 'A\nb\nc\nd\nnew\n'],
    ['a new line', lineChange(4, 0, 4, 4), 'a\nb\nc\nd\nnew\n', 'A\nb\nd\n'],
  ];
  for (const [what, given, kept, undone] of rows)
    it(`is kept and taken back by itself: ${what}`, () => {
      const change = changeOfLines(given, now);
      assert.ok(change);
      assert.equal(keptIn(before, now, change), kept);
      assert.equal(undoneIn(before, now, change), undone);
    });

  it('is none where it is told as something else', () => {
    for (const given of [undefined, null, 3, {}, { originalStartLineNumber: '1' }])
      assert.equal(changeOfLines(given, now), null);
  });

  it('makes the baseline the very bytes of the file once nothing else differs', () => {
    const exact = '\uFEFFA\r\nb\r\n';
    const change = changeOfLines(lineChange(1, 1, 1, 1), 'A\nb\n');
    assert.ok(change);
    assert.equal(keptIn('a\nb\n', exact, change), exact);
    assert.equal(keptIn(null, 'x\n', { from: 0, to: 0, at: 0, lines: ['x\n'] }), 'x\n');
  });

  it('is known as the person’s own where they changed lines of it since, or beside it', () => {
    const after = 'A\nb\nc\nD\n';
    const change = { from: 0, to: 1, at: 0, lines: ['A\n'] };
    assert.equal(isOwn(after, after, change), false);
    assert.equal(isOwn(after, 'A\nb\nc\nmine\n', change), false);
    assert.equal(isOwn(after, 'A\nmine\nc\nD\n', change), true);
    assert.equal(isOwn(after, 'mine\nb\nc\nD\n', change), true);
  });
});

describe('a whole file', () => {
  it('is taken back with the person’s own changes kept, unless they are in the same place', () => {
    const [base, after] = ['a\nb\nc\nd\n', 'A\nb\nc\nd\n'];
    assert.equal(allUndone(base, after, 'A\nb\nc\nmine\n'), 'a\nb\nc\nmine\n');
    assert.equal(allUndone(base, after, 'AA\nb\nc\nd\n'), null);
  });

  it('is counted in lines that are gone and lines that are new', () => {
    assert.equal(linesBetween('a\nb\n', 'a\nc\nd\n'), 3);
    assert.equal(linesBetween(null, 'a\n'), 1);
  });
});
