import type { Snapshots } from '../ports/checkpoints.ts';
import type { Disk, Standing } from '../ports/disk.ts';
import { type Held, RawPath } from '../protocol/checkpoint.ts';
import type { EventOf } from '../protocol/event.ts';
import { applyChanges } from './apply.ts';
import { byPath } from './paths.ts';
import { type PlanDeps, planRestore } from './plan.ts';
import { fits, sameStanding } from './standing.ts';
import { type PathPlan, standingInTheWay } from './structure.ts';
import type { Move } from './timeline.ts';

export interface TakeBackDeps extends PlanDeps {
  snapshots: Pick<Snapshots, 'changes' | 'manifest' | 'touch'>;
  disk: Disk;
}

/**
 * Takes back what a restore had done when its process was killed. What it wanted is computed again, from what stood
 * there before, so that a path is only put back where that very thing stands; what somebody changed since is left.
 */
export async function takeBackBroken(
  broken: EventOf<'restore.intended'>,
  way: readonly Move[],
  deps: TakeBackDeps,
): Promise<{ back: RawPath[]; left: RawPath[]; first: RawPath }> {
  const paths = broken.paths.map(path => RawPath.parse(path));
  await deps.disk.sweep(paths);
  const now = (await deps.snapshots.touch(paths)).ref;
  const stood = new Map<RawPath, Standing | null>();
  for (const { path, before } of await deps.snapshots.changes(broken.before, now)) stood.set(path, before);
  const look = (path: RawPath): Promise<Standing | null> => {
    const held = stood.get(path);
    return held === undefined ? deps.disk.look(path) : Promise.resolve(held);
  };
  const past = { look, read: (path: RawPath) => deps.disk.read(path), below: (path: RawPath) => deps.disk.below(path) };
  const plan = await planRestore({ to: broken.to, way, paths }, { ...deps, disk: past });
  const wanted = new Map<RawPath, Held | null>();
  for (const { path, to } of plan.changes) wanted.set(path, to);
  for (const { path, theirs } of plan.conflicts) wanted.set(path, theirs);

  const back: PathPlan[] = [];
  const left: RawPath[] = [];
  for (const [path, before] of stood) {
    if (!wanted.has(path) || before?.type === 'occupied' || before?.type === 'special') continue;
    const found = await deps.disk.look(path);
    if (sameStanding(found, before)) continue;
    if (fits(found, wanted.get(path) ?? null)) back.push({ path, from: found, to: before, merged: false });
    else left.push(path);
  }
  const blocked = await standingInTheWay(back, deps.disk);
  const free = back.filter(({ path }) => !blocked.has(path)).sort(byPath);
  await applyChanges(free, deps);
  return {
    back: free.map(({ path }) => path),
    left: [...left, ...blocked.keys()].sort(),
    first: paths[0] ?? RawPath.parse(''),
  };
}
