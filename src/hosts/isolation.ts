import { homedir } from 'node:os';
import { basename, join, relative } from 'node:path';
import type { Recorder } from '../agent/recorder.ts';
import { type Copied, copyDependencies } from '../effects/dependencies.ts';
import { exists, makePrivateFolder } from '../effects/files.ts';
import { type GitReader, openGit } from '../effects/git/neutral.ts';
import { findGit } from '../effects/git/program.ts';
import { readRef } from '../effects/git/refs.ts';
import { commitStep, whoOf } from '../effects/git/stepCommit.ts';
import { addWorktree, removeBranch, removeWorktree } from '../effects/git/worktrees.ts';
import { fields, openWriter } from '../effects/git/writer.ts';
import { openWorkspace } from '../effects/workspace.ts';
import type { Home } from '../journal/home.ts';
import type { EventBody } from '../protocol/event.ts';
import { asFailure, failures, GatehouseError } from '../protocol/failure.ts';
import type { Isolation } from '../protocol/isolation.ts';
import type { IsolationSettings } from './isolationSettings.ts';

export interface IsolateOptions {
  home: Home;
  run: string;
  /** The folder that the person named. */
  workspace: string;
  /** The task without secrets: a few of its words name the branch. */
  prompt: string;
  env: NodeJS.ProcessEnv;
  settings: IsolationSettings;
}

/** A worktree that was made for a run which has not begun yet. */
export interface Isolated {
  isolation: Isolation;
  /** The folder in it that is the run's workspace. */
  root: string;
  /** What the journal is told of it. */
  prepared: Extract<EventBody, { kind: 'isolation.prepared' }>;
  /** Takes it away again, where the run cannot begin. */
  discard(): Promise<void>;
}

/** What git calls a run's worktree, in its folder `worktrees`. */
export function worktreeName(run: string): string {
  return `gatehouse-${run}`;
}

/** Where the worktrees of all runs are. */
export function worktreesOf(home: Home): string {
  return join(home.root, 'worktrees');
}

/**
 * Makes a worktree of the person's repository on a branch of its own, at the commit that is checked out, with what the
 * project depends on. Rejects with `isolation.…` or `workspace.missing`; then nothing is left of it.
 */
export async function isolateRun(options: IsolateOptions): Promise<Isolated> {
  const { home, run, env } = options;
  const { root: original } = await openWorkspace(options.workspace);
  const scratch = join(home.root, 'scratch');
  await makePrivateFolder(scratch);
  const git = await openGit({ workspace: original, home: homedir(), env, scratch });
  if (git === null) {
    const why = findGit(env['PATH'] ?? '', original) === null ? 'noGit' : 'noRepository';
    throw new GatehouseError(failures.isolationUnavailable({ why, path: original }));
  }
  try {
    const base = git.headCommit();
    if (base === null) throw new GatehouseError(failures.isolationUnavailable({ why: 'noCommit', path: original }));
    const { repository } = git;
    const uncommitted = (await git.status())?.entries.length ?? null;
    const worktree = join(worktreesOf(home), run, basename(repository.top) || 'workspace');
    const branch = branchFor(git, run, options.prompt);
    const name = worktreeName(run);
    await makePrivateFolder(worktreesOf(home));
    const lacking = await addWorktree({ git, scratch, path: worktree, name, branch, base, who: whoOf(git.person) });
    const discard = async () => {
      await removeWorktree(repository, name, worktree);
      await removeBranch(repository, branch);
    };
    try {
      const root = join(worktree, relative(repository.top, original));
      if (!(await exists(root)))
        throw new GatehouseError(failures.isolationUnavailable({ why: 'folderNotCommitted', path: original }));
      const copied = await copyInto(worktree, git, scratch, options.settings);
      return {
        isolation: { worktree, branch, base, original },
        root,
        prepared: { kind: 'isolation.prepared', ...copied, uncommitted, ...lacking },
        discard,
      };
    } catch (error) {
      await discard().catch(() => undefined);
      throw error;
    }
  } finally {
    await git.close();
  }
}

/** `gatehouse/<end of the run's id>-<words of the task>`; without the slash where a branch `gatehouse` is in its way. */
function branchFor(git: GitReader, run: string, prompt: string): string {
  const words = prompt
    .replaceAll(/\[secret:[^\]]*\]/g, ' ')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '' && word.length <= 20);
  let slug = '';
  for (const word of words) {
    if (slug.length + word.length > 40) break;
    slug += `-${word}`;
  }
  const prefix = readRef(git.repository, 'refs/heads/gatehouse') === null ? 'gatehouse/' : 'gatehouse-';
  return `${prefix}${run.slice(-8)}${slug}`;
}

async function copyInto(
  to: string,
  git: GitReader,
  scratch: string,
  { setup, copy, maxCopyMiB }: IsolationSettings,
): Promise<Copied> {
  const { top, gitDir } = git.repository;
  const writer = await openWriter(git, { scratch, workTree: top, index: { copy: join(gitDir, 'index') } });
  try {
    return await copyDependencies({
      from: top,
      to,
      tracked: (await git.lsFiles()) ?? [],
      async ignored(paths) {
        const input = paths.map(path => `${path}\0`).join('');
        const { stdout } = await writer.call(['check-ignore', '-z', '--stdin'], { input });
        return fields(stdout.toString('utf8'));
      },
      dependencies: setup === null,
      more: copy,
      maxBytes: maxCopyMiB * 1024 * 1024,
    });
  } finally {
    await writer.close();
  }
}

export interface EndOfStep {
  git: GitReader;
  scratch: string;
  isolation: Isolation;
  run: string;
}

/** Commits what changed in a run's worktree, and writes down what came of it. Never rejects but as the journal does. */
export async function commitAtEnd(
  end: EndOfStep,
  recorder: Pick<Recorder, 'append' | 'events'>,
  title?: string,
): Promise<void> {
  const prompt = recorder.events().find(event => event.kind === 'run.started')?.prompt ?? '';
  try {
    const { committed, left } = await commitWork(end, title ?? prompt);
    const [first] = left;
    if (committed !== null) await recorder.append(committed);
    else if (first !== undefined) throw uncommitted(end.isolation, left.length, first);
  } catch (error) {
    if (error instanceof GatehouseError && error.failure.code === 'journal.unwritable') throw error;
    await recorder.append({ kind: 'isolation.commitFailed', failure: asFailure(error) });
  }
}

/**
 * Commits what changed in a run's worktree. Resolves with what the journal is to be told, null where there was nothing to
 * commit, and what cannot be committed from here. Rejects as `commitStep` does.
 */
export async function commitWork(
  { git, scratch, isolation: { branch }, run }: EndOfStep,
  title: string,
): Promise<{ committed: Extract<EventBody, { kind: 'isolation.committed' }> | null; left: string[] }> {
  const message = `${subjectOf(title)}\n\nGatehouse run ${run}`;
  const { commit, files, left, signing } = await commitStep({ git, scratch, branch, message });
  if (commit === null) return { committed: null, left };
  return { committed: { kind: 'isolation.committed', commit, branch, files, left, ...signedAs(signing) }, left };
}

/** The worktree holds what is in no commit. */
export function uncommitted({ worktree }: Isolation, files: number, first: string): GatehouseError {
  return new GatehouseError(failures.isolationUncommitted({ worktree, files, first }));
}

type Signed = Awaited<ReturnType<typeof commitStep>>['signing'];

function signedAs(signing: Signed): { signing?: Signed } {
  return signing.type === 'nothing' && signing.left.length === 0 ? {} : { signing };
}

/** The first line of a text as git's tools expect a subject: one line of at most 72 characters. */
function subjectOf(text: string): string {
  const line =
    text
      .trim()
      .split('\n')[0]
      ?.replaceAll(/\p{Cc}+/gu, ' ')
      .trim() ?? '';
  return line.length <= 72 ? line || 'Work of a run' : `${line.slice(0, 71).trimEnd()}…`;
}
