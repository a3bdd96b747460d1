import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { countChangedLines } from '../../src/checkpoints/changedLines.ts';
import type { ChangedLines, PathChange } from '../../src/protocol/checkpoint.ts';
import { RawPath } from '../../src/protocol/checkpoint.ts';

type Side = string | Buffer | null;

/** Counts the changes of files, each with what it held before and after. */
function count(...files: (readonly [before: Side, after: Side])[]): Promise<ChangedLines> {
  const kept = new Map<string, Buffer>();
  const side = (content: Side): PathChange['before'] => {
    if (content === null) return null;
    const id = String(kept.size).padStart(40, '0');
    kept.set(id, Buffer.from(content));
    return { type: 'file', id };
  };
  const changes = files.map(([before, after], at) => ({
    path: RawPath.parse(`f${at}`),
    before: side(before),
    after: side(after),
  }));
  return countChangedLines(changes, async id => kept.get(id) ?? assert.fail(id));
}

const sums = ({ added, removed }: ChangedLines): number[] => [added, removed];
const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}\n`).join('');

describe('lines that a command changed', () => {
  it('are found where pieces that are compared at once meet', async () => {
    const piece = 64 * 1024;
    const same = Buffer.from('abcdefg\n'.repeat((3 * piece) / 8));
    for (const at of [0, 1, 8, piece - 8, piece - 1, piece, piece + 1, 2 * piece - 1, 2 * piece, same.length - 1]) {
      const other = Buffer.from(same);
      other[at] = 0x7a;
      const lines = at % 8 === 7 && at < same.length - 1 ? [1, 2] : [1, 1];
      assert.deepEqual(sums(await count([same, other])), lines, `a byte at ${at}`);
      const longer = Buffer.concat([same.subarray(0, at), Buffer.from('\nnew\n'), same.subarray(at)]);
      assert.equal((await count([same, longer])).added - (await count([same, longer])).removed, 2, `more at ${at}`);
      assert.deepEqual(
        sums(await count([same, same.subarray(0, at)])),
        [at % 8 === 0 ? 0 : 1, (same.length - at + (at % 8)) / 8],
        `cut at ${at}`,
      );
    }
  });

  it('leave others their turn between files, and within a large one', async () => {
    const turnsWhile = async (work: Promise<unknown>): Promise<number> => {
      let turns = 0;
      const ended = new AbortController();
      const done = work.finally(() => ended.abort());
      while (!ended.signal.aborted) {
        await setImmediate();
        turns += 1;
      }
      await done;
      return turns;
    };
    const files = Array.from({ length: 30 }, (_, at) => [null, `${at}\n`] as const);
    assert.ok((await turnsWhile(count(...files))) >= 30);
    assert.ok((await turnsWhile(count([null, 'x\n'.repeat(4 * 1024 * 1024)]))) >= 7);
  });

  it('are those that are added and removed, of new and deleted files all', async () => {
    const rows: [Side, Side, number, number][] = [
      [null, 'a\nb\n', 2, 0],
      ['a\nb', null, 0, 2],
      ['a\nb\nc\n', 'a\nB\nc\n', 1, 1],
      ['a\n', 'a\nb\n', 1, 0],
      ['a', 'a\n', 1, 1],
      ['a\nb\nb\n', 'a\nb\n', 0, 1],
      ['x\na\nx\n', 'x\nx\n', 0, 1],
      ['same\n', 'same\n', 0, 0],
      ['', '', 0, 0],
      ['schräg\n', Buffer.from('schr\xe4g\n', 'latin1'), 1, 1],
    ];
    for (const [before, after, added, removed] of rows)
      assert.deepEqual(sums(await count([before, after])), [added, removed], `${String(before)} → ${String(after)}`);
    const all = await count(...rows.map(([before, after]) => [before, after] as const));
    assert.deepEqual(
      all.each,
      rows.map(([, , added, removed]) => [added, removed]),
    );
    assert.deepEqual([all.atMost, all.uncounted], [false, 0]);
  });

  it('are the same as git has them', async () => {
    const words = ['one', 'two', 'three', 'four'];
    let seed = 7;
    const next = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const text = (): string =>
      Array.from({ length: next(12) }, () => words[next(4)]).join('\n') + (next(3) > 0 ? '\n' : '');
    const files = Array.from({ length: 60 }, () => [text(), text()] as const);
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-lines-'));
    try {
      for (const side of ['a', 'b']) mkdirSync(join(folder, side));
      for (const [at, [before, after]] of files.entries()) {
        writeFileSync(join(folder, 'a', String(at)), before);
        writeFileSync(join(folder, 'b', String(at)), after);
      }
      const args = ['diff', '--no-index', '--numstat', '--minimal', '--no-renames', 'a', 'b'];
      const said = spawnSync('git', args, { cwd: folder, encoding: 'utf8' }).stdout;
      const theirs = new Map(
        said
          .split('\n')
          .map(row => [Number(/\/(\d+)\}?$/.exec(row)?.[1] ?? -1), row.split('\t').slice(0, 2).map(Number)]),
      );
      const { each } = await count(...files);
      assert.ok(theirs.size > 40, said);
      for (const [at, ours] of each.entries())
        assert.deepEqual(ours, theirs.get(at) ?? [0, 0], JSON.stringify(files[at]));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('are not counted where there is no text, and it says of how many files; a text that is one no more is replaced', async () => {
    const image = Buffer.from([0x89, 0, 10, 10, 10]);
    const found = await count(
      [null, image],
      [image, null],
      [image, Buffer.from([0])],
      ['a\nb\n', image],
      [image, 'a\n'],
    );
    assert.deepEqual(found, {
      added: 4,
      removed: 2,
      atMost: false,
      uncounted: 3,
      each: [null, null, null, [3, 2], [1, 0]],
    });
  });

  it('are all that stand in a region which is too large to be compared, and it says so', async () => {
    const [before, after] = [numbered(0, 4_000), numbered(4_000, 8_000)];
    const found = await count([`x\n${before}y\nz\n`, `z\n${after}y\nx\n`]);
    assert.deepEqual([...sums(found), found.atMost], [4_003, 4_003, true]);
    const rewritten = await count([before, after]);
    assert.deepEqual([...sums(rewritten), rewritten.atMost], [4_000, 4_000, false]);
    const long = `${'x'.repeat(1_100_000)}\n`;
    const longer = await count([`a\n${long}b\n`, `a\ny${long}b\n`]);
    assert.deepEqual([...sums(longer), longer.atMost], [1, 1, true]);
    const appended = await count([before, `${before}${after}`]);
    assert.deepEqual([...sums(appended), appended.atMost], [4_000, 0, false]);
  });

  it('of many large rewrites are bounded in time: from some file on all count', async () => {
    // Turned round: the same lines, of which hardly any may stay.
    const [before, after] = [numbered(0, 400), numbered(0, 400).match(/.*\n/g)?.toReversed().join('') ?? ''];
    const found = await count(...Array.from({ length: 12 }, () => [before, after] as const));
    assert.equal(found.atMost, true);
    assert.deepEqual(
      [found.each[0], found.each.at(-1)],
      [
        [399, 399],
        [400, 400],
      ],
    );
  });

  it('of a file that nobody holds are not known', async () => {
    const gone: PathChange[] = [
      { path: RawPath.parse('a'), before: null, after: { type: 'file', id: 'a'.repeat(40) } },
      { path: RawPath.parse('b'), before: { type: 'special' }, after: null },
      { path: RawPath.parse('c'), before: null, after: { type: 'folder' } },
    ];
    const found = await countChangedLines(gone, () => Promise.reject(new Error('gone')));
    assert.deepEqual(found, { added: 0, removed: 0, atMost: false, uncounted: 2, each: [null, null, [0, 0]] });
  });
});
