import { join } from 'node:path';
import { lockRun, lockState } from '../../agent/lock.ts';
import { collectGarbage, listStores, purge, type StoreEntry, sizeOf } from '../../checkpoints/gc.ts';
import { decodeManifest } from '../../checkpoints/manifest.ts';
import { type Retention, runsToDrop } from '../../checkpoints/retention.ts';
import { errnoOf } from '../../effects/errno.ts';
import { readBytes } from '../../effects/files.ts';
import { findGit, type GitProgram } from '../../effects/git/program.ts';
import { collectBlobs } from '../../journal/blobGc.ts';
import type { Home } from '../../journal/home.ts';
import type { Manifest } from '../../protocol/checkpoint.ts';
import type { Digest } from '../../protocol/effect.ts';
import { asFailure, type Failure, failures, GatehouseError } from '../../protocol/failure.ts';
import { type FoundWorktree, listWorktrees, removeOrphan } from '../isolationState.ts';
import { noteRemoved } from './removed.ts';
import { isStoreOf, isUntold, keptRuns, type SurveyedRun, shadowOf, surveyRuns } from './survey.ts';
import { tidyTraces } from './traces.ts';

export interface TidyOptions {
  home: Home;
  env: NodeJS.ProcessEnv;
  retention: Retention;
  /** Only says what would go; what packing would save is not known before. */
  dryRun?: boolean;
  /** Also removes worktrees of runs that are gone. */
  worktrees?: boolean;
  now?: number;
  /** See `collectGarbage` and `collectBlobs`. */
  minAgeMs?: number;
}

export interface Tidied {
  /** All runs that there are. */
  runs: number;
  /** Those whose checkpoints went. */
  dropped: string[];
  /** Contents that no run needs. */
  blobs: { files: number; bytes: number };
  /** By workspace; `bytesAfter` is null where it is not known, and `left` says why a store was left as it is. */
  stores: { root: string; bytesBefore: number; bytesAfter: number | null; left: Left | null }[];
  worktrees: FoundWorktree[];
  /** Traces of what tainted runs wrote, of runs that are gone. */
  traces: { files: number; bytes: number };
  /** Of the whole state. */
  bytesBefore: number;
  bytesAfter: number;
}

/** `used`: by another process. `untold`: the run `run` does not tell which store has its states. */
export type Left = { why: 'used' } | { why: 'untold'; run: string } | { why: 'failed'; failure: Failure };

/**
 * Removes the checkpoints of runs that are too old, too many or too large, and whatever no run needs. Journals stay, and
 * nothing of a run that is going on is touched. null where another process does so at the moment.
 */
export async function tidy(options: TidyOptions): Promise<Tidied | null> {
  const { home, dryRun = false } = options;
  const lock = await lockState(join(home.root, 'gc.lock'));
  if ('heldBy' in lock) return null;
  try {
    const bytesBefore = await sizeOf(home.root);
    const runs = await surveyRuns(home);
    const dropped = await dropRuns(runs, options);
    const kept = runs.filter(({ run, removed }) => !removed && !dropped.includes(run));
    const keep = new Set(kept.flatMap(({ named }) => [...named.digests]));
    const stores = await tidyStores(kept, options);
    const blobs = await collectBlobs(home, {
      keep: sha256 => keep.has(sha256),
      dryRun,
      ...(options.minAgeMs === undefined ? {} : { minAgeMs: options.minAgeMs }),
    });
    const worktrees = options.worktrees === true ? await tidyWorktrees(home, dryRun) : [];
    const traces = await tidyTraces(home, dryRun);
    const bytesAfter = dryRun ? bytesBefore : await sizeOf(home.root);
    return { runs: runs.length, dropped, blobs, stores, worktrees, traces, bytesBefore, bytesAfter };
  } finally {
    await lock.release();
  }
}

async function dropRuns(runs: readonly SurveyedRun[], options: TidyOptions): Promise<string[]> {
  const { home, retention, dryRun = false, now = Date.now() } = options;
  const doomed = runsToDrop(await keptRuns(home, runs), retention, now);
  if (dryRun) return doomed;
  const dropped: string[] = [];
  for (const run of doomed) {
    const upTo = runs.find(each => each.run === run)?.told?.checkpoints;
    if (upTo !== undefined && (await markDropped(home, run, upTo, now))) dropped.push(run);
  }
  return dropped;
}

/** False where somebody goes on with the run at this moment. */
async function markDropped(home: Home, run: string, upTo: number, now: number): Promise<boolean> {
  try {
    const lock = await lockRun(home, run);
    try {
      await noteRemoved(home, run, { at: now, upTo });
      return true;
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (error instanceof GatehouseError && error.failure.code === 'run.locked') return false;
    throw error;
  }
}

async function tidyStores(kept: readonly SurveyedRun[], options: TidyOptions): Promise<Tidied['stores']> {
  const { home, env, dryRun = false, minAgeMs } = options;
  const program = findGit(env['PATH'] ?? '', home.root);
  const done: Tidied['stores'] = [];
  for (const store of await listStores(shadowOf(home))) {
    const bytesBefore = await sizeOf(store.path);
    const own = kept.filter(run => isStoreOf(home, store, run));
    const entry = { root: store.root, bytesBefore, bytesAfter: null, left: null };
    if (dryRun || program === null) done.push(entry);
    else done.push({ ...entry, ...(await tidyStore(home, store, own, program, minAgeMs)) });
  }
  return done;
}

/**
 * A store that no run needs goes as a whole. One that cannot be tidied is left as it is, and so is every store while there
 * is a run that does not tell which one is its own.
 */
export async function tidyStore(
  home: Home,
  store: StoreEntry,
  own: readonly SurveyedRun[],
  program: GitProgram,
  minAgeMs?: number,
): Promise<{ bytesAfter: number; left: null } | { bytesAfter: null; left: Left }> {
  const untold = own.find(isUntold);
  if (untold !== undefined) return leave({ why: 'untold', run: untold.run });
  const needed = own.some(({ live, named }) => live || named.manifests.size > 0);
  const age = minAgeMs === undefined ? {} : { minAgeMs };
  try {
    const bytesAfter = needed
      ? (await collectGarbage({ store: store.path, program, keep: await manifestsOf(home, own), ...age }))?.bytesAfter
      : (await purge(store.path))
        ? 0
        : undefined;
    return bytesAfter === undefined ? leave({ why: 'used' }) : { bytesAfter, left: null };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== 'internal') return leave({ why: 'failed', failure });
    const code = errnoOf(error);
    if (code === undefined) throw error;
    return leave({ why: 'failed', failure: failures.checkpointFailed({ problem: code }) });
  }
}

function leave(left: Left): { bytesAfter: null; left: Left } {
  return { bytesAfter: null, left };
}

/** Those that are still there. */
async function manifestsOf(home: Home, runs: readonly SurveyedRun[]): Promise<Manifest[]> {
  const names = new Set<Digest>(runs.flatMap(({ named }) => [...named.manifests.keys()]));
  const found: Manifest[] = [];
  for (const sha256 of names) {
    const bytes = await readBytes(join(home.blobs, sha256.slice(0, 2), sha256)).catch(() => null);
    const manifest = bytes === null ? null : decodeManifest(bytes);
    if (manifest !== null) found.push(manifest);
  }
  return found;
}

async function tidyWorktrees(home: Home, dryRun: boolean): Promise<FoundWorktree[]> {
  const orphans = (await listWorktrees(home)).filter(({ state }) => state === 'orphan');
  if (!dryRun) for (const orphan of orphans) await removeOrphan(orphan);
  return orphans;
}
