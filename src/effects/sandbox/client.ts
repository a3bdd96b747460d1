import { type ChildProcess, spawn } from 'node:child_process';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { readLines } from './helper/lines.ts';
import { Report, type Request } from './helper/messages.ts';

/** How long, in ms, the helper may take to tell of processor time; it is worth no longer wait. */
const accountMs = 2_000;

export type Ready = Extract<Report, { type: 'ready' }>;
export type CommandReport = Extract<Report, { id: string }>;

export interface HelperProgram {
  shell: string;
  /** The start of the argument list; then come Node and its arguments. */
  around: readonly string[];
  node: string;
  /** The helper's script, and what it is given. */
  arguments: readonly string[];
  /** Its whole environment. */
  env: Readonly<Record<string, string>>;
  /** No file of a command grows beyond this. */
  fileBytes: number;
}

/**
 * The helper process of one run, from our side. It runs in a user and process namespace of its own: whichever of the
 * two processes dies first, the kernel ends all that the helper started.
 */
export class HelperClient {
  readonly ready: Promise<Ready>;
  readonly #child: ChildProcess;
  readonly #listeners = new Map<string, (report: CommandReport) => void>();
  readonly #onLost: (problem: string) => void;
  readonly #accounted = Promise.withResolvers<number | null>();
  #problem: string | null = null;

  /** `onLost` is called once, when the helper has ended, however that came. */
  constructor(program: HelperProgram, open: Extract<Request, { type: 'open' }>, onLost: (problem: string) => void) {
    this.#onLost = onLost;
    this.#child = launch(program, open.dir);
    const opened = Promise.withResolvers<Ready>();
    // Whoever awaits it hears of it; before that nobody is there to.
    opened.promise.catch(() => undefined);
    this.ready = opened.promise;
    let stderr = '';
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-2_000);
    });
    if (this.#child.stdout !== null)
      readLines(
        this.#child.stdout,
        Report,
        report => {
          if (report.type === 'ready') opened.resolve(report);
          else if (report.type === 'failed') this.#problem = report.problem;
          else if (report.type === 'accounted') this.#accounted.resolve(report.cpuMs);
          else this.#listeners.get(report.id)?.(report);
        },
        problem => {
          this.#problem = problem;
          this.killNow();
        },
      );
    this.#child.stdin?.on('error', () => undefined);
    this.#child.once('error', error => this.#lost(error.message, opened.reject));
    this.#child.once('close', (code, signal) =>
      this.#lost(this.#problem ?? lastLine(stderr) ?? `the helper ended (${signal ?? code})`, opened.reject),
    );
    this.send(open);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(request: Request): void {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
  }

  /** Processor time, in ms, that no command's end told of; null where nobody tells. To be asked once. */
  account(): Promise<number | null> {
    this.send({ type: 'account' });
    setTimeout(() => this.#accounted.resolve(null), accountMs).unref();
    return this.#accounted.promise;
  }

  listen(id: string, listener: (report: CommandReport) => void): void {
    this.#listeners.set(id, listener);
  }

  forget(id: string): void {
    this.#listeners.delete(id);
  }

  /** Ends the helper and all that it started, without waiting. */
  killNow(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGKILL');
  }

  /** Resolves when the helper and all that it started are gone. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = new Promise<void>(resolve => {
      this.#child.once('close', () => resolve());
    });
    this.killNow();
    await closed;
  }

  #lost(problem: string, reject: (error: Error) => void): void {
    reject(new GatehouseError(failures.sandboxFailed({ problem })));
    this.#accounted.resolve(null);
    this.#onLost(problem);
  }
}

/**
 * Files that we were started with must not reach the commands, and Node only sees to the first few: the shell closes the
 * others and sets the limits that all inherit.
 */
const launcher = [
  'for f in /proc/$$/fd/*; do f=${f##*/}; [ "$f" -gt 2 ] && [ "$f" -ne 255 ] && eval "exec $f>&-"; done 2>/dev/null',
  'ulimit -c 0; ulimit -f "$1"; shift',
  'exec "$@"',
].join('\n');

function launch({ shell, around, node, arguments: rest, env, fileBytes }: HelperProgram, cwd: string): ChildProcess {
  const blocks = String(Math.floor(fileBytes / 1024));
  return spawn(shell, ['-c', launcher, shell, blocks, ...around, node, ...rest], {
    cwd,
    env: { ...env, ELECTRON_RUN_AS_NODE: '1', NODE_NO_WARNINGS: '1' },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function lastLine(text: string): string | null {
  return text.trim().split('\n').at(-1) || null;
}
