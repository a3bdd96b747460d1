import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { observerInside } from '../bwrap.ts';
import { networkLayer } from '../layers.ts';
import { killCommand } from './commands.ts';
import { Gate } from './gate.ts';
import { readLines } from './lines.ts';
import { type Report, Request, SpawnReport, type SpawnRequest } from './messages.ts';
import { Observer } from './observer.ts';
import { createUpstream, type Upstream } from './upstream.ts';
import { Watchdog } from './watchdog.ts';

type Open = Extract<Request, { type: 'open' }>;
type Start = Extract<Request, { type: 'start' }>;

interface Live {
  /** null until it has started. */
  pid: number | null;
  root: string;
  observer: Observer;
  socket: string;
  killed: boolean;
  ended: boolean;
}

/** Where the gate listens, relative to the helper's folder: the path of a socket must be short. */
const gateSocket = 'gate';

/** One run's helper: it serves its input until that ends. `spawnerArguments` start the part in the network namespace. */
export function runHelper(spawnerArguments: readonly string[]): void {
  let helper: Helper | null = null;
  readLines(
    process.stdin,
    Request,
    request => {
      if (request.type === 'open') helper ??= new Helper(request, spawnerArguments);
      else if (helper === null) fail('nothing is open');
      else if (request.type === 'start') void helper.start(request);
      else if (request.type === 'account') helper.account();
      else helper.kill(request.id, request.gently);
    },
    problem => fail(`a request is not of the form: ${problem}`),
  );
  // All that was started lies in our process namespace, and ends with us.
  process.stdin.on('end', () => process.exit(0));
}

function say(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function fail(problem: string): void {
  process.stdout.write(`${JSON.stringify({ type: 'failed', problem } satisfies Report)}\n`, () => process.exit(1));
}

class Helper {
  readonly #live = new Map<string, Live>();
  readonly #gate: Gate;
  readonly #upstream: Upstream;
  readonly #watchdog: Watchdog;
  readonly #spawner: ChildProcess;
  #observers = 0;

  constructor(open: Open, spawnerArguments: readonly string[]) {
    process.chdir(open.dir);
    // A helper that was lost leaves its sockets.
    for (const name of readdirSync('.')) if (/^(gate|o\d+)$/.test(name)) rmSync(name);
    this.#upstream = createUpstream(open, open.elsewhere, fail);
    this.#gate = new Gate(this.#upstream, {
      onDenied: (id, host, port) => say({ type: 'deniedHost', id, host, port }),
      onLoop: id => this.kill(id, false),
    });
    this.#watchdog = new Watchdog(open.limits, (id, limit) => {
      say({ type: 'limit', id, limit });
      this.kill(id, false);
    });
    this.#spawner = this.#startSpawner(open.bwrap, spawnerArguments);
    this.#gate.listen(gateSocket).then(
      () => this.#ask({ type: 'relay', socket: gateSocket }),
      () => fail('the proxy has no socket'),
    );
  }

  async start(request: Start): Promise<void> {
    const { id, view, hosts } = request;
    const observer = new Observer(view, (kind, path) => say({ type: 'attempt', id, kind, path }));
    this.#observers += 1;
    const socket = `o${this.#observers}`;
    const live: Live = { pid: null, root: view.root, observer, socket, killed: false, ended: false };
    this.#live.set(id, live);
    try {
      await observer.listen(socket);
    } catch (error) {
      this.#live.delete(id);
      say({ type: 'notStarted', id, problem: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.#gate.admit(id, hosts);
    const argv = request.argv.map(word => (word === '{observer}' ? `${process.cwd()}/${socket}` : word));
    const env = {
      ...request.env,
      SRT_OBSERVE_SOCK: observerInside,
      SRT_ENCODED_CMD: 'x',
      SRT_ALLOW_NESTED_USERNS: '0',
    };
    this.#ask({ type: 'start', id, argv, env, output: request.output, seccomp: request.seccomp });
  }

  account(): void {
    this.#ask({ type: 'account' });
  }

  kill(id: string, gently: boolean): void {
    const live = this.#live.get(id);
    if (live === undefined) return;
    live.killed = true;
    if (live.pid !== null) void killCommand(live.pid, gently, () => live.ended);
  }

  #ask(request: SpawnRequest): void {
    this.#spawner.stdin?.write(`${JSON.stringify(request)}\n`);
  }

  #startSpawner(bwrap: string, spawnerArguments: readonly string[]): ChildProcess {
    const [program = bwrap, ...own] = networkLayer(bwrap);
    // The helper's own environment was chosen by who started it.
    const child = spawn(program, [...own, process.execPath, ...spawnerArguments], {
      env: process.env,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin.on('error', () => undefined);
    child.once('error', error => fail(`the network namespace: ${error.message}`));
    child.once('exit', code => fail(`the network namespace ended (${code})`));
    readLines(
      child.stdout,
      SpawnReport,
      report => void this.#hear(report),
      problem => fail(`a report is not of the form: ${problem}`),
    );
    return child;
  }

  async #hear(report: SpawnReport): Promise<void> {
    if (report.type === 'relaying') {
      say({ type: 'ready', port: report.port, namespace: readlinkSync('/proc/self/ns/pid') });
      return;
    }
    if (report.type === 'accounted') {
      say(report);
      return;
    }
    const live = this.#live.get(report.id);
    if (live === undefined) return;
    switch (report.type) {
      case 'started':
        this.#started(report.id, live, report.pid);
        return;
      case 'notStarted':
        await this.#over(report.id, live);
        say(report);
        return;
      case 'exit': {
        live.ended = true;
        const begun = live.killed || (await live.observer.reached());
        await this.#over(report.id, live);
        say({ ...report, begun, ...(live.killed ? { code: null, signal: 'SIGKILL' } : {}) });
        return;
      }
    }
  }

  #started(id: string, live: Live, pid: number): void {
    live.pid = pid;
    say({ type: 'started', id, pid });
    this.#watchdog.watch(id, { pid, root: live.root });
    if (live.killed) this.kill(id, false);
  }

  async #over(id: string, live: Live): Promise<void> {
    this.#live.delete(id);
    this.#watchdog.forget(id);
    this.#gate.dismiss(id);
    await live.observer.close();
    rmSync(live.socket, { force: true });
  }
}
