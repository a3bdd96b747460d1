import { join } from 'node:path';
import { runOwner } from '../../agent/lock.ts';
import { listStores, type StoreEntry, sizeOf, storePath } from '../../checkpoints/gc.ts';
import type { KeptRun } from '../../checkpoints/retention.ts';
import { runIds } from '../../journal/find.ts';
import { emptySummary, fold } from '../../journal/fold.ts';
import type { Home } from '../../journal/home.ts';
import { type Named, namedIn } from '../../journal/named.ts';
import { scanJournal } from '../../journal/read.ts';
import { removedFrom } from './removed.ts';

/** A run as far as it matters to what is kept for it. */
export interface SurveyedRun {
  run: string;
  live: boolean;
  /**
   * null where its journal does not tell: then all that it names is kept. `statesOf` is the workspace whose store has its
   * states: for a run in a worktree of its own, the one that the worktree was made from.
   */
  told: { statesOf: string; lastAt: number; checkpoints: number } | null;
  named: Named;
  /** Whether its checkpoints, all of them, were removed already. */
  removed: boolean;
}

/** All runs of the state, oldest first. Looks only. */
export async function surveyRuns(home: Home): Promise<SurveyedRun[]> {
  const found: SurveyedRun[] = [];
  for (const run of await runIds(home)) {
    // Looked at before the journal: a run that ends meanwhile still counts as live.
    const live = (await runOwner(home, run)) !== null;
    const told = await summarize(home, run);
    const removed = await removedFrom(home, run);
    found.push({
      run,
      live,
      told,
      named: await namedIn(home, run),
      removed: removed !== null && told !== null && told.checkpoints <= removed.upTo,
    });
  }
  return found;
}

async function summarize(home: Home, run: string): Promise<SurveyedRun['told']> {
  let summary = emptySummary;
  let original: string | undefined;
  try {
    const { unknown } = await scanJournal(home, run, event => {
      summary = fold(summary, event);
      if (event.kind === 'run.started') original = event.isolation?.original;
    });
    const { workspace, lastAt, checkpoints, mode } = summary;
    return mode === null || unknown > 0 ? null : { statesOf: original ?? workspace, lastAt, checkpoints };
  } catch {
    return null;
  }
}

export const shadowOf = (home: Home): string => join(home.root, 'shadow');

/** Whether the store may hold states of the run: of one whose journal tells no workspace, any may. */
export function isStoreOf(home: Home, store: StoreEntry, { told }: Pick<SurveyedRun, 'told'>): boolean {
  return told === null || storePath(shadowOf(home), told.statesOf) === store.path;
}

/** Whether nobody can tell in which store its states are, and it may have some. */
export function isUntold({ told, live, named }: SurveyedRun): boolean {
  return told === null && (live || named.digests.size > 0);
}

/**
 * The runs that have checkpoints, with what these take up: the blobs that each names, and a share of its workspace's
 * store by the number of its snapshots. One that was cut off counts as ended by its last record.
 */
export async function keptRuns(home: Home, runs: readonly SurveyedRun[]): Promise<KeptRun[]> {
  const kept = runs.filter(({ removed, named }) => !removed && named.bytes.size > 0);
  const sums = new Map(kept.map(run => [run.run, blobBytes(run)]));
  for (const store of await listStores(shadowOf(home))) {
    const own = kept.filter(run => run.told !== null && isStoreOf(home, store, run));
    const all = own.reduce((sum, run) => sum + run.named.manifests.size, 0);
    const bytes = all === 0 ? 0 : await sizeOf(store.path);
    for (const { run, named } of own) sums.set(run, (sums.get(run) ?? 0) + (bytes * named.manifests.size) / all);
  }
  return kept.map(({ run, live, told }) => ({
    run,
    endedAt: told?.lastAt ?? null,
    bytes: sums.get(run) ?? 0,
    live,
  }));
}

function blobBytes({ named }: SurveyedRun): number {
  return [...named.bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
}
