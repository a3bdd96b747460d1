import { join } from 'node:path';
import type { Home } from '../../journal/home.ts';
import type { PastRun } from './past.ts';

/** Measuring walks many small files. */
const freshMs = 60_000;

/** Bytes on disk that the checkpoints of the runs' workspaces take up, all runs of a workspace together. */
export function createSizes(home: () => Promise<Home>): (runs: readonly PastRun[]) => Promise<number> {
  const known = new Map<string, { at: number; bytes: Promise<number> }>();
  return async runs => {
    const { sizeOf, storePath } = await import('../../checkpoints/gc.ts');
    const { root } = await home();
    const stores = new Set(runs.map(run => storePath(join(root, 'shadow'), run.isolation?.original ?? run.root)));
    let sum = 0;
    for (const store of stores) {
      const before = known.get(store);
      if (before === undefined || Date.now() - before.at > freshMs)
        known.set(store, { at: Date.now(), bytes: sizeOf(store) });
      sum += (await known.get(store)?.bytes) ?? 0;
    }
    return sum;
  };
}
