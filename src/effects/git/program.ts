import { spawn } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { isInside } from '../workspace.ts';

/** The person's git and the folders in which its helpers are looked for. */
export interface GitProgram {
  path: string;
  /** PATH without relative entries and without any that lead into the workspace. */
  searchPath: string;
}

/**
 * The first git on `searchPath` that does not lie in the workspace, neither by name nor by where a link leads: a
 * repository may ship a program of that name. null where there is none.
 */
export function findGit(searchPath: string, workspace: string): GitProgram | null {
  const folders = searchPath.split(delimiter).filter(folder => isAbsolute(folder) && isOutside(folder, workspace));
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  const path = folders.map(folder => join(folder, name)).find(file => runnable(file) && isOutside(file, workspace));
  return path === undefined ? null : { path, searchPath: folders.join(delimiter) };
}

function isOutside(path: string, workspace: string): boolean {
  try {
    return !isInside(workspace, path) && !isInside(workspace, realpathSync(path));
  } catch {
    return false;
  }
}

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

export interface GitCall {
  args: readonly string[];
  /** All of it: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  cwd: string;
  input?: Uint8Array | string;
  timeoutMs: number;
  /** More output than this ends the call, as a time-out does. */
  maxBytes: number;
  signal?: AbortSignal;
}

export interface GitAnswer {
  /** Exit code 0, in time and in full. */
  ok: boolean;
  stdout: Buffer;
  /** At most 8 KiB of it. */
  stderr: string;
  cut: 'time' | 'size' | 'stopped' | null;
}

/** Runs git in a process group of its own, which ends with it. Never rejects: a git that cannot start is not ok. */
export function callGit(program: GitProgram, call: GitCall): Promise<GitAnswer> {
  return new Promise(resolve => {
    const out: Buffer[] = [];
    const errors: Buffer[] = [];
    let [size, errorSize] = [0, 0];
    let cut: GitAnswer['cut'] = null;
    const grouped = process.platform !== 'win32';
    const child = spawn(program.path, call.args, { cwd: call.cwd, env: { ...call.env }, detached: grouped });
    const end = (why: NonNullable<GitAnswer['cut']>) => {
      cut ??= why;
      try {
        if (grouped && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    const timer = setTimeout(() => end('time'), call.timeoutMs);
    const stop = () => end('stopped');
    if (call.signal?.aborted === true) stop();
    call.signal?.addEventListener('abort', stop, { once: true });
    const finish = (ok: boolean, problem = '') => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', stop);
      const stderr = Buffer.concat(errors).toString('utf8') + problem;
      resolve({ ok: ok && cut === null, stdout: Buffer.concat(out), stderr, cut });
    };
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > call.maxBytes) end('size');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (errorSize < 8192) errors.push(chunk.subarray(0, 8192 - errorSize));
      errorSize += chunk.length;
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(call.input);
    child.once('error', error => finish(false, error.message));
    child.once('close', code => finish(code === 0));
  });
}
