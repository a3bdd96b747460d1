import assert from 'node:assert/strict';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Bench, bench, failsWith, isAlive, until } from './setup.ts';

describe('exec', () => {
  let b: Bench;
  beforeEach(async () => {
    b = await bench();
  });
  afterEach(() => b.remove());

  const pidIn = (name: string) => Number(readFileSync(join(b.root, name), 'utf8'));

  it('gives output and exit code', async () => {
    const outcome = await b.run(b.sh('pwd; exit 3'));
    assert.equal(outcome.output, `${b.root}\n`);
    assert.deepEqual([outcome.exitCode, outcome.signal, outcome.timedOut, outcome.stopped], [3, null, false, false]);
    assert.deepEqual(outcome.survivors, []);
    assert.equal((await b.run(b.sh('kill -9 $$'))).signal, 'SIGKILL');
  });

  it('tells how much processor time a command and its children took, where the system does', async () => {
    const busy = 'n=0; while [ $n -lt 30000 ]; do n=$((n + 1)); done';
    const worked = await b.run(b.sh(`bash -c '${busy}'`));
    const slept = await b.run(b.sh('true'));
    if (process.platform !== 'linux') return assert.equal(worked.cpuMs, null);
    assert.ok((worked.cpuMs ?? 0) > (slept.cpuMs ?? 0), `${worked.cpuMs} and ${slept.cpuMs}`);
  });

  it('keeps stdout and stderr in the order in which they were written', async () => {
    const lines = Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? `echo ${n}` : `echo ${n} >&2`));
    const expected = Array.from({ length: 200 }, (_, n) => `${n}\n`).join('');
    assert.equal((await b.run(b.sh(lines.join('\n')))).output, expected);
  });

  it('gives a command files in /dev to write to and nothing to read', async () => {
    const outcome = await b.run(b.sh('echo a > /dev/stdout; echo b > /dev/stderr; cat; read x; echo "read said $?"'));
    assert.equal(outcome.output, 'a\nb\nread said 1\n');
    assert.deepEqual(b.names('../state'), []);
  });

  it('runs bash, where its own syntax works', async () => {
    assert.equal((await b.run(b.sh('a=(x y); [[ ${a[1]} == y ]] && echo bash'))).output, 'bash\n');
  });

  it('streams whole characters, however the output is cut', async () => {
    const chunks: string[] = [];
    const command = `printf '\\xf0\\x9f'; sleep 0.1; printf '\\x98\\x80 \\xc3'; sleep 0.1; printf '\\xa9'`;
    const outcome = await b.run(b.sh(command), undefined, text => chunks.push(text));
    assert.equal(chunks.join(''), '😀 é');
    assert.ok(chunks.length > 1);
    assert.equal(outcome.output, '😀 é');
  });

  it('keeps head and tail of 100 MB in little memory', async () => {
    let streamed = 0;
    let nextLook = 0;
    const before = heldBytes();
    let most = before;
    const command = "echo first; yes 'a line of some length, again and again' | head -c 104857600; echo; echo last";
    const outcome = await b.run(b.sh(command), undefined, text => {
      streamed += text.length;
      if (streamed < nextLook) return;
      nextLook = streamed + 10 * 1024 * 1024;
      most = Math.max(most, heldBytes());
    });
    assert.equal(outcome.outputBytes, 104857600 + 12);
    assert.equal(streamed, outcome.outputBytes);
    assert.ok(outcome.output.startsWith('first\na line'));
    assert.ok(outcome.output.endsWith('last\n'));
    assert.ok(outcome.output.includes(`[… ${outcome.droppedBytes} bytes left out …]`));
    assert.ok(outcome.output.length < 33 * 1024);
    assert.ok(most - before < 32 * 1024 * 1024, `${most - before} bytes more`);
  });

  it('ends a command at its time-out, with what it printed until then', async () => {
    const outcome = await b.run(b.sh('echo before; sleep 60', { timeoutMs: 300 }));
    assert.equal(outcome.timedOut, true);
    assert.equal(outcome.output, 'before\n');
    assert.ok(outcome.durationMs >= 300 && outcome.durationMs < 20_000);
  });

  it('starts nothing after the stop', async () => {
    await assert.rejects(b.run(b.sh('touch made'), AbortSignal.abort()), failsWith('run.stopped'));
    assert.deepEqual(b.names(), []);
  });

  it('says why a command could not be started', async () => {
    await assert.rejects(b.run(b.sh('true', { cwd: join(b.root, 'none') })), failsWith('exec.spawnFailed'));
  });

  it('does not start where a link was swapped in for the folder', async () => {
    symlinkSync(b.outside, join(b.root, 'swapped'));
    await assert.rejects(b.run(b.sh('touch made', { cwd: join(b.root, 'swapped') })), failsWith('file.changed'));
    assert.deepEqual(b.names('../outside'), []);
  });

  const escapes: Record<string, string> = {
    'a child': 'sleep 60 & echo $! > pid; wait',
    'a child that ignores SIGTERM': `trap '' TERM; bash -c "trap '' TERM; echo \\$\\$ > pid; while :; do sleep 1; done"`,
    'a child in a session of its own': "setsid sh -c 'echo $$ > pid; exec sleep 60' & wait; sleep 60",
    'a child that forked twice': "( setsid sh -c 'sleep 60 & echo $! > pid' & ); sleep 60",
    'a child behind nohup': "nohup sh -c 'echo $$ > pid; exec sleep 60' >/dev/null 2>&1 & sleep 60",
    'a child with an empty environment': "env -i sh -c 'echo $$ > pid; exec sleep 60' & sleep 60",
    'a child with neither session, environment nor parent in common, but the output':
      "( env -i setsid sh -c 'sleep 60 & echo $! > pid' & ); sleep 60",
    'a child that has the output open under another number':
      "( env -i setsid sh -c 'exec 7>&1 >/dev/null 2>&1; sleep 60 & echo $! > pid' & ); sleep 60",
    'a child in a session of its own, without environment':
      "env -i setsid sh -c 'echo $$ > pid; exec sleep 60; :' & sleep 60",
  };
  for (const [who, command] of Object.entries(escapes))
    it(`ends ${who} once it is stopped`, async () => {
      const stop = new AbortController();
      const running = b.run(b.sh(command), stop.signal);
      await until(() => b.names().includes('pid') && b.text('pid').endsWith('\n'), 'the child runs');
      const pid = pidIn('pid');
      assert.ok(isAlive(pid));
      const stoppedAt = performance.now();
      stop.abort();
      const outcome = await running;
      assert.ok(performance.now() - stoppedAt < 15_000);
      assert.equal(outcome.stopped, true);
      assert.deepEqual(outcome.survivors, []);
      assert.equal(isAlive(pid), false);
    });

  it('leaves nothing behind a foreground command, and does not wait for it', async () => {
    const from = performance.now();
    const outcome = await b.run(
      b.sh('setsid sleep 60 & echo $! > pid; (while :; do echo noise; sleep 0.01; done) & echo done'),
    );
    assert.ok(performance.now() - from < 20_000);
    assert.equal(outcome.exitCode, 0);
    assert.match(outcome.output, /done\n/);
    assert.deepEqual(outcome.survivors, []);
    assert.equal(isAlive(pidIn('pid')), false);
  });

  it('leaves no orphan behind that cleared its environment, while the output is its own', async () => {
    await b.run(b.sh("( env -i setsid sh -c 'sleep 60 & echo $! > pid' & ); until [ -s pid ]; do sleep 0.01; done"));
    assert.equal(isAlive(pidIn('pid')), false);
  });

  it('lets processes that are not its own live', async () => {
    const other = await bench();
    try {
      const background = await other.run(other.sh('exec sleep 60', { background: true }));
      await b.run(b.sh('sleep 60 & true'));
      assert.ok(isAlive(background.background?.pid ?? 0));
    } finally {
      other.remove();
    }
  });

  it('runs a background command until it is told to end', async () => {
    const ends: unknown[] = [];
    const c = await bench({ onProcessEnd: end => ends.push(end) });
    try {
      const outcome = await c.run(c.sh('echo up; echo err >&2; sleep 60 & wait', { background: true }));
      const { process: id, pid, log } = outcome.background!;
      assert.deepEqual(
        c.effects.processes().map(({ process, pid, log, command }) => ({ process, pid, log, command })),
        [{ process: id, pid, log, command: 'echo up; echo err >&2; sleep 60 & wait' }],
      );
      assert.ok(log.startsWith(c.outDir));
      await until(() => readFileSync(log, 'utf8') === 'up\nerr\n', 'the log has the output');
      assert.deepEqual(await c.effects.endProcess(id), []);
      assert.equal(isAlive(pid), false);
      assert.deepEqual(c.effects.processes(), []);
      assert.equal(ends.length, 1);
      assert.deepEqual(await c.effects.endProcess('unknown'), []);
    } finally {
      c.remove();
    }
  });

  it('takes a background command that ended off the list and writes its exit code down', async () => {
    const outcome = await b.run(b.sh('echo bye; exit 4', { background: true }));
    const { log } = outcome.background!;
    await until(() => b.effects.processes().length === 0, 'it is off the list');
    await until(() => readFileSync(log, 'utf8') === 'bye\n\n[ended with exit code 4]\n', 'the log is complete');
  });

  it('keeps a background command listed while what it started lives', async () => {
    const outcome = await b.run(b.sh('sleep 60 & echo $! > pid', { background: true }));
    await until(() => b.names().includes('pid') && !isAlive(outcome.background?.pid ?? 0), 'the shell has ended');
    assert.equal(b.effects.processes().length, 1);
    assert.deepEqual(await b.effects.endAll(), []);
    assert.equal(isAlive(pidIn('pid')), false);
    assert.deepEqual(b.effects.processes(), []);
  });

  it('kills everything at once for a host that is about to die', async () => {
    const outcome = await b.run(b.sh("trap '' TERM; setsid sleep 60 & echo $! > pid; wait", { background: true }));
    await until(() => b.names().includes('pid') && b.text('pid').endsWith('\n'), 'the child runs');
    b.effects.killAllNow();
    await until(() => !isAlive(outcome.background?.pid ?? 0) && !isAlive(pidIn('pid')), 'both are dead', 1_000);
  });

  it('hands a command the scrubbed environment and its own marker', async () => {
    process.env['ANTHROPIC_API_KEY'] = 'sk-not-for-commands';
    const c = await bench();
    try {
      const { output } = await c.run(c.sh('env'));
      assert.ok(!output.includes('sk-not-for-commands'));
      assert.match(output, /^GIT_TERMINAL_PROMPT=0$/m);
      assert.match(output, /^GATEHOUSE_EFFECT=[0-9a-f-]{36}$/m);
    } finally {
      delete process.env['ANTHROPIC_API_KEY'];
      c.remove();
    }
  });
});

/** What is really held, garbage aside: how much of that there is depends on all tests that ran before. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
