import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, until } from './setup.ts';

/** A process that holds one run and starts these commands in it; with `orderly`, it ends the run after them. */
const host = `
import { bench } from '${join(import.meta.dirname, 'setup.ts')}';
const [root, outDir, how, ...commands] = process.argv.slice(1);
const b = await bench({ root, outDir });
const started = commands.map(command => b.run(b.sh(command, { cwd: root, background: how === 'background' })));
if (how === 'orderly') {
  await Promise.all(started);
  await b.effects.endAll();
}
setInterval(() => undefined, 1000);
`;

describe('when the process that holds a run is killed', () => {
  let base = '';
  let child: ChildProcess | null = null;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-watchdog-')));
    for (const name of ['root', 'out']) mkdirSync(join(base, name));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(base, { recursive: true, force: true });
  });

  const file = (name: string): string => join(base, 'root', name);
  const pidIn = (name: string): number => Number(readFileSync(file(name), 'utf8'));
  const isWritten = (name: string): boolean =>
    existsSync(file(name)) && readFileSync(file(name), 'utf8').endsWith('\n');

  function start(how: 'foreground' | 'background' | 'orderly', commands: string[]): ChildProcess {
    const code = ['--input-type=module', '-e', host, '--'];
    child = spawn(process.execPath, [...code, join(base, 'root'), join(base, 'out'), how, ...commands], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return child;
  }

  const dogs = (of: ChildProcess): number[] =>
    execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
      .split('\n')
      .map(line => line.trim().split(/\s+/))
      .filter(([, ppid, ...args]) => Number(ppid) === of.pid && args.join(' ').includes('read -r mark'))
      .map(([pid]) => Number(pid));

  const commands = [
    'echo $$ > plain; sleep 60',
    "trap '' TERM HUP INT; echo $$ > stubborn; while :; do sleep 1; done",
    "setsid sh -c 'echo $$ > session; exec sleep 60' & wait",
    "( env -i setsid sh -c 'sleep 60 & echo $! > cleared' & ); sleep 60",
  ];
  const names = ['plain', 'stubborn', 'session', 'cleared'];

  for (const how of ['foreground', 'background'] as const)
    it(`no ${how} command of the run outlives it, and nothing else dies`, async () => {
      const stranger = spawn('sleep', ['60'], { detached: true });
      const held = start(how, commands);
      try {
        await until(() => names.every(isWritten), 'the commands run', 10_000);
        const pids = names.map(pidIn);
        const watching = dogs(held);
        assert.equal(watching.length, 1, 'one watchdog for all commands of a run');
        held.kill('SIGKILL');
        await until(() => !pids.some(isAlive), 'all are dead', 3_000);
        await until(() => !watching.some(isAlive), 'the watchdog is gone as well', 3_000);
        assert.ok(isAlive(stranger.pid ?? 0));
      } finally {
        stranger.kill('SIGKILL');
      }
    });

  it('no signal but the last one keeps the watchdog from its work', async () => {
    const held = start('foreground', ['echo $$ > plain; sleep 60']);
    await until(() => isWritten('plain'), 'the command runs', 10_000);
    const [dog = 0] = dogs(held);
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGQUIT'] as const) process.kill(dog, signal);
    held.kill('SIGKILL');
    await until(() => !isAlive(pidIn('plain')), 'it is dead', 3_000);
  });

  it('the watchdog had waited in little memory and without our environment; it ends with the run', async () => {
    const held = start('orderly', ['echo $$ > plain; until [ -e go ]; do sleep 0.02; done']);
    await until(() => isWritten('plain'), 'the command runs', 10_000);
    const [dog = 0] = dogs(held);
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${dog}/status`, 'utf8'))?.[1]);
    assert.ok(kilobytes > 0 && kilobytes < 4_000, `${kilobytes} KB`);
    assert.doesNotMatch(readFileSync(`/proc/${dog}/environ`, 'utf8'), /GATEHOUSE|HOME=/);
    execFileSync('touch', [file('go')]);
    await until(() => !isAlive(dog), 'it is gone', 5_000);
    assert.ok(isAlive(held.pid ?? 0));
  });
});
