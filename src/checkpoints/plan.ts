import type { Disk, Merge, Standing } from '../ports/disk.ts';
import type { Held, NotHeld, RawPath } from '../protocol/checkpoint.ts';
import type { ConflictWhy } from './fold.ts';
import { foldPath } from './fold.ts';
import { type OperationDeps, type Transition, transitionsAlong } from './operations.ts';
import { byPath, covers, isBelow, rawBelow } from './paths.ts';
import { hasBytes, joined, sameStanding } from './standing.ts';
import { type PathPlan, standingInTheWay } from './structure.ts';
import type { Move } from './timeline.ts';

/** A path that cannot be taken there without losing what somebody did since. */
export interface Conflict {
  path: RawPath;
  why: ConflictWhy;
  ours: Standing | null;
  theirs: Held | null;
  /** Whether it can be overwritten, and, but for `unheld`, the overwriting undone. */
  overwritable: boolean;
}

/** What a restore would do, as a value: shown first, then applied as it is. */
export interface RestorePlan {
  /** The checkpoint to go to. */
  to: number;
  /** Whether it takes along all that the run did; else chosen paths alone. */
  whole: boolean;
  /** Sorted by path; what stands there already is left out. */
  changes: readonly PathPlan[];
  conflicts: readonly Conflict[];
  /** Of the checkpoints on the way: what they could not hold, so that it stays as it is. */
  notHeld: readonly NotHeld[];
  /** Checkpoints on the way of effects that were cut off: what the person changed until they were held counts as theirs. */
  cutOff: readonly number[];
  /** Files that the run's edits changed and that no restore touches: outside the workspace, or in a `.git`. */
  left: readonly string[];
}

export interface PlanDeps extends OperationDeps {
  disk: Pick<Disk, 'look' | 'read' | 'below'>;
  merge: Merge;
}

export interface Wanted {
  to: number;
  way: readonly Move[];
  /** Only these, and what lies below them; all where none is named. */
  paths?: readonly RawPath[];
}

/** Reads the disk and changes nothing. */
export async function planRestore({ to, way, paths }: Wanted, deps: PlanDeps): Promise<RestorePlan> {
  const steps = await transitionsAlong(way, deps);
  const plans: PathPlan[] = [];
  const conflicts: Conflict[] = [];
  for (const [path, all] of steps) {
    if (paths !== undefined && !covers(paths, path)) continue;
    const planned = await planPath(path, all, deps);
    if (planned === null) continue;
    if ('why' in planned) conflicts.push(planned);
    else plans.push(planned);
  }
  const blocked = await standingInTheWay(plans, deps.disk);
  for (const { path, from, to: theirs } of plans) {
    const why = blocked.get(path);
    if (why !== undefined) conflicts.push({ path, why, ours: from, theirs, overwritable: false });
  }
  return {
    to,
    whole: paths === undefined,
    changes: plans.filter(plan => !blocked.has(plan.path) && !isFilled(plan, plans)).sort(byPath),
    conflicts: conflicts.sort(byPath),
    notHeld: (await notHeldAlong(way, deps, paths)).filter(({ path }) => !isRestorable(steps.get(path))),
    cutOff: way.flatMap(({ operation }) => (operation.cutOff ? [operation.checkpoint] : [])),
    left: leftAlone(way, deps.root),
  };
}

/** null where what is to stand there stands there. */
async function planPath(
  path: RawPath,
  steps: readonly Transition[],
  deps: PlanDeps,
): Promise<PathPlan | Conflict | null> {
  const from = await deps.disk.look(path);
  const { contents, merge, disk } = deps;
  const folded = await foldPath(from, joined(steps), { contents, merge, ours: () => disk.read(path) });
  if (!('conflict' in folded)) {
    const { to } = folded;
    // A folder with something in it, or what no checkpoint holds, is only ever a target where it stands already.
    if (to?.type === 'occupied' || to?.type === 'special' || sameStanding(from, to)) return null;
    return { path, from, to, merged: folded.merged };
  }
  const { conflict: why, to: theirs } = folded;
  if (theirs?.type === 'special') return null;
  return { path, why, ours: from, theirs, overwritable: isOverwritable(from, why) };
}

/** A folder with something in it is never taken away; a pipe or a device only where a file that was held gave way to it. */
function isOverwritable(ours: Standing | null, why: ConflictWhy): boolean {
  if (ours?.type === 'special') return why === 'unheld';
  return why !== 'gone' && (ours === null || ours.type === 'folder' || hasBytes(ours));
}

/** A folder that is to be held as empty no more because something comes into it. */
function isFilled({ path, from, to }: PathPlan, plans: readonly PathPlan[]): boolean {
  return to === null && !hasBytes(from) && plans.some(plan => plan.to !== null && isBelow(plan.path, path));
}

/** Whether the state that the steps lead to holds the path, whatever those between do. */
function isRestorable(steps: readonly Transition[] | undefined): boolean {
  const last = steps?.at(-1);
  return last !== undefined && last.to?.type !== 'special';
}

async function notHeldAlong(
  way: readonly Move[],
  { snapshots }: OperationDeps,
  paths: readonly RawPath[] | undefined,
): Promise<NotHeld[]> {
  const found = new Map<RawPath, NotHeld>();
  for (const { operation } of way) {
    if (operation.source?.type !== 'snapshots') continue;
    const { before, after } = operation.source;
    for (const ref of [before, after])
      if (ref.notHeld > 0)
        for (const each of (await snapshots.manifest(ref)).notHeld)
          if (paths === undefined || covers(paths, each.path)) found.set(each.path, each);
  }
  return [...found.values()].sort(byPath);
}

function leftAlone(way: readonly Move[], root: string): string[] {
  const paths = way.flatMap(({ operation: { source } }) =>
    source?.type === 'edit' && rawBelow(root, source.edit.path) === null ? [source.edit.path] : [],
  );
  return [...new Set(paths)].sort();
}

/** What to do with what was changed since in the same place. */
export type OnConflict = 'refuse' | 'keep' | 'overwrite';

/**
 * The changes with the conflicts that are overwritten among them, and the conflicts that are left. With `refuse` all
 * conflicts are left. What is overwritten may make room for others, or take it.
 */
export async function settle(
  plan: RestorePlan,
  onConflict: OnConflict,
  disk: Pick<Disk, 'look' | 'below'>,
): Promise<{ changes: PathPlan[]; left: Conflict[] }> {
  const over = onConflict === 'overwrite' ? plan.conflicts.filter(({ overwritable }) => overwritable) : [];
  const all = [
    ...plan.changes,
    ...over.map(({ path, why, ours, theirs }) => ({
      path,
      from: ours,
      to: theirs,
      merged: false,
      lost: why === 'unheld',
    })),
  ];
  const blocked = await standingInTheWay(all, disk);
  const left = plan.conflicts.filter(conflict => !over.includes(conflict) || blocked.has(conflict.path));
  for (const { path, from, to } of plan.changes) {
    const why = blocked.get(path);
    if (why !== undefined) left.push({ path, why, ours: from, theirs: to, overwritable: false });
  }
  const changes = all.filter(change => !blocked.has(change.path) && !sameStanding(change.from, change.to));
  return { changes: changes.sort(byPath), left: left.sort(byPath) };
}
