import { isAbsolute, relative, sep } from 'node:path';
import { madeOf } from '../checkpoints/made.ts';
import { shownPath } from '../checkpoints/paths.ts';
import type { Outcome } from '../effects/outcome.ts';
import type { Snapshots, Taken } from '../ports/checkpoints.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import { RawPath, type SnapshotPhase, type SnapshotRef } from '../protocol/checkpoint.ts';
import type { Terms } from '../protocol/containment.ts';
import type { Effect } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';

/**
 * Holds the workspace around the effects of a run, so that each of them can be undone, and numbers what changed. Each
 * method rejects with a `checkpoint.*` failure where the state cannot be held; then nothing more may be done.
 */
export interface Holding {
  /** Begins with the first snapshot, beside whatever else goes on. */
  begin(): void;
  /** Resolves once the state at the run's start is held; at once for what changes nothing. Rejects where nothing can be. */
  ready(value: Effect): Promise<void>;
  /** To be called right before the effect: what a command may change is held when this resolves. */
  before(effect: string, value: Effect, terms: Terms): Promise<void>;
  /** The effect is not begun after all, or not now: the state before it is forgotten. */
  drop(effect: string): void;
  /**
   * To be called once the effect is recorded, however it went: what it changed becomes a checkpoint. Resolves with its
   * number; null where it changed nothing. Rejects with `checkpoint.after` where that cannot be held.
   */
  after(effect: string, value: Effect, outcome: Outcome | null): Promise<number | null>;
  /** Holds the state at the end of a step, or of the run. */
  step(): Promise<void>;
  /**
   * Holds what processes in the background did since the last state that is held. Resolves with whether they changed
   * anything; looks at nothing where there was none.
   */
  settle(): Promise<boolean>;
  /**
   * To be called first when a run goes on: holds what a crash left of an effect, and makes that its checkpoint where it
   * has none. Resolves with what differs since it began, as a person reads it; null where its `before` was not held.
   */
  cutOff(cut: CutOff): Promise<string[] | null>;
}

export interface CutOff {
  effect: string;
  before: SnapshotRef | null;
  /** Whether what it changed is a checkpoint already. */
  checkpointed: boolean;
}

export interface HoldingDeps {
  /** null where nothing can be held: then only what changes nothing may be done. */
  snapshots: Snapshots | null;
  journal: Journal;
  clock: Clock;
  /** The workspace's real path. */
  root: string;
  /** Ids of the background processes that are alive. */
  alive(): readonly string[];
  /** The number of the last checkpoint so far. */
  last: number;
  /** Whether the state at the run's start is held already, since the run goes on. */
  begun?: boolean;
}

/** What reviews, limits and bounds look at: so many that no command of a real project hides one behind others. */
const maxPaths = 100_000;

/** What an effect did stands on the disk, so nobody may be told that nothing was done. */
function afterwards(error: unknown): unknown {
  if (!(error instanceof GatehouseError)) return error;
  const { code, args } = error.failure;
  const full = code === 'checkpoint.full';
  if (!full && code !== 'checkpoint.failed') return error;
  return new GatehouseError(failures.checkpointAfter({ full, problem: String(args['problem'] ?? '') }), error);
}

/** null for a path outside: what is changed there is asked about and held by no checkpoint. */
function rawPath(root: string, path: string): RawPath | null {
  const way = relative(root, path);
  if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return null;
  return RawPath.parse(Buffer.from(way.split(sep).join('/')).toString('latin1'));
}

/** Whether an effect may change the workspace, by what it is. */
function mayChange(value: Effect): boolean {
  return value.kind === 'edit' || value.kind === 'exec' || value.kind === 'restore';
}

export function createHolding(deps: HoldingDeps): Holding {
  const { snapshots, journal, clock } = deps;
  /** The effects that need an `after`, each with the state before it. */
  const open = new Map<string, SnapshotRef>();
  /** Background processes that may have changed something since `known`: process → effect. */
  const background = new Map<string, string>();
  let known: SnapshotRef | null = null;
  let first: Promise<void> | null = null;
  let checkpoint = deps.last;

  async function take(held: Snapshots, phase: SnapshotPhase, effect: string | null): Promise<SnapshotRef> {
    const since = clock.now();
    const { ref } = await held.take();
    await fromBackground(held, ref);
    const durationMs = Math.max(0, Math.round(clock.now() - since));
    await journal.append({ kind: 'snapshot.taken', snapshot: ref, phase, effect, durationMs });
    known = ref;
    return ref;
  }

  /** What changed while processes of the run were alive is counted as theirs; else it was the person who changed it. */
  async function fromBackground(held: Snapshots, now: SnapshotRef): Promise<void> {
    const author = [...background.values()].at(-1);
    const alive = new Set(deps.alive());
    for (const process of background.keys()) if (!alive.has(process)) background.delete(process);
    if (author !== undefined && known !== null) await changed(held, author, known, now);
  }

  async function changed(
    held: Snapshots,
    effect: string,
    before: SnapshotRef,
    after: SnapshotRef,
  ): Promise<number | null> {
    if (before.manifest.sha256 === after.manifest.sha256) return null;
    const changes = await held.changes(before, after);
    if (changes.length === 0) return null;
    checkpoint += 1;
    const made = await madeOf(changes, id => held.read(id), maxPaths);
    await journal.append({ kind: 'checkpoint.made', checkpoint, effect, before, after, ...made });
    return checkpoint;
  }

  function started(held: Snapshots): Promise<void> {
    first ??= take(held, deps.begun === true ? 'step' : 'start', null).then(() => undefined);
    return first;
  }

  return {
    begin() {
      // Whoever needs it awaits it, and is told then.
      if (snapshots !== null) started(snapshots).catch(() => undefined);
    },

    async ready(value) {
      if (!mayChange(value)) return;
      if (snapshots === null) throw new GatehouseError(failures.gitMissing({}));
      await started(snapshots);
    },

    async before(effect, value, terms) {
      // The sandbox lets a command with the profile `read-only` change nothing; an edit's bytes are held as blobs.
      if (value.kind !== 'restore' && (value.kind !== 'exec' || terms.profile === 'read-only')) return;
      if (snapshots === null) throw new GatehouseError(failures.gitMissing({}));
      open.set(effect, await take(snapshots, 'before', effect));
    },

    drop(effect) {
      open.delete(effect);
    },

    async after(effect, value, outcome) {
      if (value.kind === 'edit' && outcome?.kind === 'edit') {
        const path = rawPath(deps.root, value.path);
        if (path === null) return null;
        checkpoint += 1;
        await journal.append({ kind: 'checkpoint.made', checkpoint, effect, before: null, after: null, files: 1 });
        // What a process in the background does is told from this edit.
        if (background.size > 0 && snapshots !== null) known = (await snapshots.touch([path])).ref;
        return checkpoint;
      }
      const before = open.get(effect);
      if (before === undefined || snapshots === null) return null;
      open.delete(effect);
      // A restore that was done is a checkpoint already.
      if (outcome?.kind === 'restore') {
        known = (await snapshots.touch([])).ref;
        checkpoint = outcome.checkpoint;
        return checkpoint;
      }
      const taken: Taken = await snapshots.take().catch((error: unknown) => Promise.reject(afterwards(error)));
      const made = await changed(snapshots, effect, before, taken.ref);
      known = taken.ref;
      if (outcome?.kind === 'exec' && outcome.background !== null) background.set(outcome.background.process, effect);
      return made;
    },

    async step() {
      if (snapshots !== null && known !== null) await take(snapshots, 'step', null);
    },

    async settle() {
      if (snapshots === null || known === null || background.size === 0) return false;
      const before = checkpoint;
      await take(snapshots, 'step', null);
      return checkpoint > before;
    },

    async cutOff({ effect, before, checkpointed }) {
      if (snapshots === null || before === null) return null;
      const after = await take(snapshots, 'doubt', effect);
      first ??= Promise.resolve();
      const changes = await snapshots.changes(before, after);
      if (!checkpointed) await changed(snapshots, effect, before, after);
      return changes.map(({ path }) => shownPath(path));
    },
  };
}
