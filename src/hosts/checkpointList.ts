import { changesOf } from '../checkpoints/operations.ts';
import type { Restoring } from '../checkpoints/restore.ts';
import type { Operation, Timeline } from '../checkpoints/timeline.ts';
import type { Effect } from '../protocol/effect.ts';
import type { RestoredBy } from '../protocol/event.ts';
import { readKept, type ShownChange, showChange } from './shownChanges.ts';

/** One checkpoint of a run as a list shows it; 0 is the run's start. */
export interface ListedCheckpoint {
  checkpoint: number;
  /** Unix time in ms. */
  at: number;
  by:
    | { type: 'start' }
    | { type: 'effect'; tool: string; value: Effect }
    | { type: 'restore'; to: number; whole: boolean; who: RestoredBy; conflicts: readonly string[] };
  files: number;
  /** Lines of text; null where it changed none that is kept, or where it was a restore. */
  added: number | null;
  removed: number | null;
  /** Whether the workspace's state has it. */
  applied: boolean;
  /** Whether the workspace stands there. */
  current: boolean;
  /** Whether it can be gone to; what that needs may have been removed to bound the state's size. */
  kept: boolean;
  /** Whether what the person changed before it could be held counts as its own. */
  cutOff: boolean;
}

/** All checkpoints of a run, the start first. */
export async function listCheckpoints(
  restoring: Restoring & { gone?(checkpoint: number): boolean },
): Promise<ListedCheckpoint[]> {
  const timeline = restoring.timeline();
  const kept = (checkpoint: number): boolean => restoring.gone?.(checkpoint) !== true;
  const start: ListedCheckpoint = {
    checkpoint: 0,
    at: timeline.startedAt,
    by: { type: 'start' },
    files: 0,
    added: null,
    removed: null,
    ...placeOf(0, timeline),
    kept: kept(0),
    cutOff: false,
  };
  const listed = [start];
  for (const operation of timeline.operations) {
    const { checkpoint, at, files, by } = operation;
    listed.push({
      checkpoint,
      at,
      by,
      files,
      ...(await linesOf(operation, restoring)),
      ...placeOf(checkpoint, timeline),
      kept: kept(checkpoint),
      cutOff: operation.cutOff,
    });
  }
  return listed;
}

function placeOf(checkpoint: number, timeline: Timeline): Pick<ListedCheckpoint, 'applied' | 'current'> {
  const current = timeline.stateOf(checkpoint) === timeline.current;
  return { applied: timeline.applied(checkpoint), current };
}

async function linesOf(
  operation: Operation,
  restoring: Restoring,
): Promise<Pick<ListedCheckpoint, 'added' | 'removed'>> {
  const { source } = operation;
  if (source?.type === 'edit') return { added: source.edit.added, removed: source.edit.removed };
  const changes = await changesOfOperation(operation, restoring).catch(() => []);
  const sum = (key: 'added' | 'removed'): number | null => {
    const known = changes.flatMap(change => change[key] ?? []);
    return known.length === 0 ? null : known.reduce((total, each) => total + each, 0);
  };
  return { added: sum('added'), removed: sum('removed') };
}

/** What one checkpoint's operation changed, with diffs; none for a restore of the whole. Rejects where it is not kept. */
export async function changesOfOperation(operation: Operation, restoring: Restoring): Promise<ShownChange[]> {
  if (operation.source === null) return [];
  const shown: ShownChange[] = [];
  for (const change of await changesOf(operation.source, restoring))
    shown.push(await showChange(change, readKept(restoring.contents)));
  return shown;
}
