import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, constants, openSync, unlinkSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Violation } from '../protocol/containment.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import type { CommandEnvironment } from './environment.ts';
import { errnoOf } from './errno.ts';
import { ownProgram, runOwn } from './own.ts';
import { markerName, pipePrefix } from './processTable.ts';
import { ProcessTree, type Tree } from './processTree.ts';

export interface Spawned {
  pid: number;
  tree: Tree;
  /** stdout and stderr in the order in which they were written; the first is all, unless no pipe could be shared. */
  output: readonly Readable[];
  /** Resolves when the shell itself has ended, whatever it left behind. */
  exited: Promise<{ exitCode: number | null; signal: string | null }>;
  /** Its processor time once it has exited, where another process than this one waits for it. */
  cpuMs?(): number | null;
  /** Resolves after `exited` with what the command tried and was refused; nothing where nothing held it. May reject. */
  settled: Promise<Violation[]>;
}

/**
 * Starts a shell on `command` in a session of its own, with nothing to read. `scratch` is a folder of ours for the pipe.
 * Rejects with `exec.spawnFailed`, with `file.changed` where a link leads to `cwd`, or with `run.stopped` where the signal
 * came first.
 */
export async function startShell(
  command: string,
  cwd: string,
  env: CommandEnvironment,
  scratch: string,
  signal: AbortSignal,
): Promise<Spawned> {
  if ((await realpath(cwd).catch(error => Promise.reject(notStarted(error)))) !== cwd)
    throw new GatehouseError(failures.fileChanged({ path: cwd }));
  const marker = randomUUID();
  const pipe = await sharedPipe(scratch);
  try {
    if (signal.aborted) throw new GatehouseError(failures.stopped({}));
    const stdio = pipe === null ? ('pipe' as const) : pipe.writer;
    const child = spawn(shellOn(env['PATH'] ?? '', cwd), ['-c', command], {
      cwd,
      env: { ...env, PWD: cwd, [markerName]: marker },
      detached: true,
      stdio: ['ignore', stdio, stdio],
    });
    const pid = await spawned(child);
    const tree = new ProcessTree(pid, marker, pipe?.path ?? null);
    pipe?.reader.once('close', () => tree.outputEnded());
    const output = pipe === null ? [child.stdout, child.stderr].filter(stream => stream !== null) : [pipe.reader];
    return { pid, tree, output, exited: exitOf(child, tree), settled: Promise.resolve([]) };
  } catch (error) {
    pipe?.reader.destroy();
    throw error;
  } finally {
    if (pipe !== null) closeSync(pipe.writer);
  }
}

function spawned(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => {
      if (child.pid === undefined) reject(notStarted(new Error('no process id')));
      else resolve(child.pid);
    });
    child.once('error', error => reject(notStarted(error)));
  });
}

function notStarted(error: Error): GatehouseError {
  return new GatehouseError(failures.spawnFailed({ problem: errnoOf(error) ?? error.message }), error);
}

function exitOf(child: ChildProcess, tree: ProcessTree): Spawned['exited'] {
  return new Promise(resolve => {
    child.once('exit', (exitCode, signal) => {
      tree.leaderEnded();
      resolve({ exitCode, signal });
    });
  });
}

/** bash, or sh where there is none. The system's comes first: PATH may hold folders of the workspace. */
function shellOn(searchPath: string, workspace: string): string {
  return ownProgram('bash', { searchPath, workspace }) ?? '/bin/sh';
}

/**
 * One pipe for stdout and stderr keeps their order. It is a real pipe by way of a name that is gone at once: Node's own
 * are sockets, on which `> /dev/stderr` fails. null where the system has no mkfifo.
 */
async function sharedPipe(scratch: string): Promise<{ reader: Socket; writer: number; path: string } | null> {
  const pipe = await openPipe(scratch);
  if (pipe !== null) unlinkSync(pipe.path);
  return pipe;
}

/** As `sharedPipe`, with its name still there. */
export async function openPipe(scratch: string): Promise<{ path: string; reader: Socket; writer: number } | null> {
  const path = `${pipePrefix(scratch)}${randomUUID()}`;
  const mkfifo = ownProgram('mkfifo');
  if (mkfifo === null) return null;
  try {
    await runOwn(mkfifo, ['-m', '600', path]);
  } catch {
    return null;
  }
  try {
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY);
    return { path, reader: new Socket({ fd: reader, readable: true, writable: false }), writer };
  } catch (error) {
    unlinkSync(path);
    throw error;
  }
}
