import { type ChildProcess, execFile, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { isInside } from './workspace.ts';

/** Where a system keeps programs that only its administrator puts there. */
const systemFolders: readonly string[] =
  process.platform === 'win32'
    ? ['C:\\Windows\\System32', 'C:\\Program Files\\Git\\usr\\bin']
    : ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/run/current-system/sw/bin', '/opt/homebrew/bin'];

/** What a program of ours is given, whatever stands in our own environment. */
const ownEnvironment: Readonly<Record<string, string>> = { PATH: systemFolders.join(delimiter), LC_ALL: 'C' };

/** Where else to look for a program of ours, and the workspace, in which none may lie. */
export interface Elsewhere {
  /** The value of a PATH. */
  searchPath: string;
  workspace: string;
}

/**
 * The path of a program that is to work for us and not for the model: in a folder of the system, else in one that PATH
 * names absolutely. What PATH leads to in the workspace, by whatever link, is never it. null where there is none.
 */
export function ownProgram(name: string, elsewhere: Elsewhere = { searchPath: '', workspace: '' }): string | null {
  const inSystem = systemFolders.map(folder => join(folder, name)).find(path => isOwn(path, ''));
  return inSystem ?? programOnPath(name, elsewhere);
}

/** The program that the person's PATH leads to, with the same cautions; null where there is none. */
export function programOnPath(name: string, { searchPath, workspace }: Elsewhere): string | null {
  const folders = searchPath.split(delimiter).filter(isAbsolute);
  return folders.map(folder => join(folder, name)).find(path => isOwn(path, workspace)) ?? null;
}

/** Whether `path` can be run and does not lead into the workspace (absolute, or '' for none). */
export function isOwn(path: string, workspace: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    const real = realpathSync(path);
    if (!statSync(real).isFile()) return false;
    return (
      workspace === '' || ![path, real].some(each => isInside(realOr(workspace), each) || isInside(workspace, each))
    );
  } catch {
    return false;
  }
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export interface OwnOptions {
  /** Added to the little that every program of ours is given. */
  env?: Readonly<Record<string, string>>;
  /** Default: the root of the file system, so that no folder of a workspace is one by accident. */
  cwd?: string;
}

/** Starts a program of ours, found by `ownProgram`. Nothing of our own environment reaches it. */
export function spawnOwn(
  program: string,
  args: readonly string[],
  { env = {}, cwd = '/', ...more }: OwnOptions & Pick<SpawnOptions, 'stdio' | 'detached'>,
): ChildProcess {
  return spawn(program, args, { ...more, cwd, env: { ...ownEnvironment, ...env } });
}

/** Runs a program of ours for at most 5 s; rejects where it does not start or ends with another code than 0. */
export function runOwn(program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const options = { env: ownEnvironment, cwd: '/', timeout: 5_000, maxBuffer: 64 * 1024 };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(error);
    });
  });
}

/** As `runOwn`, at once, for a host that is being torn down; returns what it wrote to stdout, up to 64 MiB. */
export function runOwnSync(program: string, args: readonly string[]): string {
  const options = { env: ownEnvironment, cwd: '/', encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  return execFileSync(program, args, options);
}
