import type { SnapshotRef } from '../protocol/checkpoint.ts';
import type { EditEffect, Effect } from '../protocol/effect.ts';
import type { EventOf, RestoredBy, RunEvent } from '../protocol/event.ts';

/** How to learn which paths an operation changed. */
export type ChangeSource =
  | { type: 'snapshots'; before: SnapshotRef; after: SnapshotRef }
  /**
   * An edit names its own bytes. `snapshot` is the last one before it, and `since` the edits that came in between: they
   * tell which folders it filled that were empty.
   */
  | { type: 'edit'; edit: EditEffect; snapshot: SnapshotRef | null; since: readonly EditEffect[] };

export interface Operation {
  /** Its checkpoint is the state after it. */
  checkpoint: number;
  /** The number of the record that tells of it. */
  seq: number;
  at: number;
  /** Files, as the event counts them. */
  files: number;
  by:
    | { type: 'effect'; effect: string; tool: string; value: Effect }
    | { type: 'restore'; to: number; whole: boolean; who: RestoredBy; conflicts: readonly string[] };
  /** null where the workspace was taken as a whole to an earlier state, which has operations of its own. */
  source: ChangeSource | null;
  /** The record `turn.started` of the turn that did it. */
  turn: number | null;
  /** Whether its end was not held when it came, so that what the person changed before it was counts as its own. */
  cutOff: boolean;
}

/** One operation on the way from a state to another: undone, or done again. */
export interface Move {
  operation: Operation;
  direction: 'back' | 'forth';
}

/**
 * A run's checkpoints and where its workspace stands among them. The states make a tree: an operation leads to a new
 * state below the current one, and a whole restore back to a state that is there. Checkpoint 0 is the start.
 */
export interface Timeline {
  run: string;
  workspace: string;
  startedAt: number;
  /** In the order of their checkpoints, from 1. */
  operations: readonly Operation[];
  /** The number of the last checkpoint. */
  last: number;
  /** The checkpoint whose state the workspace is in: the lowest of those with that state. */
  current: number;
  /** Where `redo` leads; null where nothing was undone since the last operation. */
  redo: number | null;
  /** A restore that was begun, and nothing says that it ended or was taken back. */
  broken: EventOf<'restore.intended'> | null;
  /** Of the checkpoint's state: the lowest checkpoint with the same one; null where there is no such checkpoint. */
  stateOf(checkpoint: number): number | null;
  /** Whether the current state has come through that of the checkpoint. */
  applied(checkpoint: number): boolean;
  /**
   * The operations between the current state and that of the checkpoint, in the order in which to go. To a state that
   * was left by undoing it leads back through those restores: so it brings back what they overwrote, and nothing else.
   */
  way(to: number): Move[];
  /** The same through the run's own operations, whatever the person had changed when they were undone. */
  ownWay(to: number): Move[];
}

export function buildTimeline(events: readonly RunEvent[]): Timeline {
  const operations: Operation[] = [];
  const states = new Map<number, number>([[0, 0]]);
  const parents = new Map<number, number>();
  const byState = new Map<number, Operation>();
  const proposed = new Map<string, { event: EventOf<'effect.proposed'>; turn: number | null }>();
  /** The states that were left by undoing them, each with what takes back the restore that left it. */
  const undone: { state: number; back: Operation }[] = [];
  let [run, workspace, startedAt] = ['', '', 0];
  /** Effects whose after-state was only held once the run was cut off. */
  const doubted = new Set<string>();
  let current = 0;
  let turn: number | null = null;
  let snapshot: SnapshotRef | null = null;
  let since: EditEffect[] = [];
  let broken: EventOf<'restore.intended'> | null = null;

  function held(ref: SnapshotRef): void {
    snapshot = ref;
    since = [];
  }

  function grow(operation: Operation): void {
    // A number is given once; a second one would make the tree a ring.
    if (states.has(operation.checkpoint)) return;
    operations.push(operation);
    states.set(operation.checkpoint, operation.checkpoint);
    parents.set(operation.checkpoint, current);
    byState.set(operation.checkpoint, operation);
    current = operation.checkpoint;
    undone.length = 0;
  }

  function made(event: EventOf<'checkpoint.made'>): void {
    const found = proposed.get(event.effect);
    if (found === undefined) return;
    const { tool, value } = found.event;
    grow({
      checkpoint: event.checkpoint,
      seq: event.seq,
      at: event.at,
      files: event.files,
      by: { type: 'effect', effect: event.effect, tool, value },
      source: sourceOf(event, value),
      turn: found.turn,
      cutOff: doubted.has(event.effect),
    });
    if (event.after !== null) held(event.after);
    else if (value.kind === 'edit') since = [...since, value];
  }

  function sourceOf({ before, after }: EventOf<'checkpoint.made'>, value: Effect): ChangeSource | null {
    if (before !== null && after !== null) return { type: 'snapshots', before, after };
    return value.kind === 'edit' ? { type: 'edit', edit: value, snapshot, since } : null;
  }

  function restored(event: EventOf<'restore.done'>): void {
    const { checkpoint, seq, at, files, to, whole, by, before, after, conflicts } = event;
    const operation: Operation = {
      checkpoint,
      seq,
      at,
      files,
      by: { type: 'restore', to, whole, who: by, conflicts },
      source: whole ? null : { type: 'snapshots', before, after },
      turn,
      cutOff: false,
    };
    held(after);
    const state = states.get(to);
    if (!whole || state === undefined) return grow(operation);
    operations.push(operation);
    states.set(checkpoint, state);
    const back: Operation = { ...operation, source: { type: 'snapshots', before: after, after: before } };
    if (undone.at(-1)?.state === state) undone.pop();
    else if (state !== current) undone.push({ state: current, back });
    current = state;
  }

  for (const event of events) {
    if (event.kind === 'run.started') ({ run, workspace, at: startedAt } = event);
    else if (event.kind === 'turn.started') turn = event.seq;
    else if (event.kind === 'effect.proposed') proposed.set(event.effect, { event, turn });
    else if (event.kind === 'snapshot.taken') {
      held(event.snapshot);
      if (event.phase === 'doubt' && event.effect !== null) doubted.add(event.effect);
    } else if (event.kind === 'effect.intended') doubted.delete(event.effect);
    else if (event.kind === 'checkpoint.made') made(event);
    else if (event.kind === 'restore.intended') broken = event;
    else if (event.kind === 'restore.done') restored(event);
    // Where a run went on over it, nobody can tell its half any more from what came after.
    if (event.kind === 'checkpoint.made') broken = null;
    if (endsRestore(event) && broken?.restore === event.restore) broken = null;
  }

  /** The state and those that it came through, up to the start. */
  function lineage(state: number): number[] {
    const line = [state];
    for (let above = parents.get(state); above !== undefined; above = parents.get(above)) line.push(above);
    return line;
  }

  const moves = (line: readonly number[], direction: Move['direction']): Move[] =>
    line.flatMap(state => {
      const operation = byState.get(state);
      return operation === undefined ? [] : [{ operation, direction }];
    });

  function ownWay(to: number): Move[] {
    const up = lineage(current);
    const down = lineage(states.get(to) ?? to);
    const shared = new Set(up.filter(state => down.includes(state)));
    const back = up.filter(state => !shared.has(state));
    const forth = down.filter(state => !shared.has(state)).toReversed();
    return [...moves(back, 'back'), ...moves(forth, 'forth')];
  }

  return {
    run,
    workspace,
    startedAt,
    operations,
    last: operations.at(-1)?.checkpoint ?? 0,
    current,
    redo: undone.at(-1)?.state ?? null,
    broken,
    stateOf: checkpoint => states.get(checkpoint) ?? null,
    applied(checkpoint) {
      const state = states.get(checkpoint);
      return state !== undefined && lineage(current).includes(state);
    },
    way(to) {
      const left = undone.findLastIndex(({ state }) => state === states.get(to));
      if (left === -1 || lineage(current).includes(undone[left]?.state ?? 0)) return ownWay(to);
      return undone
        .slice(left)
        .toReversed()
        .map(({ back }) => ({ operation: back, direction: 'forth' }));
    },
    ownWay,
  };
}

/** A restore that failed and could not put everything back is not over. */
function endsRestore(event: RunEvent): event is EventOf<'restore.done' | 'restore.failed'> {
  if (event.kind === 'restore.failed') return event.failure.args['rolledBack'] !== false;
  return event.kind === 'restore.done';
}

/**
 * Where the conversation has to go on so that the model has not yet asked for what came after the checkpoint: the record
 * of that turn's start. null where nothing came after.
 */
export function turnAfter({ operations }: Timeline, checkpoint: number): number | null {
  const next = operations.find(each => each.checkpoint > checkpoint && each.by.type === 'effect');
  return next?.turn ?? null;
}
