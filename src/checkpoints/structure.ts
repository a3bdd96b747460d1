import type { Standing } from '../ports/disk.ts';
import type { Held, RawPath } from '../protocol/checkpoint.ts';
import type { ConflictWhy } from './fold.ts';
import { foldersAbove } from './paths.ts';
import { hasBytes } from './standing.ts';

/** What is to be done at one path: from what stands there now to what is to stand there. */
export interface PathPlan {
  path: RawPath;
  from: Standing | null;
  to: Held | null;
  /** It keeps something of what was changed since, so it is not byte for byte what the checkpoint holds. */
  merged: boolean;
  /** What stands there is held by nothing, and somebody has said that it may be lost. */
  lost?: boolean;
}

export interface Surroundings {
  look(path: RawPath): Promise<Standing | null>;
  below(path: RawPath): Promise<RawPath[]>;
}

/**
 * The paths that cannot come to stand there beside everything else: below a file or link that stays, or in place of a
 * folder in which something stays. One that cannot may stand in another's way, so it is asked until nothing changes.
 */
export async function standingInTheWay(
  plans: readonly PathPlan[],
  disk: Surroundings,
): Promise<Map<RawPath, ConflictWhy>> {
  const left = new Map(plans.map(plan => [plan.path, plan]));
  const found = new Map<RawPath, ConflictWhy>();
  const looks = new Map<RawPath, Promise<Standing | null>>();
  const look = (path: RawPath): Promise<Standing | null> => {
    const known = looks.get(path) ?? disk.look(path);
    looks.set(path, known);
    return known;
  };
  for (let again = true; again; ) {
    again = false;
    const staying = [...left.values()].filter(({ to }) => to !== null);
    const filled = new Set(staying.flatMap(({ path }) => foldersAbove(path)));
    for (const plan of staying) {
      const why = await obstacle(plan, left, filled, { look, below: path => disk.below(path) });
      if (why === null) continue;
      found.set(plan.path, why);
      left.delete(plan.path);
      again = true;
    }
  }
  return found;
}

/** `filled`: the folders that something is to stand in. */
async function obstacle(
  { path, from, to }: PathPlan,
  plans: ReadonlyMap<RawPath, PathPlan>,
  filled: ReadonlySet<RawPath>,
  disk: Surroundings,
): Promise<ConflictWhy | null> {
  for (const folder of foldersAbove(path)) {
    const planned = plans.get(folder);
    if (planned !== undefined ? hasBytes(planned.to) : isObstacle(await disk.look(folder))) return 'blocked';
  }
  if (!hasBytes(to)) return null;
  if (filled.has(path)) return 'occupied';
  if (from?.type !== 'occupied') return null;
  for (const each of await disk.below(path)) {
    const planned = plans.get(each);
    if (planned === undefined || planned.to !== null) return 'occupied';
  }
  return null;
}

function isObstacle(standing: Standing | null): boolean {
  return standing !== null && standing.type !== 'folder' && standing.type !== 'occupied';
}
