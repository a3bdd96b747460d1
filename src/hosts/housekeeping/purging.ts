import { join } from 'node:path';
import { lockRun } from '../../agent/lock.ts';
import { listStores, sizeOf } from '../../checkpoints/gc.ts';
import { remove } from '../../effects/files.ts';
import { findGit } from '../../effects/git/program.ts';
import { fileTimes } from '../../journal/files.ts';
import { anchorPath, type Home, runFolder } from '../../journal/home.ts';
import { type FoundWorktree, listWorktrees, removeOrphan } from '../isolationState.ts';
import { grantFilesOf } from '../keptGrants.ts';
import { isStoreOf, type SurveyedRun, shadowOf, surveyRuns } from './survey.ts';
import { type Left, tidyStore } from './tidy.ts';
import { tracesOf } from './traces.ts';

/** What deleting a run deletes. */
export interface Purge {
  run: string;
  /**
   * The journal, its anchor, the output of its background commands, the trace of what it wrote while it was tainted, and
   * what the person allowed in it for the workspace.
   */
  recordBytes: number;
  /** Contents that no other run names. */
  blobs: { files: number; bytes: number };
  /** Its worktree, where there is one still. */
  worktree: FoundWorktree | null;
}

export interface Purged extends Purge {
  /** What the store of its workspace lost; null where it was left as it is, so that they go the next time. */
  checkpointBytes: number | null;
  /** Why it was left. */
  left: Left | null;
}

/** Looks only. */
export async function lookAtPurge(home: Home, run: string): Promise<Purge> {
  return (await look(home, run)).purge;
}

/**
 * Deletes a run for good: its journal and anchor, its snapshots, and each content that no other run names. Rejects with
 * `run.locked` while it goes on. A run whose worktree is open is the caller's to refuse.
 */
export async function purgeRun(home: Home, run: string, env: NodeJS.ProcessEnv): Promise<Purged> {
  const lock = await lockRun(home, run);
  try {
    const { purge, paths, others, own } = await look(home, run);
    for (const path of paths) await remove(path);
    if (purge.worktree?.state === 'orphan') await removeOrphan(purge.worktree);
    const states = await purgeStates(home, own, others, env);
    // The journal goes last: until then all of this can be done again.
    await remove(anchorPath(home, run));
    await remove(runFolder(home, run));
    return { ...purge, ...states };
  } finally {
    await lock.release();
  }
}

interface Found {
  purge: Purge;
  paths: string[];
  own: SurveyedRun | undefined;
  others: SurveyedRun[];
}

async function look(home: Home, run: string): Promise<Found> {
  const runs = await surveyRuns(home);
  const own = runs.find(each => each.run === run);
  const others = runs.filter(each => each.run !== run);
  const needed = new Set(others.flatMap(({ named }) => [...named.digests]));
  // Another run may have kept the same content a moment ago, and its event is not written yet.
  const recent = others.some(({ live }) => live) ? (own?.told?.lastAt ?? 0) : Number.POSITIVE_INFINITY;
  const blobs = { files: 0, bytes: 0 };
  const paths: string[] = [];
  for (const sha256 of own?.named.digests ?? []) {
    if (needed.has(sha256)) continue;
    const path = join(home.blobs, sha256.slice(0, 2), sha256);
    const times = await fileTimes(path);
    if (times === null || times.modified > recent) continue;
    paths.push(path);
    blobs.files += 1;
    blobs.bytes += times.bytes;
  }
  const worktree = (await listWorktrees(home)).find(each => each.run === run) ?? null;
  const traces = [...(await tracesOf(home, run)), ...(await grantFilesOf(home, run))];
  const traceBytes = traces.reduce((sum, { bytes }) => sum + bytes, 0);
  const recordBytes = (await sizeOf(runFolder(home, run))) + (await sizeOf(anchorPath(home, run))) + traceBytes;
  return {
    purge: { run, recordBytes, blobs, worktree },
    paths: [...paths, ...traces.map(({ path }) => path)],
    own,
    others,
  };
}

async function purgeStates(
  home: Home,
  own: SurveyedRun | undefined,
  others: readonly SurveyedRun[],
  env: NodeJS.ProcessEnv,
): Promise<Pick<Purged, 'checkpointBytes' | 'left'>> {
  const program = findGit(env['PATH'] ?? '', home.root);
  let freed = 0;
  for (const store of await listStores(shadowOf(home))) {
    if (own === undefined || !isStoreOf(home, store, own)) continue;
    const rest = others.filter(run => !run.removed && isStoreOf(home, store, run));
    const before = await sizeOf(store.path);
    const busy = rest.some(({ live }) => live);
    // The last state that a run left is what the next one begins with; it may be this run's.
    if (!busy) await remove(join(store.path, 'indexes', 'last')).catch(() => undefined);
    if (program === null) return { checkpointBytes: null, left: null };
    const { bytesAfter, left } = await tidyStore(home, store, rest, program, busy ? undefined : -60_000);
    if (bytesAfter === null) return { checkpointBytes: null, left };
    freed += Math.max(0, before - bytesAfter);
  }
  return { checkpointBytes: freed, left: null };
}
