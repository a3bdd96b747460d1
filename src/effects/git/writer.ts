import { lstatSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { copyIndex } from './indexFile.ts';
import { comparing, type GitReader, linkSharedIndex } from './neutral.ts';
import { alternates, makeNeutralFolder, neutralOptions } from './neutralFolder.ts';
import { callGit, type GitAnswer } from './program.ts';
import { smallText } from './repository.ts';

/**
 * Calls of git that write: an index, files of a working tree, objects. As with `GitReader`, no setting, hook, filter or
 * helper of the repository or the person is in force; of attributes, those that convert line endings are.
 */
export interface GitWriter {
  /** Not ok where git fails, or takes longer than `timeoutMs` (default: 10 minutes). */
  call(args: readonly string[], more?: WriterCall): Promise<GitAnswer>;
  /** Its output, as latin1: one character is one byte. Rejects with `isolation.failed` where it is not ok. */
  must(args: readonly string[], more?: WriterCall): Promise<string>;
  /** What git sees as HEAD from now on. */
  setHead(commit: string): Promise<void>;
  close(): Promise<void>;
}

export interface WriterCall {
  input?: string | Uint8Array;
  env?: Readonly<Record<string, string>>;
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface WriterOptions {
  /** A folder of ours outside the workspace. */
  scratch: string;
  workTree: string;
  /** The index that it works on: a file of the repository, or a copy of one. */
  index: string | { copy: string };
  /** `own`: new objects go where nobody finds them. Default: into the repository. */
  objects?: 'repository' | 'own';
}

export interface OpenWriter extends GitWriter {
  /** The file that the index is in. */
  index: string;
}

const maxRulesBytes = 1024 * 1024;

export async function openWriter(git: GitReader, options: WriterOptions): Promise<OpenWriter> {
  const { gitDir, commonDir, objectFormat } = git.repository;
  const neutral = makeNeutralFolder(options.scratch, objectFormat);
  const index = typeof options.index === 'string' ? options.index : join(neutral.path, 'index');
  if (typeof options.index === 'object' && lstatSync(options.index.copy, { throwIfNoEntry: false })?.isFile() === true)
    await copyIndex(options.index.copy, index);
  linkSharedIndex(gitDir, neutral.path);
  const rules = git.excludes.map(file => smallText(file, maxRulesBytes) ?? '').join('\n');
  await writeFile(join(neutral.path, 'info/exclude'), rules);
  const attributes = smallText(join(commonDir, 'info/attributes'), maxRulesBytes);
  if (attributes !== null) await writeFile(join(neutral.path, 'info/attributes'), attributes);
  const objects = join(commonDir, 'objects');
  const env = {
    ...git.environment,
    GIT_DIR: neutral.path,
    GIT_WORK_TREE: options.workTree,
    GIT_INDEX_FILE: index,
    ...(options.objects === 'own'
      ? { GIT_OBJECT_DIRECTORY: join(neutral.path, 'objects'), GIT_ALTERNATE_OBJECT_DIRECTORIES: alternates(objects) }
      : { GIT_OBJECT_DIRECTORY: objects }),
  };
  // A half of a split index would be written beside an index that is gone tomorrow.
  const settings = [...neutralOptions, '-c', 'core.splitIndex=false', ...comparing(await git.settings(), git.person)];

  const call: GitWriter['call'] = (args, { input, timeoutMs = 600_000, signal, env: more = {} } = {}) =>
    callGit(git.program, {
      args: [...settings, ...args],
      env: { ...env, ...more },
      cwd: options.workTree,
      timeoutMs,
      maxBytes: 512 * 1024 * 1024,
      ...(input === undefined ? {} : { input }),
      ...(signal === undefined ? {} : { signal }),
    });

  return {
    index,
    call,
    async must(args, more) {
      const { ok, stdout, stderr, cut } = await call(args, more);
      if (ok) return stdout.toString('latin1');
      const problem = stderr.trim().split('\n')[0] || (cut ?? 'git ended with an error');
      throw new GatehouseError(failures.isolationFailed({ problem }));
    },
    setHead: commit => writeFile(join(neutral.path, 'HEAD'), `${commit}\n`),
    close: () => neutral.remove(),
  };
}

/** What git prints with `-z`. */
export function fields(output: string): string[] {
  return output.split('\0').filter(Boolean);
}
