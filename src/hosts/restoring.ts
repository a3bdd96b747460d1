import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { lockRun } from '../agent/lock.ts';
import { shownPath } from '../checkpoints/paths.ts';
import { createRestoring, type Restoring, type RestoringDeps } from '../checkpoints/restore.ts';
import type { Operation } from '../checkpoints/timeline.ts';
import { realClock } from '../effects/clock.ts';
import { makePrivateFolder } from '../effects/files.ts';
import { openGit } from '../effects/git/neutral.ts';
import { findGit } from '../effects/git/program.ts';
import { removeMountPoints } from '../effects/leftovers.ts';
import { openDisk } from '../effects/restoring/disk.ts';
import { gitMerge } from '../effects/restoring/merge.ts';
import { openWorkspace } from '../effects/workspace.ts';
import { createBlobs } from '../journal/blobs.ts';
import type { Home } from '../journal/home.ts';
import { openJournal } from '../journal/journal.ts';
import { readJournal } from '../journal/read.ts';
import type { Snapshots } from '../ports/checkpoints.ts';
import type { Journal } from '../ports/journal.ts';
import type { RawPath } from '../protocol/checkpoint.ts';
import type { RunEvent } from '../protocol/event.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { pathTraits } from '../risk/paths.ts';
import { type Removed, removedFrom } from './housekeeping/removed.ts';
import { openStates } from './states.ts';

export interface RestoringSetup {
  home: Home;
  /** The whole id. */
  run: string;
  env: NodeJS.ProcessEnv;
  /** Ours, for the journal. */
  version: string;
}

export interface OpenRestoring extends Restoring {
  run: string;
  events(): readonly RunEvent[];
  /** Whether what would be needed to go to the checkpoint was removed to bound the state's size. */
  gone(checkpoint: number): boolean;
  /** Ends the journal again and gives the run back. */
  close(): Promise<void>;
}

/** Puts `Restoring` together over a run's journal and snapshots, whoever has opened them: also for a run that is going on. */
export function restoringOf(
  deps: Pick<RestoringDeps, 'events' | 'journal' | 'snapshots' | 'root'>,
  setup: Pick<RestoringSetup, 'home' | 'env'>,
): Restoring {
  const program = findGit(setup.env['PATH'] ?? '', deps.root);
  if (program === null) throw new GatehouseError(failures.gitMissing({}));
  return createRestoring({
    ...deps,
    blobs: createBlobs(setup.home),
    disk: restore => openDisk(deps.root, restore, path => holdsSecret(path, deps.root)),
    merge: gitMerge(program, join(setup.home.root, 'scratch')),
    newId: randomUUID,
    sweep: async before => removeMountPoints(deps.root, new Set((await deps.snapshots.manifest(before)).emptyFolders)),
  });
}

/** By its name: a key, or a file of secrets. */
function holdsSecret(path: RawPath, root: string): boolean {
  return pathTraits(`${root}/${shownPath(path)}`, { root, home: homedir() }).some(({ secret }) => secret !== undefined);
}

/**
 * Opens a run that is not going on, so that its workspace can be moved along it. Rejects with `run.locked` where it is
 * going on, with `workspace.missing`, `checkpoint.gitMissing`, or as `openJournal` does. What a killed restore left is
 * not taken back yet: call `mend` first.
 */
export async function openRestoring(setup: RestoringSetup): Promise<OpenRestoring> {
  const { home, run } = setup;
  const lock = await lockRun(home, run);
  const closers: (() => Promise<unknown>)[] = [() => lock.release()];
  const close = async (): Promise<void> => {
    for (const each of closers.splice(0).toReversed()) await each();
  };
  try {
    const { journal, read } = await openJournal(home, run, realClock);
    closers.push(() => journal.close());
    const events: RunEvent[] = [...read.events];
    const kept: Journal = {
      async append(body) {
        const event = await journal.append(body);
        events.push(event);
        return event;
      },
    };
    if (read.tornBytes > 0)
      await kept.append({ kind: 'run.resumed', gatehouse: setup.version, cutBytes: read.tornBytes });
    const { root, snapshots } = await openSnapshotsOf(setup, events);
    closers.push(() => snapshots.close());
    const restoring = restoringOf({ events: () => events, journal: kept, snapshots, root }, setup);
    return { ...(await withoutRemoved(restoring, setup)), run, events: () => events, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** For looking only, also while the run goes on, and where its workspace is gone: no lock is taken and nothing is written. */
export async function lookAtRun(setup: RestoringSetup): Promise<OpenRestoring> {
  const { events } = await readJournal(setup.home, setup.run);
  // What the run itself keeps for the next snapshot stays its own.
  const looking = { ...setup, run: `${setup.run} ${randomUUID()}` };
  const { root, snapshots } = await openSnapshotsOf(looking, events, { gone: true });
  const journal: Journal = {
    append: () => Promise.reject(new GatehouseError(failures.internal({ problem: 'opened for looking only' }))),
  };
  const restoring = restoringOf({ events: () => events, journal, snapshots, root }, setup);
  const known = await withoutRemoved(restoring, setup);
  return { ...known, run: setup.run, events: () => events, close: () => snapshots.close() };
}

/** Says of checkpoints that were removed that they are gone, before anything is looked for. */
async function withoutRemoved(
  restoring: Restoring,
  { home, run }: RestoringSetup,
): Promise<Restoring & Pick<OpenRestoring, 'gone'>> {
  const removed = await removedFrom(home, run);
  const gone = (checkpoint: number): boolean => {
    if (removed === null) return false;
    const line = restoring.timeline();
    return line.stateOf(checkpoint) !== null && line.way(checkpoint).some(each => isGone(each.operation, removed));
  };
  return {
    ...restoring,
    gone,
    async plan(to, paths) {
      if (gone(to)) throw new GatehouseError(failures.checkpointGone({ what: `Checkpoint ${to}` }));
      return restoring.plan(to, paths);
    },
  };
}

function isGone({ checkpoint, source }: Operation, { upTo }: Removed): boolean {
  return source !== null && checkpoint <= upTo;
}

/** `gone`: a workspace that is no longer there is no obstacle. */
export async function openSnapshotsOf(
  setup: RestoringSetup,
  events: readonly RunEvent[],
  { gone = false } = {},
): Promise<{ root: string; snapshots: Snapshots }> {
  const started = events.find(event => event.kind === 'run.started');
  const workspace = started?.workspace ?? '';
  const found = await openWorkspace(workspace).then(
    // Another folder stands there by a link: its states and its edits are not of that one.
    ({ root }) => (root === workspace ? root : null),
    () => null,
  );
  if (found === null && !(gone && workspace !== ''))
    throw whyGone(setup.run, events) ?? new GatehouseError(failures.workspaceMissing({ path: workspace }));
  const root = found ?? workspace;
  const { home, env, run } = setup;
  const scratch = join(home.root, 'scratch');
  await makePrivateFolder(scratch);
  const git = found === null ? null : await openGit({ workspace: root, home: homedir(), env, scratch });
  try {
    const original = started?.isolation?.original;
    const snapshots = await openStates({ home, run, root, original, env, git, blobs: createBlobs(home) });
    if (snapshots === null) throw new GatehouseError(failures.gitMissing({}));
    return { root, snapshots };
  } finally {
    await git?.close();
  }
}

/** A worktree is gone because its branch was merged, kept or discarded. */
function whyGone(run: string, events: readonly RunEvent[]): GatehouseError | null {
  const ended = events.findLast(event => event.kind === 'isolation.ended');
  return ended === undefined
    ? null
    : new GatehouseError(failures.isolationOver({ run, how: ended.how, branch: ended.branch }));
}
