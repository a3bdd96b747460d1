import type { Blobs } from '../ports/blobs.ts';
import type { Snapshots } from '../ports/checkpoints.ts';
import type { Disk, Merge } from '../ports/disk.ts';
import type { Journal } from '../ports/journal.ts';
import type { RawPath, SnapshotRef } from '../protocol/checkpoint.ts';
import type { Effect } from '../protocol/effect.ts';
import type { RestoredBy, RunEvent } from '../protocol/event.ts';
import { asFailure, type Failure, failures, GatehouseError } from '../protocol/failure.ts';
import { applyChanges } from './apply.ts';
import { type Contents, createContents } from './contents.ts';
import { holdCutOff, lastUnheld } from './cutOff.ts';
import { shownPath } from './paths.ts';
import { type Conflict, type OnConflict, type PlanDeps, planRestore, type RestorePlan, settle } from './plan.ts';
import { hasBytes } from './standing.ts';
import { takeBackBroken } from './takeBack.ts';
import { buildTimeline, type Timeline, turnAfter } from './timeline.ts';

export interface RestoringDeps {
  /** The run's events so far, those included that were appended meanwhile. */
  events(): readonly RunEvent[];
  journal: Journal;
  snapshots: Snapshots;
  blobs: Pick<Blobs, 'get'>;
  /** The workspace's files; `restore` names the temporary files of one restore. */
  disk(restore: string): Disk;
  merge: Merge;
  /** The workspace's real path. */
  root: string;
  newId(): string;
  /** Removes what the sandbox of a killed command left in the workspace; `before` is the state before the command. */
  sweep?(before: SnapshotRef): Promise<void>;
}

export interface RestoreOptions {
  /** Default: `refuse`. */
  onConflict?: OnConflict;
  by: RestoredBy;
}

export interface Restored {
  /** The checkpoint that it made; null where nothing had to change and the run stood there already. */
  checkpoint: number | null;
  files: number;
  /** What was left as it is. */
  conflicts: readonly Conflict[];
}

/** What was found half done, after a crash in the middle of a restore. */
export interface Broken {
  to: number;
  /** Paths that were put back as they stood before. */
  back: readonly RawPath[];
  /** Paths that somebody else has changed since, which were left. */
  left: readonly RawPath[];
}

/** The effect after which nothing was held, and the checkpoint that it now has. */
export interface CutOff {
  checkpoint: number;
  value: Effect;
}

/** Moves a workspace along its run. One at a time; the run must not change files meanwhile. */
export interface Restoring {
  timeline(): Timeline;
  snapshots: Snapshots;
  contents: Contents;
  disk: Pick<Disk, 'look' | 'read' | 'below'>;
  root: string;
  /** To a checkpoint, for all files or some (raw, below the root). Rejects with `checkpoint.unknown` or `checkpoint.gone`. */
  plan(to: number, paths?: readonly RawPath[]): Promise<RestorePlan>;
  /**
   * Does what was planned. Rejects with `restore.conflicts` where something would be lost and nothing says what to do
   * with it, before anything is changed; with `restore.changed` or `restore.failed` once all was put back as it was.
   */
  apply(plan: RestorePlan, options: RestoreOptions): Promise<Restored>;
  /** Lets the conversation go on as if what came after the checkpoint had not been said; false where nothing came. */
  rewind(to: number): Promise<boolean>;
  /** To be called before anything else: takes back what a killed restore had done. null where there was none. */
  mend(): Promise<Broken | null>;
  /**
   * To be called next, of a run that is not going on: makes what the last effect changed a checkpoint where nothing was
   * held after it. null where there is nothing of that kind.
   */
  holdCutOff(): Promise<CutOff | null>;
}

export function createRestoring(deps: RestoringDeps): Restoring {
  const { journal, snapshots } = deps;
  const contents = createContents(snapshots, deps.blobs);
  const looking: Restoring['disk'] = deps.disk(deps.newId());
  const timeline = (): Timeline => buildTimeline(deps.events());
  const planning = (disk: PlanDeps['disk']): PlanDeps => ({
    snapshots,
    contents,
    root: deps.root,
    disk,
    merge: deps.merge,
  });

  async function run(plan: RestorePlan, by: RestoredBy, before: SnapshotRef, settled: Settled): Promise<Restored> {
    const restore = deps.newId();
    const disk = deps.disk(restore);
    const { changes, left } = settled;
    const paths = changes.map(({ path }) => path);
    await journal.append({ kind: 'restore.intended', restore, to: plan.to, by, before, paths });
    try {
      const takeBack = await applyChanges(changes, { disk, contents });
      try {
        const after = (await snapshots.touch(paths)).ref;
        const checkpoint = timeline().last + 1;
        const files = changes.filter(({ from, to }) => ![from?.type ?? 'folder', to?.type ?? 'folder'].every(isFolder));
        await journal.append({
          kind: 'restore.done',
          restore,
          checkpoint,
          to: plan.to,
          whole: plan.whole,
          by,
          before,
          after,
          files: files.length,
          conflicts: left.map(({ path }) => shownPath(path)),
        });
        return { checkpoint, files: files.length, conflicts: left };
      } catch (error) {
        await takeBack();
        throw error;
      }
    } catch (error) {
      await failed(restore, asFailure(error));
      throw error;
    }
  }

  /** Where the journal cannot be written, the next one that opens it finds the restore without an end. */
  async function failed(restore: string, failure: Failure): Promise<void> {
    await journal.append({ kind: 'restore.failed', restore, failure }).catch(() => undefined);
  }

  return {
    timeline,
    snapshots,
    contents,
    disk: looking,
    root: deps.root,

    async plan(to, paths) {
      const line = timeline();
      if (line.stateOf(to) === null)
        throw new GatehouseError(failures.checkpointUnknown({ run: line.run, checkpoint: to, last: line.last }));
      const wanted = { to, way: line.way(to), ...(paths === undefined ? {} : { paths }) };
      return planRestore(wanted, planning(looking));
    },

    async apply(plan, options) {
      const onConflict = options.onConflict ?? 'refuse';
      // What is not to be changed need not be looked at.
      const touched = [...plan.changes, ...plan.conflicts].map(({ path }) => path);
      // A pipe is only noted where it is looked at by name, and the first look is at everything.
      if (plan.conflicts.some(({ ours }) => ours?.type === 'special')) await snapshots.touch([]);
      const before = (await snapshots.touch(touched)).ref;
      const settled = await settle(await sparing(plan, contents), onConflict, looking);
      const first = settled.left[0];
      if (first !== undefined && onConflict !== 'keep')
        throw new GatehouseError(
          failures.restoreConflicts({ files: settled.left.length, first: shownPath(first.path) }),
        );
      const line = timeline();
      const stands = settled.changes.length === 0 && (!plan.whole || line.stateOf(plan.to) === line.current);
      if (stands) return { checkpoint: null, files: 0, conflicts: settled.left };
      return run(plan, options.by, before, settled);
    },

    async rewind(to) {
      const record = turnAfter(timeline(), to);
      if (record === null) return false;
      await journal.append({ kind: 'conversation.rewound', record, checkpoint: to });
      return true;
    },

    async mend() {
      const line = timeline();
      if (line.broken === null) return null;
      const { restore, to } = line.broken;
      const found = await takeBackBroken(line.broken, line.way(to), {
        ...planning(deps.disk(restore)),
        snapshots,
        disk: deps.disk(restore),
      });
      const path = shownPath(found.left[0] ?? found.back[0] ?? found.first);
      // What is left is somebody else's now, so nothing more is to be put back.
      const failure = failures.restoreFailed({ path, problem: 'interrupted', rolledBack: true });
      await journal.append({ kind: 'restore.failed', restore, failure });
      return { to, back: found.back, left: found.left };
    },

    async holdCutOff() {
      const cut = lastUnheld(deps.events());
      if (cut === null) return null;
      if (cut.type === 'command') await deps.sweep?.(cut.before);
      const checkpoint = timeline().last + 1;
      const made = await holdCutOff(cut, checkpoint, { journal, snapshots, contents, disk: looking, root: deps.root });
      return made ? { checkpoint, value: cut.value } : null;
    },
  };
}

type Settled = Awaited<ReturnType<typeof settle>>;

const isFolder = (type: string): boolean => type === 'folder' || type === 'occupied';

/**
 * Marks as not to be overwritten what no snapshot holds: an ignored or a very large file would be lost for good. What
 * took the place of a held file is spared only until somebody says otherwise.
 */
async function sparing(plan: RestorePlan, contents: Contents): Promise<RestorePlan> {
  const conflicts: Conflict[] = [];
  for (const conflict of plan.conflicts) {
    const { ours, why } = conflict;
    // Whoever overwrites it was told that it is lost.
    const held = why === 'unheld' || !hasBytes(ours) || (await contents.lasts(ours.id));
    conflicts.push(held ? conflict : { ...conflict, overwritable: false, why: 'gone' });
  }
  return { ...plan, conflicts };
}
