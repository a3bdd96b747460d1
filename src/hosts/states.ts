import { join } from 'node:path';
import { openSnapshots } from '../checkpoints/snapshots.ts';
import type { GitReader } from '../effects/git/neutral.ts';
import { findGit } from '../effects/git/program.ts';
import type { Home } from '../journal/home.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Snapshots } from '../ports/checkpoints.ts';

export interface StatesSetup {
  home: Home;
  run: string;
  /** The workspace's real path. */
  root: string;
  /** The workspace that a run in a worktree of its own was made from: both hold equal content once. */
  original?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** null where the workspace lies in no repository. */
  git: GitReader | null;
  blobs: Blobs;
  /** See `SnapshotOptions`. */
  mountPoints?: () => readonly string[];
}

/** Where the states of a run's workspace are held; null where there is no git to hold them with. */
export async function openStates({
  home,
  run,
  root,
  original,
  env,
  git,
  blobs,
  mountPoints,
}: StatesSetup): Promise<Snapshots | null> {
  const program = findGit(env['PATH'] ?? '', root);
  if (program === null) return null;
  const excludes = git?.excludes ?? [];
  return openSnapshots({
    root,
    store: original ?? root,
    home: { shadow: join(home.root, 'shadow'), blobs },
    run,
    program,
    excludes: () => excludes,
    ...(mountPoints === undefined ? {} : { mountPoints }),
  });
}
