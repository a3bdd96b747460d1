import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { neutralOptions } from '../git/neutralFolder.ts';
import { GitProblem, type GitStore } from './gitStore.ts';

/** A git that stays and answers one question after the other, in order. It starts with the first. */
export interface Standing<T> {
  /** Rejects with a `GitProblem` where the process ends before its answer; the next question starts another. */
  ask(input: Uint8Array): Promise<T>;
  /** Lets it end by itself. */
  close(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

interface Waiting<T> {
  done(answer: T): void;
  failed(error: Error): void;
}

/** `cutter` makes a reader that is given the output piece by piece and gives out the answers in it. */
export function standingGit<T>(
  store: GitStore,
  args: readonly string[],
  cutter: (give: (answer: T) => void) => (chunk: Buffer) => void,
): Standing<T> {
  let current: { child: ChildProcessWithoutNullStreams; queue: Waiting<T>[] } | null = null;

  function start(): NonNullable<typeof current> {
    const queue: Waiting<T>[] = [];
    const child = spawn(store.program.path, [...neutralOptions, ...args], {
      cwd: store.path,
      env: { ...store.env },
    });
    const started = { child, queue };
    unref(child);
    let said = '';
    child.stdout.on(
      'data',
      cutter(answer => {
        queue.shift()?.done(answer);
        if (queue.length === 0) unref(child);
      }),
    );
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, 8192);
    });
    child.stdin.on('error', () => undefined);
    const end = (problem: string): void => {
      if (current === started) current = null;
      for (const each of queue.splice(0)) each.failed(new GitProblem(problem));
    };
    child.once('error', error => end(error.message));
    child.once('close', () => end(said.split('\n')[0] || `git ${args[0]} ended early (killed)`));
    return started;
  }

  return {
    ask(input) {
      current ??= start();
      const { child, queue } = current;
      return new Promise((done, failed) => {
        ref(child);
        queue.push({ done, failed });
        child.stdin.write(input);
      });
    },
    async close() {
      const ending = current?.child;
      current = null;
      if (ending === undefined) return;
      ref(ending);
      await new Promise<void>(resolve => {
        ending.once('close', () => resolve());
        ending.stdin.end();
      });
    },
    kill() {
      current?.child.kill('SIGKILL');
      current = null;
    },
  };
}

/** A process that nobody waits for keeps no host alive. */
function unref(child: ChildProcessWithoutNullStreams): void {
  child.unref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
}

function ref(child: ChildProcessWithoutNullStreams): void {
  child.ref();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.ref();
}

/** One answer in each line. */
export function byLine(give: (line: string) => void): (chunk: Buffer) => void {
  let rest = '';
  return chunk => {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) give(line);
  };
}

export interface GitObject {
  type: string;
  bytes: Buffer;
}

/** Cuts the output of `cat-file --batch`: `<id> <type> <size>` LF content LF, or `<id> missing` LF, which is null. */
export function byObject(give: (object: GitObject | null) => void): (chunk: Buffer) => void {
  let head = Buffer.alloc(0);
  let body: { type: string; pieces: Buffer[]; left: number } | null = null;
  return chunk => {
    let rest = chunk;
    while (rest.length > 0) {
      if (body === null) {
        const end = rest.indexOf(10);
        head = Buffer.concat([head, end === -1 ? rest : rest.subarray(0, end)]);
        if (end === -1) return;
        rest = rest.subarray(end + 1);
        const [, type = '', size] = head.toString('latin1').split(' ');
        head = Buffer.alloc(0);
        if (size === undefined) give(null);
        else body = { type, pieces: [], left: Number(size) + 1 };
        continue;
      }
      const piece = rest.subarray(0, body.left);
      body.pieces.push(piece);
      body.left -= piece.length;
      rest = rest.subarray(piece.length);
      if (body.left > 0) return;
      give({ type: body.type, bytes: Buffer.concat(body.pieces).subarray(0, -1) });
      body = null;
    }
  };
}
