import assert from 'node:assert/strict';
import { blankChanges, changesBetween, linesOf, rebased, withChanges } from '../../src/tools/changes.ts';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, at) => `line ${at + 1}\n`);
const ten = numbered(10).join('');
const put = (at: number, line: string): string =>
  numbered(10)
    .with(at - 1, line)
    .join('');

describe('the places in which two texts differ', () => {
  const cases: Record<string, [string, string, number]> = {
    nothing: [ten, ten, 0],
    'a new file': ['', 'a\nb\n', 1],
    'a file that is emptied': ['a\nb\n', '', 1],
    'three places': [ten, put(2, 'x\n').replace('line 5\n', '').replace('line 9\n', 'line 9\nnew\n'), 3],
    'the newline at the end': ['a\nb', 'a\nb\n', 1],
    'a line end': ['a\r\nb\r\n', 'a\r\nb\n', 1],
    'two long texts with nothing in common': [
      numbered(30_000).join(''),
      numbered(30_000).join('').replaceAll('line', 'row'),
      1,
    ],
  };
  for (const [what, [before, after, count]] of Object.entries(cases))
    it(`make the one of the other: ${what}`, () => {
      const changes = changesBetween(before, after);
      assert.equal(changes.length, count);
      assert.equal(withChanges(before, changes), after);
      for (const { at, lines } of changes) assert.deepEqual(linesOf(after).slice(at, at + lines.length), lines);
    });

  it('can be dropped one by one', () => {
    const after = put(2, 'two\n').replace('line 5\n', '').replace('line 9\n', 'nine\n');
    const changes = changesBetween(ten, after);
    assert.equal(
      withChanges(
        ten,
        [changes[1]].filter(each => each !== undefined),
      ),
      ten.replace('line 5\n', ''),
    );
  });
});

describe('places that a diff editor does not show', () => {
  it('are those where lines differ at their ends alone', () => {
    const after = put(3, '  line 3\n').replace('line 7\n', 'line 7 \t\nline 7b\n');
    assert.deepEqual(blankChanges(ten, after), [
      { from: 2, to: 3, at: 2, lines: ['  line 3\n'] },
      { from: 6, to: 7, at: 6, lines: ['line 7 \t\n'] },
    ]);
  });

  it('are found amid a larger change, and joined where they stand together', () => {
    const before = 'a\nb\nc\nd\n';
    const found = blankChanges(before, ' a\n b\nX\nd\r\n');
    assert.deepEqual(
      found.map(({ from, to }) => [from, to]),
      [
        [0, 2],
        [3, 4],
      ],
    );
  });

  it('are not new or removed lines, nor white space within a line', () => {
    assert.deepEqual(blankChanges('a\nb c\n', 'a\n\nb  c\n'), []);
  });
});

describe('an edit of a file that changed meanwhile', () => {
  const next = put(5, 'theirs\n');
  it('is made in it as it is now, wherever its place has moved', () => {
    const current = `first\n${ten}`.replace('line 9\n', '');
    assert.equal(rebased(ten, next, current), `first\n${next}`.replace('line 9\n', ''));
  });

  it('is not made where both changed the same line, or lines beside each other', () => {
    assert.equal(rebased(ten, next, put(5, 'ours\n')), null);
    assert.equal(rebased(ten, next, put(6, 'ours\n')), null);
    assert.equal(rebased(ten, next, ten.replace('line 5\n', '')), null);
    assert.equal(rebased('', 'theirs\n', 'ours\n'), null);
  });

  it('is made once where somebody made the same change', () => {
    assert.equal(rebased(ten, next, next), next);
    assert.equal(rebased(ten, next, `${next}last\n`), `${next}last\n`);
  });

  it('does not go to another place that reads the same', () => {
    const block = 'begin\nx\nend\n';
    const base = `one\n${block}two\n${block}`;
    const changed = `one\n${block.replace('x', 'y')}two\n${block}`;
    assert.equal(rebased(base, changed, `one\ntwo\n${block}`), null);
  });
});
