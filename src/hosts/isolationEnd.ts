import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { lockRun } from '../agent/lock.ts';
import { realClock } from '../effects/clock.ts';
import { exists, makePrivateFolder } from '../effects/files.ts';
import { changesIn } from '../effects/git/changes.ts';
import { type Merged, mergeBranch } from '../effects/git/mergeBranch.ts';
import { type GitReader, openGit } from '../effects/git/neutral.ts';
import { readRef } from '../effects/git/refs.ts';
import { isCheckedOut, removeBranch, removeWorktree, worktreeAt } from '../effects/git/worktrees.ts';
import { openWriter } from '../effects/git/writer.ts';
import type { Home } from '../journal/home.ts';
import { openJournal } from '../journal/journal.ts';
import type { Journal } from '../ports/journal.ts';
import type { EventOf, RunEvent } from '../protocol/event.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import type { Isolation, IsolationEnd } from '../protocol/isolation.ts';
import { commitWork, uncommitted, worktreeName } from './isolation.ts';

export interface EndSetup {
  home: Home;
  /** The whole id. */
  run: string;
  env: NodeJS.ProcessEnv;
}

export interface Ended {
  event: EventOf<'isolation.ended'>;
  /** null where nothing was merged by this call. */
  merged: Merged | null;
}

/**
 * Merges a run's branch, keeps it or discards it; its worktree goes in any case. What is in no commit is only lost where
 * the branch is discarded: else `force` commits it first, and without it the call rejects with `isolation.uncommitted`.
 * It may be repeated after it was cut off at any point. Rejects with `run.locked` while the run is going on, with
 * `isolation.…`, or as `openJournal` does; then worktree and branch are as they were.
 */
export async function endIsolation(setup: EndSetup, how: IsolationEnd, force: boolean): Promise<Ended> {
  const { home, run } = setup;
  const lock = await lockRun(home, run);
  try {
    const { journal, read } = await openJournal(home, run, realClock);
    try {
      const isolation = isolationOf(run, read.events);
      const earlier = endOf(read.events);
      if (earlier !== null && earlier.how !== how)
        throw new GatehouseError(failures.isolationOver({ run, how: earlier.how, branch: isolation.branch }));
      return await withRepository(setup, isolation, async (git, scratch) => {
        if (earlier !== null) {
          await clear(git, isolation, run, how);
          return { event: earlier, merged: null };
        }
        if (how !== 'discarded') {
          if (force && git !== null) await commitRest(setup, isolation, scratch, read.events, journal);
          await refuseUncommitted(setup, isolation, scratch);
        }
        const { merged, ...end } = await decide(git, isolation, worktreeName(run), how, scratch);
        // Written down first: what is left of the rest is taken away when it is repeated.
        const event = await journal.append({ kind: 'isolation.ended', how, branch: isolation.branch, ...end });
        await clear(git, isolation, run, how);
        if (event.kind !== 'isolation.ended') throw new GatehouseError(failures.internal({ problem: event.kind }));
        return { event, merged };
      });
    } finally {
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}

/** Rejects with `isolation.none` where the run worked in the workspace itself. */
export function isolationOf(run: string, events: readonly RunEvent[]): Isolation {
  const isolation = events.find(event => event.kind === 'run.started')?.isolation;
  if (isolation === undefined) throw new GatehouseError(failures.isolationNone({ run }));
  return isolation;
}

export function endOf(events: readonly RunEvent[]): EventOf<'isolation.ended'> | null {
  return events.findLast(event => event.kind === 'isolation.ended') ?? null;
}

/** Opens the person's repository; null where it is gone. */
export async function withRepository<T>(
  { home, env }: Pick<EndSetup, 'home' | 'env'>,
  isolation: Isolation,
  act: (git: GitReader | null, scratch: string) => Promise<T>,
): Promise<T> {
  const scratch = join(home.root, 'scratch');
  await makePrivateFolder(scratch);
  let folder = isolation.original;
  // The folder in it may belong to another branch than the one that is checked out now.
  while (!(await exists(folder)) && dirname(folder) !== folder) folder = dirname(folder);
  const git = await openGit({ workspace: folder, home: homedir(), env, scratch });
  try {
    return await act(git, scratch);
  } finally {
    await git?.close();
  }
}

async function decide(
  git: GitReader | null,
  { branch }: Isolation,
  name: string,
  how: IsolationEnd,
  scratch: string,
): Promise<{ commit: string | null; into: string | null; merged: Merged | null }> {
  const ref = `refs/heads/${branch}`;
  const commit = git === null ? null : readRef(git.repository, ref);
  if (how === 'discarded' && git !== null && isCheckedOut(git.repository, ref, name))
    throw unmergeable('checkedOut', branch);
  if (how === 'discarded') return { commit, into: null, merged: null };
  if (git === null) throw unmergeable('originalGone', branch);
  if (commit === null) throw unmergeable('branchGone', branch);
  if (how === 'kept') return { commit, into: null, merged: null };
  if (isCheckedOut(git.repository, ref, name)) throw unmergeable('checkedOut', branch);
  const merged = await mergeBranch({ git, scratch, branch });
  return { commit, into: merged.into, merged };
}

async function clear(
  git: GitReader | null,
  { worktree, branch }: Isolation,
  run: string,
  how: IsolationEnd,
): Promise<void> {
  await removeWorktree(git?.repository ?? null, worktreeName(run), worktree);
  if (how !== 'kept' && git !== null) await removeBranch(git.repository, branch);
}

/** What the worktree holds and no commit does. Relative to its top; empty where it is gone. */
export async function uncommittedIn(
  { env, run }: EndSetup,
  { worktree }: Isolation,
  scratch: string,
): Promise<string[]> {
  if (worktreeAt(worktree, worktreeName(run)) === null) return [];
  const git = await openGit({ workspace: worktree, home: homedir(), env, scratch });
  if (git === null) return [];
  try {
    const copy = join(git.repository.gitDir, 'index');
    const writer = await openWriter(git, { scratch, workTree: worktree, index: { copy } });
    try {
      await writer.setHead(git.headCommit() ?? '');
      return (await changesIn(writer)).map(({ path }) => Buffer.from(path, 'latin1').toString('utf8'));
    } finally {
      await writer.close();
    }
  } finally {
    await git.close();
  }
}

async function refuseUncommitted(setup: EndSetup, isolation: Isolation, scratch: string): Promise<void> {
  const files = await uncommittedIn(setup, isolation, scratch);
  const [first] = files;
  if (first !== undefined) throw uncommitted(isolation, files.length, first);
}

/** What cannot be committed stays as it is. */
async function commitRest(
  setup: EndSetup,
  isolation: Isolation,
  scratch: string,
  events: readonly RunEvent[],
  journal: Journal,
): Promise<void> {
  if ((await uncommittedIn(setup, isolation, scratch)).length === 0) return;
  const { env, run } = setup;
  const git = await openGit({ workspace: isolation.worktree, home: homedir(), env, scratch });
  if (git === null) return;
  try {
    const prompt = events.find(event => event.kind === 'run.started')?.prompt ?? '';
    const { committed } = await commitWork({ git, scratch, isolation, run }, prompt);
    if (committed !== null) await journal.append({ ...committed, between: true });
  } finally {
    await git.close();
  }
}

function unmergeable(why: Parameters<typeof failures.isolationNotMergeable>[0]['why'], branch: string): GatehouseError {
  return new GatehouseError(failures.isolationNotMergeable({ why, branch }));
}
