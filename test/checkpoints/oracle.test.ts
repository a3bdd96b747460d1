import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { full } from '../support/share.ts';
import { type Bench, makeBench, raw } from './store.ts';

/** A generator that gives the same numbers for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) % 1_000_003) % below;
  };
}

const names = ['a', 'b', 'c.txt', 'd', 'ü', 'line\nend', '-x', 'tmp', 'q"\\'];

/** One random change. Returns the paths that it touched. */
function change(root: string, pick: (below: number) => number): string[] {
  const depth = 1 + pick(3);
  const path = Array.from({ length: depth }, () => names[pick(names.length)]).join('/');
  const full = join(root, path);
  const parent = dirname(full);
  const kind = pick(10);
  try {
    const stats = lstatSync(full, { throwIfNoEntry: false });
    if (kind <= 3) {
      if (stats?.isDirectory()) rmSync(full, { recursive: true });
      mkdirSync(parent, { recursive: true });
      writeFileSync(full, `${pick(4)}\r\n`);
    } else if (kind === 4 && stats?.isFile()) appendFileSync(full, 'more');
    else if (kind === 5) rmSync(full, { recursive: true, force: true });
    else if (kind === 6 && stats === undefined) {
      mkdirSync(parent, { recursive: true });
      symlinkSync(names[pick(names.length)] ?? '', full);
    } else if (kind === 7 && stats?.isFile()) chmodSync(full, pick(2) === 0 ? 0o755 : 0o644);
    else if (kind === 8) mkdirSync(full, { recursive: true });
    else if (stats !== undefined && existsSync(parent)) renameSync(full, join(root, `moved${pick(3)}`));
  } catch (error) {
    // A file stands where the change wants a folder, or the like.
    assert.match(String(error), /EEXIST|ENOTDIR|EISDIR|ENOTEMPTY|ENOENT|EINVAL|ELOOP/);
  }
  return [path];
}

describe('the state after any changes', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await makeBench();
  });
  afterEach(() => bench.close());

  const seeds = full ? 40 : 3;
  for (let seed = 1; seed <= seeds; seed += 1)
    it(`is the same whether a run has followed them or sees it for the first time (seed ${seed})`, async function () {
      this.timeout(60_000);
      const pick = numbers(seed);
      bench.write('.gitignore', '/tmp\n');
      const following = await bench.open('following');
      await following.take();
      for (let round = 0; round < 12; round += 1) {
        const touched = Array.from({ length: 1 + pick(4) }, () => change(bench.root, pick)).flat();
        // What was moved lies at a path that nobody named, so only a whole look tells all.
        if (pick(2) === 0) await following.touch(touched.map(path => raw(path)));
        const taken = await following.take();
        const first = await bench.open(`first-${round}`, { store: join(bench.base, `elsewhere-${round}`) });
        const seen = await first.take();
        const [is, ought] = await Promise.all([following.manifest(taken.ref), first.manifest(seen.ref)]);
        assert.deepEqual(is, ought, `round ${round}, after ${JSON.stringify(touched)}`);
        assert.deepEqual(taken.ref.manifest, seen.ref.manifest);
        assert.equal(taken.ref.files, seen.ref.files, `files in round ${round}`);
        await first.close();
      }
    });
});
