import { join } from 'node:path';
import { list, remove } from '../../effects/files.ts';
import { fileTimes } from '../../journal/files.ts';
import { runIds } from '../../journal/find.ts';
import type { Home } from '../../journal/home.ts';

/** What a tainted run left of itself to be known again by, below `taint/`: one file for each workspace and run. */
export interface Trace {
  run: string;
  path: string;
  bytes: number;
}

/** Of all workspaces, or of one run in all of them. Looks only. */
export async function tracesOf(home: Home, run?: string): Promise<Trace[]> {
  const top = join(home.root, 'taint');
  const found: Trace[] = [];
  for (const folder of await list(top))
    for (const name of await list(join(top, folder))) {
      const owner = /^(.+)\.json$/.exec(name)?.[1];
      const path = join(top, folder, name);
      const times = owner === undefined || (run !== undefined && owner !== run) ? null : await fileTimes(path);
      if (owner !== undefined && times !== null) found.push({ run: owner, path, bytes: times.bytes });
    }
  return found;
}

/** Removes the traces of runs that are gone, since nothing tells any more what they had read. */
export async function tidyTraces(home: Home, dryRun: boolean): Promise<{ files: number; bytes: number }> {
  const traces = await tracesOf(home);
  // Looked at last: a run has its folder before it leaves a trace.
  const there = new Set(await runIds(home));
  const doomed = traces.filter(({ run }) => !there.has(run));
  if (!dryRun) for (const { path } of doomed) await remove(path);
  return { files: doomed.length, bytes: doomed.reduce((sum, { bytes }) => sum + bytes, 0) };
}
