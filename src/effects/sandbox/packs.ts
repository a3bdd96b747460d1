import { spawn } from 'node:child_process';
import { closeSync, fstatSync } from 'node:fs';
import { makeNeutralFolder, neutralOptions, neutralVariables } from '../git/neutralFolder.ts';
import type { GitProgram } from '../git/program.ts';
import { type Budget, type Outcome, openPlain } from './looseObject.ts';

export const maxPackBytes = 1024 ** 3;
const timeoutMs = 120_000;
/** Of git, in KiB and in seconds: deltas can be made to cost more than they come to. */
const maxMemory = 4 * 1024 * 1024;
const maxSeconds = 60;
/** Windows of packs are mapped, which counts as memory. */
const small = ['core.bigFileThreshold=16m', 'core.packedGitWindowSize=32m', 'core.packedGitLimit=256m'];

/**
 * Has git read the pack at `path` into the repository whose objects are `objects`: it names each object by its content,
 * refuses one whose name stands for something else there, and makes the index anew. git runs with none of the
 * repository's settings, in a folder below `scratch`, which is ours.
 */
export async function takePack(
  path: string,
  { objects, scratch, git, promisor }: { objects: string; scratch: string; git: GitProgram; promisor: boolean },
  budget: Budget,
): Promise<Outcome> {
  let file: number | null = null;
  try {
    file = openPlain(path);
  } catch {
    return 'wrong';
  }
  if (file === null) return 'wrong';
  try {
    const { size } = fstatSync(file);
    budget.bytes -= size;
    if (size > maxPackBytes || budget.bytes < 0) return 'excess';
    const neutral = makeNeutralFolder(scratch, /pack-[0-9a-f]{64}\./.test(path) ? 'sha256' : 'sha1');
    try {
      const options = [...neutralOptions, ...small.flatMap(each => ['-c', each])];
      const command = ['index-pack', '--stdin', '--threads=1', `--max-input-size=${maxPackBytes}`];
      const limits = `ulimit -v ${maxMemory}; ulimit -t ${maxSeconds}; exec "$@"`;
      const env = {
        ...neutralVariables,
        PATH: git.searchPath,
        HOME: neutral.path,
        XDG_CONFIG_HOME: neutral.path,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CEILING_DIRECTORIES: neutral.path,
        GIT_DIR: neutral.path,
        GIT_OBJECT_DIRECTORY: objects,
      };
      const args = ['-c', limits, 'sh', git.path, ...options, ...command, ...(promisor ? ['--promisor'] : [])];
      return await ended(args, { cwd: neutral.path, env }, file);
    } finally {
      await neutral.remove();
    }
  } finally {
    closeSync(file);
  }
}

function ended(args: readonly string[], { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv }, file: number) {
  return new Promise<Outcome>(resolve => {
    const child = spawn('/bin/sh', args, { cwd, env, stdio: [file, 'ignore', 'ignore'] });
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('error', () => {
      clearTimeout(timer);
      resolve('failed');
    });
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? 'taken' : late || signal !== null ? 'excess' : 'wrong');
    });
  });
}
