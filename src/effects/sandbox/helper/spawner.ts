import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import { createServer, connect as dial } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { inheritedCpuMs } from '../../cpu.ts';
import { readLines } from './lines.ts';
import { type SpawnReport, SpawnRequest } from './messages.ts';
import { listAll } from './processes.ts';

/**
 * The part of the helper that lives in the run's network namespace: it starts the commands there, so that they share one
 * loopback, and relays one port of it to the helper's proxy. It ends when its input does.
 */
export function runSpawner(): void {
  readLines(
    process.stdin,
    SpawnRequest,
    request => {
      if (request.type === 'relay') relay(request.socket);
      else if (request.type === 'account') void account();
      else start(request);
    },
    () => process.exit(1),
  );
  process.stdin.on('end', () => process.exit(0));
}

function say(report: SpawnReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function relay(socket: string): void {
  const server = createServer(near => {
    const far = dial(socket);
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') process.exit(1);
    say({ type: 'relaying', port: address.port });
  });
}

function start({ id, argv, env, output, seccomp }: Extract<SpawnRequest, { type: 'start' }>): void {
  const [program = '', ...rest] = argv;
  const opened: number[] = [];
  try {
    const pipe = openSync(output, constants.O_WRONLY);
    opened.push(pipe);
    const filter = seccomp === null ? [] : [openSync(seccomp, 'r')];
    opened.push(...filter);
    const child = spawn(program, rest, { cwd: '/', env, stdio: ['ignore', pipe, pipe, ...filter] });
    watch(id, child);
  } catch (error) {
    say({ type: 'notStarted', id, problem: error instanceof Error ? error.message : String(error) });
  } finally {
    for (const file of opened) closeSync(file);
  }
}

/** All that commands have used when one was told of last. */
let told = 0;

/**
 * What commands have used since the last one was told of. bwrap tells of a command's end before the process that waited
 * for it is gone, so a part may only come with the next one; nothing is lost or counted twice.
 */
function cpuMs(): number | null {
  const own = inheritedCpuMs();
  const first = inheritedCpuMs(1);
  if (own === null || first === null) return null;
  const used = own + first - told;
  told += used;
  return Math.max(0, used);
}

/** How long, in ms, the last processes of commands may take to be gone, and how often they are looked for. */
const goneMs = { most: 1_500, every: 5 };

/** Once what commands left is gone, and its time was taken over, tells the rest. */
async function account(): Promise<void> {
  const until = performance.now() + goneMs.most;
  while (performance.now() < until && commandsLive()) await wait(goneMs.every);
  say({ type: 'accounted', cpuMs: cpuMs() });
}

/** Whether any process is there beside us and those that started us; one whose end nobody has taken note of is. */
function commandsLive(): boolean {
  const all = listAll();
  const own = new Set<number>();
  for (let pid: number | undefined = process.pid; pid !== undefined && !own.has(pid); pid = all.get(pid)?.parent)
    own.add(pid);
  return readdirSync('/proc').some(name => /^\d+$/.test(name) && !own.has(Number(name)));
}

function watch(id: string, child: ChildProcess): void {
  child.once('error', error => say({ type: 'notStarted', id, problem: error.message }));
  child.once('spawn', () => {
    if (child.pid !== undefined) say({ type: 'started', id, pid: child.pid });
  });
  child.once('exit', (code, signal) => say({ type: 'exit', id, code, signal, cpuMs: cpuMs() }));
}
