import { join } from 'node:path';
import { exists, list } from '../effects/files.ts';
import { type MergePlan, planMerge } from '../effects/git/mergeBranch.ts';
import type { GitReader } from '../effects/git/neutral.ts';
import { readHead, readRef } from '../effects/git/refs.ts';
import type { Repository } from '../effects/git/repository.ts';
import { removeWorktree, worktreeAt } from '../effects/git/worktrees.ts';
import { type Home, journalPath } from '../journal/home.ts';
import { readJournal } from '../journal/read.ts';
import { isRunId } from '../journal/runid.ts';
import type { EventOf } from '../protocol/event.ts';
import { asFailure, type Failure, failures } from '../protocol/failure.ts';
import type { Isolation } from '../protocol/isolation.ts';
import { worktreeName, worktreesOf } from './isolation.ts';
import { type EndSetup, endOf, isolationOf, uncommittedIn, withRepository } from './isolationEnd.ts';

/** How a run's worktree and branch stand now. Paths of files are relative to the repository's top. */
export interface IsolationState {
  isolation: Isolation;
  /** What became of it already. */
  ended: EventOf<'isolation.ended'> | null;
  /** Whether the worktree is there. */
  standing: boolean;
  /** The branch's commit; null where it is gone. */
  commit: string | null;
  /** Since its base, oldest first. */
  commits: { commit: string; subject: string }[];
  files: string[];
  /** What is in no commit. */
  uncommitted: string[];
  /** What a merge would do, or why there can be none. */
  merge: MergePlan | { type: 'impossible'; failure: Failure };
}

const maxCommits = 200;

/** Looks only, also while the run goes on. Rejects with `isolation.none`, or as `readJournal` does. */
export async function lookAtIsolation(setup: EndSetup): Promise<IsolationState> {
  const { home, run } = setup;
  const { events } = await readJournal(home, run);
  const isolation = isolationOf(run, events);
  return withRepository(setup, isolation, async (git, scratch) => {
    const commit = git === null ? null : readRef(git.repository, `refs/heads/${isolation.branch}`);
    const standing = worktreeAt(isolation.worktree, worktreeName(run)) !== null;
    const since = `${isolation.base}..${commit}`;
    return {
      isolation,
      ended: endOf(events),
      standing,
      commit,
      commits: git === null || commit === null ? [] : await commitsOf(git, since),
      files: git === null || commit === null ? [] : await filesOf(git, isolation.base, commit),
      uncommitted: standing ? await uncommittedIn(setup, isolation, scratch) : [],
      merge: await mergeOf(git, isolation.branch, scratch),
    };
  });
}

async function commitsOf(git: GitReader, since: string): Promise<IsolationState['commits']> {
  const args = ['log', '-z', '--reverse', `--max-count=${maxCommits}`, '--format=%H %s', since];
  const { stdout } = await git.read(args);
  return texts(stdout).map(line => ({ commit: line.split(' ')[0] ?? '', subject: line.slice(line.indexOf(' ') + 1) }));
}

async function filesOf(git: GitReader, base: string, commit: string): Promise<string[]> {
  const { stdout } = await git.read(['diff-tree', '-r', '-z', '--name-only', '--no-renames', base, commit]);
  return texts(stdout);
}

function texts(output: Buffer): string[] {
  return output.toString('utf8').split('\0').filter(Boolean);
}

async function mergeOf(git: GitReader | null, branch: string, scratch: string): Promise<IsolationState['merge']> {
  if (git === null)
    return { type: 'impossible', failure: failures.isolationNotMergeable({ why: 'originalGone', branch }) };
  return planMerge({ git, scratch, branch }).catch((error: unknown) => ({
    type: 'impossible' as const,
    failure: asFailure(error),
  }));
}

/** A folder that some run worked in. */
export interface FoundWorktree {
  run: string;
  path: string;
  /** Its branch's short name, as far as the repository still knows of it. */
  branch: string | null;
  /** `orphan`: the run's journal is gone, or says that the worktree is. */
  state: 'open' | 'orphan';
}

/** All worktrees below our state, by run. */
export async function listWorktrees(home: Home): Promise<FoundWorktree[]> {
  const found: FoundWorktree[] = [];
  for (const run of (await list(worktreesOf(home))).filter(isRunId)) {
    const names = await list(join(worktreesOf(home), run));
    const path = join(worktreesOf(home), run, names[0] ?? '');
    const repository = worktreeAt(path, worktreeName(run));
    const branch = repository === null ? null : branchOf(repository);
    found.push({ run, path, branch, state: (await isOpen(home, run)) ? 'open' : 'orphan' });
  }
  return found;
}

/**
 * Removes the worktree of a run that is gone. Its branch stays, since it may hold work; resolves with the branch's short
 * name, or null where the repository does not know of the worktree any more.
 */
export async function removeOrphan({ run, path }: FoundWorktree): Promise<string | null> {
  const repository = worktreeAt(path, worktreeName(run));
  const branch = repository === null ? null : branchOf(repository);
  await removeWorktree(repository, worktreeName(run), path);
  return branch;
}

async function isOpen(home: Home, run: string): Promise<boolean> {
  // A run's worktree is there before its journal is.
  if (!(await exists(journalPath(home, run)))) return Date.now() - startOf(run) < startMs;
  const events = await readJournal(home, run).then(
    read => read.events,
    () => null,
  );
  // A journal that cannot be read does not say that the work may go.
  if (events === null) return true;
  return endOf(events) === null && events.some(event => event.kind !== 'run.started' || event.isolation !== undefined);
}

const startMs = 60 * 60 * 1000;

/** The time that a run's id begins with, in ms. */
function startOf(run: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)/.exec(run) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

function branchOf(repository: Repository): string | null {
  return readHead(repository)?.ref?.replace(/^refs\/heads\//, '') ?? null;
}
