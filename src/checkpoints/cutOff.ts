import type { Snapshots } from '../ports/checkpoints.ts';
import type { Disk } from '../ports/disk.ts';
import type { Journal } from '../ports/journal.ts';
import type { SnapshotRef } from '../protocol/checkpoint.ts';
import type { EditEffect, Effect } from '../protocol/effect.ts';
import type { RunEvent } from '../protocol/event.ts';
import type { Contents } from './contents.ts';
import { madeOf } from './made.ts';
import { rawBelow } from './paths.ts';

/** The last effect of a run, where nothing was held after it. `before` is the state that it began with. */
export type LastEffect =
  | { type: 'command'; effect: string; value: Effect; before: SnapshotRef }
  | { type: 'edit'; effect: string; value: EditEffect };

/**
 * The effect that the run was at when it was cut off, or when what it had changed could not be held. null where the run
 * went on after it, or was taken somewhere else since.
 */
export function lastUnheld(events: readonly RunEvent[]): LastEffect | null {
  const proposed = new Map<string, { call: string; value: Effect }>();
  const before = new Map<string, SnapshotRef>();
  let open: string | null = null;
  for (const event of events) {
    if (event.kind === 'effect.proposed') proposed.set(event.effect, event);
    else if (event.kind === 'effect.intended') open = event.effect;
    else if (event.kind === 'restore.intended') open = null;
    else if (event.kind === 'snapshot.taken' && event.phase === 'before' && event.effect !== null)
      before.set(event.effect, event.snapshot);
    else if (event.kind === 'checkpoint.made' || event.kind === 'effect.doubted') {
      if (event.effect === open) open = null;
    } else if (event.kind === 'tool.answered' && open !== null && proposed.get(open)?.call === event.call) open = null;
  }
  const found = open === null ? undefined : proposed.get(open);
  if (open === null || found === undefined || found.value.kind === 'restore') return null;
  if (found.value.kind === 'edit') return { type: 'edit', effect: open, value: found.value };
  const state = before.get(open);
  return state === undefined ? null : { type: 'command', effect: open, value: found.value, before: state };
}

export interface CutOffDeps {
  journal: Journal;
  snapshots: Pick<Snapshots, 'take' | 'changes'>;
  contents: Contents;
  disk: Pick<Disk, 'look'>;
  /** The workspace's real path. */
  root: string;
}

/** A checkpoint names no more files than this. */
const maxNamed = 1_000;

/** Makes what differs since the effect began the checkpoint with this number; false where nothing does. */
export async function holdCutOff(cut: LastEffect, checkpoint: number, deps: CutOffDeps): Promise<boolean> {
  const { journal, snapshots, contents, disk, root } = deps;
  const { effect } = cut;
  if (cut.type === 'edit') {
    const path = rawBelow(root, cut.value.path);
    if (path === null) return false;
    const found = await disk.look(path);
    const written = await contents.learn(cut.value.next);
    if (found === null || !('id' in found) || found.id !== written) return false;
    await journal.append({ kind: 'checkpoint.made', checkpoint, effect, before: null, after: null, files: 1 });
    return true;
  }
  const since = performance.now();
  const after = (await snapshots.take()).ref;
  const changes = await snapshots.changes(cut.before, after);
  if (changes.length === 0) return false;
  const made = await madeOf(changes, id => contents.read(id), maxNamed);
  const durationMs = Math.round(performance.now() - since);
  await journal.append({ kind: 'snapshot.taken', snapshot: after, phase: 'doubt', effect, durationMs });
  await journal.append({ kind: 'checkpoint.made', checkpoint, effect, before: cut.before, after, ...made });
  return true;
}
