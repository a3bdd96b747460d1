import { existsSync, lstatSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeNeutralFolder, neutralOptions, neutralVariables } from './neutralFolder.ts';
import { type Person, personExcludes, readPerson } from './person.ts';
import { callGit, findGit, type GitAnswer, type GitProgram } from './program.ts';
import { type Head, readHead, readRef } from './refs.ts';
import { maskAddress, parseSettings, type Remote, remotesOf, type Settings } from './remotes.ts';
import { findRepository, type Repository, smallText } from './repository.ts';
import { parseStatus, type StatusEntry } from './status.ts';

/**
 * Reads a repository that may be hostile. git runs with a git directory of ours over the repository's index and objects,
 * so that no setting, hook, filter or helper of the repository is ever in force. Answers are null where git fails,
 * takes longer than its limit or says more than its limit.
 */
export interface GitReader {
  repository: Repository;
  program: GitProgram;
  /** The person's configuration; null where it is out of reach or a part of the workspace. */
  person: Person | null;
  /** Files of ignore rules outside the working tree, weakest first. They need not exist. */
  excludes: readonly string[];
  /** Paths in the index, relative to the top, with `/`. */
  lsFiles(): Promise<string[] | null>;
  status(): Promise<GitStatus | null>;
  headCommit(): string | null;
  /** The branch's short name; null where HEAD is detached. */
  branch(): string | null;
  /** Addresses are masked. */
  remotes(): Promise<Remote[]>;
  /** A commit's full hash: of a branch, tag or remote branch, `HEAD`, or a hash. */
  revParse(rev: string): Promise<string | null>;
  /** The repository's own settings as data, with whatever secrets its addresses hold. Includes are not followed. */
  settings(): Promise<Settings>;
  /** A call of git for reading, with objects and index of the repository. */
  read(args: readonly string[], more?: { input?: string; maxBytes?: number }): Promise<GitAnswer>;
  /** What `read` gives git. For the few calls of ours that write; see `openWriter`. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface GitStatus {
  branch: string | null;
  commit: string | null;
  entries: StatusEntry[];
}

export interface GitOptions {
  /** Real path. */
  workspace: string;
  home: string;
  /** The host's environment: its PATH finds git, its HOME the person's configuration. */
  env: Readonly<Record<string, string | undefined>>;
  /** A folder of ours outside the workspace. */
  scratch: string;
}

const limits = { timeoutMs: 10_000, maxBytes: 64 * 1024 * 1024 };
const maxRulesBytes = 1024 * 1024;

/** null where there is no git outside the workspace, or no repository that we read. */
export async function openGit(options: GitOptions): Promise<GitReader | null> {
  const { workspace, home, env, scratch } = options;
  const repository = findRepository(workspace);
  const program = findGit(env['PATH'] ?? '', workspace);
  if (repository === null || program === null) return null;
  const person = await readPerson({ program, workspace, env, scratch, gitDir: repository.gitDir });
  const neutral = makeNeutralFolder(scratch, repository.objectFormat);
  const { top, gitDir, commonDir } = repository;
  const own = realFile(personExcludes(person, home));
  const excludes = [own, realFile(join(commonDir, 'info/exclude'))].filter(file => file !== null);
  const environment: Record<string, string> = {
    ...neutralVariables,
    PATH: program.searchPath,
    HOME: neutral.path,
    XDG_CONFIG_HOME: neutral.path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CEILING_DIRECTORIES: neutral.path,
    GIT_DIR: neutral.path,
    GIT_WORK_TREE: top,
    GIT_INDEX_FILE: join(gitDir, 'index'),
    GIT_OBJECT_DIRECTORY: join(commonDir, 'objects'),
    ...(existsSync(join(commonDir, 'shallow')) ? { GIT_SHALLOW_FILE: join(commonDir, 'shallow') } : {}),
  };
  if (process.platform === 'win32' && env['SystemRoot'] !== undefined) environment['SystemRoot'] = env['SystemRoot'];

  const read: GitReader['read'] = (args, more = {}) =>
    callGit(program, {
      args: [...neutralOptions, ...args],
      env: environment,
      cwd: neutral.path,
      timeoutMs: limits.timeoutMs,
      maxBytes: more.maxBytes ?? limits.maxBytes,
      ...(more.input === undefined ? {} : { input: more.input }),
    });

  async function settings(): Promise<Settings> {
    const file = join(commonDir, 'config');
    if (smallText(file, maxRulesBytes) === null) return new Map();
    const { ok, stdout } = await read(['config', '--file', file, '--no-includes', '--list', '-z']);
    return ok ? parseSettings(stdout.toString('utf8')) : new Map();
  }

  /** What status needs beside index and objects: the commit, the rules for ignoring, and how files are compared. */
  async function prepare(head: Head): Promise<string[]> {
    await writeFile(join(neutral.path, 'HEAD'), head.commit === null ? 'ref: refs/heads/none\n' : `${head.commit}\n`);
    const rules = excludes.map(file => smallText(file, maxRulesBytes) ?? '');
    await writeFile(join(neutral.path, 'info/exclude'), rules.join('\n'));
    return comparing(await settings(), person);
  }

  let last: Promise<unknown> = Promise.resolve();
  /** One at a time: they share the folder's HEAD. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  }

  return {
    repository,
    program,
    person,
    excludes,
    read,
    environment,
    settings,
    async lsFiles() {
      const index = lstatSync(join(gitDir, 'index'), { throwIfNoEntry: false });
      if (index === undefined) return [];
      if (!index.isFile()) return null;
      linkSharedIndex(gitDir, neutral.path);
      const { ok, stdout } = await read(['ls-files', '-z']);
      return ok ? stdout.toString('utf8').split('\0').filter(Boolean) : null;
    },
    status: () =>
      inTurn(async () => {
        const head = readHead(repository);
        if (head === null) return null;
        const compare = await prepare(head);
        linkSharedIndex(gitDir, neutral.path);
        const { ok, stdout } = await read([
          ...compare,
          'status',
          '--porcelain=v2',
          '-z',
          '--untracked-files=all',
          '--ignore-submodules=all',
          '--no-ahead-behind',
        ]);
        if (!ok) return null;
        return { branch: shortName(head), commit: head.commit, entries: parseStatus(stdout.toString('utf8')) };
      }),
    headCommit: () => readHead(repository)?.commit ?? null,
    branch: () => shortName(readHead(repository)),
    remotes: async () =>
      remotesOf(await settings()).map(remote => ({
        name: remote.name,
        url: maskAddress(remote.url),
        pushUrl: remote.pushUrl === null ? null : maskAddress(remote.pushUrl),
      })),
    async revParse(rev) {
      const named = rev === 'HEAD' ? readHead(repository)?.commit : firstRef(repository, rev);
      const wanted = named ?? (/^[0-9a-f]{7,64}$/.test(rev) ? rev : null);
      if (wanted === null) return null;
      const { ok, stdout } = await read(['rev-parse', '--verify', '--quiet', '--end-of-options', `${wanted}^{commit}`]);
      return ok ? stdout.toString('utf8').trim() : null;
    },
    close: () => neutral.remove(),
  };
}

/** People keep such files as links into a folder of their own. */
function realFile(path: string | null): string | null {
  try {
    return path === null ? null : realpathSync(path);
  } catch {
    return path;
  }
}

function shortName(head: Head | null): string | null {
  return head?.ref?.replace(/^refs\/heads\//, '') ?? null;
}

function firstRef(repository: Repository, name: string): string | null {
  for (const ref of [name, `refs/${name}`, `refs/tags/${name}`, `refs/heads/${name}`, `refs/remotes/${name}`]) {
    const found = readRef(repository, ref);
    if (found !== null) return found;
  }
  return null;
}

/** Settings that only say how files are compared. A value that is not one of these words is left out. */
export function comparing(settings: Settings, person: Person | null): string[] {
  const words = /^(true|false|input|lf|crlf|native)$/i;
  const keys = [
    'core.autocrlf',
    'core.eol',
    'core.filemode',
    'core.ignorecase',
    'core.symlinks',
    'core.precomposeunicode',
  ];
  return keys.flatMap(key => {
    const value = settings.get(key)?.at(-1) ?? person?.get(key) ?? '';
    return words.test(value) ? ['-c', `${key}=${value}`] : [];
  });
}

/** A split index names its other half, which git looks for in the git directory: ours. */
export function linkSharedIndex(gitDir: string, neutral: string): void {
  try {
    for (const name of readdirSync(gitDir))
      if (/^sharedindex\.[0-9a-f]+$/.test(name) && !existsSync(join(neutral, name)))
        symlinkSync(join(gitDir, name), join(neutral, name));
  } catch {
    // Without it git says that the index cannot be read, and that is what the caller hears.
  }
}
