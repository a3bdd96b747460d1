import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { SandboxManager as manager } from '@anthropic-ai/sandbox-runtime';
import { isOwnMachine } from './addresses.ts';
import { readLines } from './lines.ts';
import { type Report, Request } from './messages.ts';

type Start = Extract<Request, { type: 'start' }>;

/**
 * The helper on macOS, which speaks the same lines: sandbox-runtime writes a Seatbelt profile for each command, and its
 * proxy and log tell what was refused. A command's processes are its process group.
 */
export function runSeatbelt(): void {
  const live = new Map<string, ChildProcess>();
  readLines(
    process.stdin,
    Request,
    request => {
      if (request.type === 'open') void open(request.dir);
      else if (request.type === 'start') void start(request, live);
      else if (request.type === 'account') say({ type: 'accounted', cpuMs: null });
      else kill(live.get(request.id), request.gently ? 'SIGTERM' : 'SIGKILL');
    },
    problem => fail(problem),
  );
  process.stdin.on('end', () => {
    for (const child of live.values()) kill(child, 'SIGKILL');
    process.exit(0);
  });
}

async function open(dir: string): Promise<void> {
  process.chdir(dir);
  const filesystem = { denyRead: [], allowRead: [], allowWrite: [], denyWrite: [] };
  const network = { allowedDomains: [], deniedDomains: [], allowLocalBinding: true };
  try {
    await manager.initialize({ network, filesystem }, () => Promise.resolve(false), true);
    say({ type: 'ready', port: 0, namespace: '' });
  } catch (error) {
    fail(String(error));
  }
}

async function start({ id, command, cwd, env, output, hosts, seatbelt }: Start, live: Map<string, ChildProcess>) {
  try {
    if (seatbelt === null) throw new Error('nothing says what to hold it by');
    manager.registerCommandNetworkLists(id, { allowedDomains: hosts.filter(host => !isOwnMachine(host)) });
    const filesystem = {
      denyRead: [...seatbelt.hide, ...seatbelt.blank],
      allowRead: [...seatbelt.read, ...seatbelt.write],
      allowWrite: [...seatbelt.write, seatbelt.tmpDir],
      denyWrite: [...seatbelt.protect, ...seatbelt.absent],
    };
    const identity = { commandId: id, commandText: command };
    const wrapped = await manager.wrapWithSandbox(command, 'bash', { filesystem }, undefined, identity);
    const pipe = openSync(output, constants.O_WRONLY);
    const own = { ...env, TMPDIR: seatbelt.tmpDir };
    const child = spawn('/bin/bash', ['-c', wrapped], { cwd, env: own, detached: true, stdio: ['ignore', pipe, pipe] });
    closeSync(pipe);
    live.set(id, child);
    child.once('error', error => notStarted(id, error.message));
    if (child.pid !== undefined) say({ type: 'started', id, pid: child.pid });
    child.once('exit', (code, signal) => {
      kill(child, 'SIGKILL');
      live.delete(id);
      manager.unregisterCommandNetworkLists(id);
      manager.cleanupAfterCommand();
      tell(id);
      say({ type: 'exit', id, code, signal, cpuMs: null, begun: true });
    });
  } catch (error) {
    notStarted(id, String(error));
  }
}

/** What the log and the proxy have on the command. */
function tell(id: string): void {
  for (const { line } of manager.getSandboxViolationStore().getViolationsForCommand(id)) {
    const [, host, port] = /network-outbound (\S+):(\d+)/.exec(line) ?? [];
    if (host !== undefined) say({ type: 'deniedHost', id, host, port: Number(port) });
    const path = /file-write\S* (\/.*)$/.exec(line)?.[1];
    if (path !== undefined) say({ type: 'attempt', id, kind: 'refused', path });
  }
}

function kill(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  try {
    if (child?.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group is gone.
  }
}

function notStarted(id: string, problem: string): void {
  say({ type: 'notStarted', id, problem });
}

function say(report: Report): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

function fail(problem: string): void {
  process.stdout.write(`${JSON.stringify({ type: 'failed', problem } satisfies Report)}\n`, () => process.exit(1));
}
