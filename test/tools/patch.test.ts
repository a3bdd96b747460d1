import assert from 'node:assert/strict';
import { applyPatch } from 'diff';
import { unifiedPatch, wholePatch } from '../../src/tools/patch.ts';

const lines = (count: number, of: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => `${of(at)}\n`).join('');

/** What `before` becomes by the patch; headers are as patch programs want them. */
const applied = (before: string | null, after: string): string | false =>
  applyPatch(before ?? '', wholePatch('a.ts', before, after));

describe('a patch', () => {
  const long = lines(60_000, at => `line ${at} ${(at * 7919) % 104729}`);
  const cases: Record<string, [string | null, string]> = {
    'a new file': [null, 'a\nb\n'],
    'a file that is emptied': ['a\nb\n', ''],
    'a line amid others': [lines(50, at => `${at}`), lines(50, at => (at === 20 ? 'x' : `${at}`))],
    'a newline at the end': ['a\nb', 'a\nb\n'],
    'no newline any more': ['a\nb\n', 'a\nb'],
    'CRLF line ends': ['a\r\nb\r\n', 'a\r\nc\r\n'],
    'a word in each of 60,000 lines': [long, long.replaceAll('line', 'LINE')],
    'a word in every other of 40,000 lines': [
      lines(40_000, at => (at % 2 ? `x${at}` : `foo ${(at * 7919) % 40009}`)),
      lines(40_000, at => (at % 2 ? `x${at}` : `bar ${(at * 7919) % 40009}`)),
    ],
    'all of 60,000 lines, and one more': [long, `first\n${long.replaceAll('line', 'LINE')}`],
    'the last of many lines, without a newline': [`${long}end`, `${long.replaceAll('line', 'LINE')}END`],
  };
  for (const [what, [before, after]] of Object.entries(cases))
    it(`makes the one text of the other: ${what}`, () => {
      assert.equal(applied(before, after), after);
    });

  it('is kept whole up to 256 KiB, and lists every place that it changes beyond', () => {
    const small = unifiedPatch(
      'a',
      lines(10, String),
      lines(10, at => (at === 3 ? 'x' : `${at}`)),
    );
    assert.deepEqual(small, {
      patch: '--- a\n+++ a\n@@ -1,7 +1,7 @@\n 0\n 1\n 2\n-3\n+x\n 4\n 5\n 6\n',
      added: 1,
      removed: 1,
    });
    const changes = (at: number): boolean => at === 5 || at === 59_990 || (at > 20_000 && at < 40_000);
    const after = lines(60_000, at => `${changes(at) ? 'changed ' : ''}line ${at} ${(at * 7919) % 104729}`);
    const { patch, added, removed } = unifiedPatch('a', long, after);
    assert.ok(patch.length < 64 * 1024);
    assert.equal(added, removed);
    const heads = patch.split('\n').slice(2, -1);
    for (const head of heads) assert.match(head, /^@@ -\d+,\d+ \+\d+,\d+ @@$/);
    const ranges = heads.map(head => head.match(/\d+/g)?.map(Number) ?? []);
    const [before, next] = [long.split('\n'), after.split('\n')];
    for (let at = 0; at < before.length; at += 1)
      if (before[at] !== next[at])
        assert.ok(
          ranges.some(([from = 0, count = 0]) => at + 1 >= from && at + 1 < from + count),
          `line ${at + 1}`,
        );
  });

  it('names no more than 1,000 places, and still every change', () => {
    const far = (word: string): string =>
      lines(150_000, at => (at % 20 === 0 ? `${word} ${at} ${'x'.repeat(40)}` : `${at}`));
    const { patch, added } = unifiedPatch('a', far('foo'), far('bar'));
    assert.equal(added, 7_500);
    const heads = patch.split('\n').slice(2, -1);
    assert.ok(heads.length <= 1_000 && heads.length > 100, `${heads.length}`);
    assert.match(heads[0] ?? '', /^@@ -1,/);
    const [, from = 0, count = 0] =
      heads
        .at(-1)
        ?.match(/-(\d+),(\d+)/)
        ?.map(Number) ?? [];
    assert.ok(from <= 149_981 && from + count > 149_981);
  });

  it('takes about the same time whatever the texts are', () => {
    const repetitive = lines(100_000, at => `${at % 3}`);
    const shuffled = lines(100_000, at => `${(at * 7) % 5}`);
    const from = performance.now();
    unifiedPatch('a', repetitive, shuffled);
    unifiedPatch(
      'a',
      long,
      lines(60_000, at => `other ${at}`),
    );
    assert.ok(performance.now() - from < 30_000);
  });
});
