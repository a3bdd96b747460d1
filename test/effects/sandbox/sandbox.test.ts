import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { scrubEnvironment } from '../../../src/effects/environment.ts';
import { openSandbox } from '../../../src/effects/sandbox/sandbox.ts';
import { full } from '../../support/share.ts';
import { bench, failsWith, isAlive, until } from '../setup.ts';
import { type Box, box, finish, helperPath, noSandbox } from './setup.ts';

describe('the sandbox', function () {
  this.timeout(60_000);
  let b: Box;
  beforeEach(async function () {
    if (process.platform !== 'linux') this.skip();
    b = await box();
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
  });
  afterEach(async () => {
    await b?.remove();
  });

  it('gives output in order, exit codes, and files in /dev to write to', async () => {
    const lines = Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? `echo ${n}` : `echo ${n} >&2`)).join('\n');
    const expected = Array.from({ length: 100 }, (_, n) => `${n}\n`).join('');
    assert.equal((await b.run(lines)).output, expected);
    const { output, exitCode, signal, violations } = await b.run(
      'echo a > /dev/stdout; echo b > /dev/stderr; echo c | tee /dev/stderr; cat; exit 3',
    );
    assert.match(output, /^a\nb\nc\nc\n$/);
    assert.deepEqual([exitCode, signal, violations], [3, null, []]);
  });

  it('tells which folders it has put into the workspace, until it has removed them', async () => {
    const before = readdirSync(b.root);
    const started = await b.start('touch x.txt; echo ready; cat', {}, true);
    const ended = finish(started);
    await until(() => existsSync(b.path('x.txt')), 'a file of the command', 30_000);
    const ours = b.sandbox.mountPoints();
    const made = readdirSync(b.root).filter(name => !before.includes(name) && name !== 'x.txt');
    assert.ok(made.includes('.claude'));
    assert.deepEqual(
      made.filter(name => !ours.includes(b.path(name))),
      [],
    );
    await started.tree.end();
    await ended;
    assert.deepEqual(b.sandbox.mountPoints(), []);
    assert.deepEqual(readdirSync(b.root), [...before, 'x.txt']);
  });

  it('lets a command work in the workspace, with a temporary folder that lasts as long as the run', async () => {
    await b.run('echo x > new.txt; mkdir d; mv new.txt d; echo y > "$TMPDIR/kept"');
    assert.equal(readFileSync(b.path('d/new.txt'), 'utf8'), 'x\n');
    assert.equal((await b.run('cat /tmp/kept')).output, 'y\n');
    assert.ok(!existsSync('/tmp/kept'));
  });

  it('starts the helper with the first command and leaves neither it nor its folders', async () => {
    const run = join(b.tempDir, 'run');
    assert.ok(!existsSync(run));
    await b.run('true');
    assert.ok(helpers(b).length > 0);
    await b.sandbox.close();
    assert.deepEqual(helpers(b), []);
    assert.deepEqual(readdirSync(b.tempDir), []);
  });

  it('lets git read under the workspace profile, and add and commit under its own', async () => {
    b.write('b.txt', 'b\n');
    const read = await b.run('git status --short; git log --oneline | wc -l; git diff; git add -A');
    assert.match(read.output, /^\?\? b.txt\n1\n/);
    assert.deepEqual(read.violations, [{ type: 'write', path: b.path('.git/index') }]);
    const config = readFileSync(b.path('.git/config'), 'utf8');
    const wrote = await b.run(
      'git add -A && git -c user.name=t -c user.email=t@example.invalid commit -qm Second && git switch -qc other',
      { profile: 'git' },
    );
    assert.deepEqual([wrote.exitCode, wrote.violations], [0, []], wrote.output);
    assert.equal(b.git('log', '--format=%s', '-1').trim(), 'Second');
    assert.equal(readFileSync(b.path('.git/config'), 'utf8'), config);
  });

  it('commits in a worktree, whose shared configuration stays', async () => {
    const tree = join(b.base, 'tree');
    b.git('worktree', 'add', '-q', '-b', 'side', tree);
    const inTree = (...args: string[]) => execFileSync('git', args, { cwd: tree, encoding: 'utf8' }).trim();
    const [cacheDir, tempDir] = [join(b.base, 'cache2'), join(b.base, 'temp2')];
    for (const folder of [cacheDir, tempDir]) mkdirSync(folder);
    const gitDir = realpathSync(inTree('rev-parse', '--absolute-git-dir'));
    const given = { workspaceRoot: tree, gitCommonDir: b.path('.git'), gitDir, cacheDir, tempDir, home: b.home };
    const identity = { gitIdentity: { name: 'A "B" C', email: 'a@example.invalid' } };
    const sandbox = await openSandbox({ ...given, env: b.env, helperPath, options: identity });
    const run = async (command: string, profile: 'git' | 'workspace') => {
      const terms = { profile, hosts: [], writes: [] };
      return finish(await sandbox.start({ command, cwd: tree, env: b.env, terms, background: false }, never()));
    };
    try {
      const commit = 'echo t > t.txt; git add -A && git commit -qm Side';
      assert.notEqual((await run(commit, 'workspace')).exitCode, 0);
      const done = await run(commit, 'git');
      assert.equal(done.exitCode, 0, done.output);
      assert.equal(inTree('log', '--format=%s by %an', '-1'), 'Side by A "B" C');
      for (const command of [
        'git config a.b c',
        'echo x > "$(git rev-parse --git-common-dir)/hooks/post-commit"',
        'echo x > .git',
        'echo x > "$(git rev-parse --git-dir)/gitdir"',
        'rm "$(git rev-parse --git-common-dir)/HEAD"',
      ])
        assert.notEqual((await run(command, 'git')).exitCode, 0, command);
      const { violations } = await run('echo "[core]" > "$(git rev-parse --git-dir)/config.worktree"', 'git');
      assert.deepEqual(violations, [{ type: 'restored', path: join(gitDir, 'config.worktree') }]);
      assert.equal(b.git('log', '--format=%s', '-1').trim(), 'First');
    } finally {
      await sandbox.close();
    }
  });

  it('shares a loopback between the commands of the run, which the machine does not see', async () => {
    b.write(
      'server.cjs',
      "require('http').createServer((q,r)=>r.end('hello')).listen(4173,'127.0.0.1',()=>console.log('up'))",
    );
    const server = await b.start('exec node server.cjs', {}, true);
    const ended = finish(server);
    await until(() => existsSync(`/proc/${server.pid}`), 'the server is there');
    assert.match(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8'), /server\.cjs/);
    const ask = 'for i in $(seq 100); do curl -s http://localhost:4173/ && exit; sleep 0.1; done';
    assert.equal((await b.run(ask)).output, 'hello');
    await assert.rejects(reach(4173));
    assert.equal(
      (await b.run(`node -e "fetch('http://127.0.0.1:4173').then(r=>r.text()).then(console.log)"`)).output,
      'hello\n',
    );
    assert.deepEqual(await server.tree.end(), []);
    assert.deepEqual(server.tree.living(), []);
    assert.equal((await ended).signal, 'SIGKILL');
    assert.match((await b.run('curl -sS http://localhost:4173/')).output, /refused|connect/i);
  });

  it('ends what runs in the background with the run', async () => {
    const server = await b.start('sleep 1000 & sleep 1000', {}, true);
    assert.ok(isAlive(server.pid));
    await b.sandbox.close();
    assert.ok(!isAlive(server.pid));
  });

  it('stops a command and all that it started at once', async () => {
    const started = await b.start('trap "" TERM; setsid sleep 1000 & (trap "" TERM; sleep 1000); sleep 1000');
    const result = finish(started);
    const begin = performance.now();
    assert.deepEqual(await started.tree.end(), []);
    assert.ok(performance.now() - begin < 15_000);
    assert.deepEqual([(await result).exitCode, (await result).signal], [null, 'SIGKILL']);
  });

  it('lets a command end by itself when it is asked to', async () => {
    const started = await b.start('trap "echo bye; exit" TERM; echo ready; while :; do sleep 0.05; done');
    const result = finish(started);
    await new Promise(resolve => {
      started.output[0]?.once('data', resolve);
    });
    await started.tree.end();
    assert.match((await result).output, /^ready\n(Terminated\n)?bye\n$/);
  });

  it('says so where the folder of a command is not the one that was seen', async () => {
    execFileSync('ln', ['-s', b.outside, b.path('link')]);
    const terms = { profile: 'workspace', hosts: [], writes: [] } as const;
    const request = {
      command: 'true',
      cwd: b.path('link'),
      env: b.env,
      terms: { ...terms, hosts: [], writes: [] },
      background: false,
    };
    await assert.rejects(b.sandbox.start(request, never()), failsWith('file.changed'));
    await assert.rejects(b.sandbox.start({ ...request, cwd: b.root }, AbortSignal.abort()), failsWith('run.stopped'));
  });

  it('dies as a whole with its helper, and the next command gets another', async () => {
    const server = await b.start('sleep 1000', {}, true);
    const started = await b.start('sleep 1000 & sleep 1000');
    const helper = helpers(b)[0];
    assert.ok(helper !== undefined);
    process.kill(helper, 'SIGKILL');
    await assert.rejects(started.settled, failsWith('sandbox.failed'));
    assert.deepEqual(await started.exited, { exitCode: null, signal: 'SIGKILL' });
    await until(() => !isAlive(server.pid) && helpers(b).length === 0, 'all of it is gone');
    assert.equal((await b.run('echo again')).output, 'again\n');
  });

  it('dies with the process that opened it', async () => {
    const script = `
      import { box } from ${JSON.stringify(join(import.meta.dirname, 'setup.ts'))};
      const b = await box();
      const s = await b.start('sleep 4242', {}, true);
      console.log(JSON.stringify({ pid: s.pid, base: b.base }));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const text = await new Promise<string>(resolve => {
      child.stdout.once('data', (chunk: Buffer) => resolve(String(chunk)));
    });
    const { pid, base } = JSON.parse(text) as { pid: number; base: string };
    assert.ok(isAlive(pid));
    child.kill('SIGKILL');
    await until(() => !isAlive(pid) && helpersIn(base).length === 0, 'nothing is left');
    rmSync(base, { recursive: true, force: true });
  });

  it('grows by nothing over many commands', async () => {
    await b.run('true');
    const before = footprint(b);
    for (let at = 0; at < (full ? 200 : 40); at += 1) await b.run('true');
    const after = footprint(b);
    assert.equal(after.processes, before.processes);
    assert.ok(after.files <= before.files + 4, `${before.files} files, then ${after.files}`);
    assert.ok(after.own <= before.own + 4, `${before.own} files of ours, then ${after.own}`);
    assert.ok(readdirSync(join(b.tempDir, 'run')).length < 6);
  });

  it('attributes what parallel commands tried to the right one', async () => {
    const [one, two] = await Promise.all([
      b.run('sleep 0.1; echo x > /etc/one; curl -s https://one.example/'),
      b.run('sleep 0.1; echo x > /etc/two; curl -s https://two.example/; curl -s https://two.example/'),
    ]);
    assert.deepEqual(one.violations, [
      { type: 'write', path: '/etc/one' },
      { type: 'host', host: 'one.example', port: 443 },
    ]);
    assert.deepEqual(two.violations, [
      { type: 'write', path: '/etc/two' },
      { type: 'host', host: 'two.example', port: 443 },
    ]);
  });

  it('tells of no more than twenty of a kind', async () => {
    const { violations } = await b.run('for i in $(seq 60); do echo x > /etc/try$i; done');
    assert.equal(violations.length, 20);
  });

  it('says nothing of what everyday commands try', async () => {
    const { violations } = await b.run(
      'python3 -c "import json,http.client"; git status; node -e 1; ls ~; bash -lc true; npm --version',
    );
    assert.deepEqual(violations, []);
  });

  it('writes outside the workspace where the permit names it, and only there', async () => {
    const [file, fresh] = [join(b.outside, 'file'), join(b.outside, 'fresh')];
    writeFileSync(file, 'old');
    const command = `echo new > ${file}; echo x > ${fresh}; echo y > ${b.outside}/other`;
    const one = await b.run(command, { writes: [file] });
    assert.equal(readFileSync(file, 'utf8'), 'new\n');
    assert.ok(!existsSync(fresh));
    assert.equal(one.violations.length, 2);
    writeFileSync(file, 'old');
    await b.run(command, { writes: [fresh] });
    assert.equal(readFileSync(file, 'utf8'), 'old');
    assert.ok(existsSync(fresh));
  });

  it('opens a protected path that the permit names', async () => {
    const command = 'echo x > .envrc; mkdir -p .vscode && echo "{}" > .vscode/tasks.json; echo x > AGENTS.md';
    const { violations } = await b.run(command, { writes: [b.path('.envrc'), b.path('.vscode')] });
    assert.deepEqual(violations, [{ type: 'restored', path: b.path('AGENTS.md') }]);
    assert.ok(existsSync(b.path('.envrc')) && existsSync(b.path('.vscode/tasks.json')));
    assert.deepEqual((await b.run('true')).violations, []);
    assert.ok(existsSync(b.path('.envrc')));
  });

  it('sets aside what one command plants while another runs', async () => {
    const server = await b.start('sleep 0.2; echo x > .envrc; sleep 1000', {}, true);
    await until(() => existsSync(b.path('.envrc')), 'it is planted');
    assert.deepEqual((await b.run('true')).violations, [{ type: 'restored', path: b.path('.envrc') }]);
    assert.ok(!existsSync(b.path('.envrc')));
    await server.tree.end();
  });

  it('leaves packages in their place, and no protected file is too deep', async () => {
    b.write('1/2/3/4/5/6/7/CLAUDE.md', 'old');
    const { violations } = await b.run(
      'mkdir -p node_modules/p/.vscode; echo x > node_modules/p/.vscode/settings.json; echo new >> 1/2/3/4/5/6/7/CLAUDE.md',
    );
    assert.ok(existsSync(b.path('node_modules/p/.vscode/settings.json')));
    assert.deepEqual(violations, [{ type: 'write', path: b.path('1/2/3/4/5/6/7/CLAUDE.md') }]);
    assert.equal(readFileSync(b.path('1/2/3/4/5/6/7/CLAUDE.md'), 'utf8'), 'old');
  });

  it('leaves an approved edit of a protected file where it is', async () => {
    const started = await b.start('sleep 0.5');
    const result = finish(started);
    writeFileSync(b.path('.envrc'), 'approved');
    b.sandbox.accept(b.path('.envrc'));
    writeFileSync(b.path('AGENTS.md'), 'not approved');
    assert.deepEqual((await result).violations, [{ type: 'restored', path: b.path('AGENTS.md') }]);
    assert.equal(readFileSync(b.path('.envrc'), 'utf8'), 'approved');
    const aside = join(b.tempDir, 'aside');
    const kept = readdirSync(aside).map(name => readFileSync(join(aside, name, 'AGENTS.md'), 'utf8'));
    assert.deepEqual(kept, ['not approved']);
  });

  it('is not had around a home folder, whose keys it could not hide', async () => {
    const given = { cacheDir: b.outside, tempDir: b.tempDir, env: b.env, helperPath };
    for (const workspaceRoot of [b.home, b.base]) {
      const { available } = await openSandbox({ ...given, workspaceRoot, home: b.home });
      assert.deepEqual(available, { ok: false, why: 'holdsHome' });
    }
  });

  it('shows certificates that the environment names, wherever they lie', async () => {
    const file = join(b.home, 'ca.pem');
    writeFileSync(file, 'CERTIFICATE');
    const [cacheDir, tempDir] = [join(b.base, 'cache4'), join(b.base, 'temp4')];
    for (const folder of [cacheDir, tempDir]) mkdirSync(folder);
    const { env } = scrubEnvironment({ ...b.env, SSL_CERT_FILE: file }, () => false);
    const sandbox = await openSandbox({ workspaceRoot: b.root, cacheDir, tempDir, home: b.home, env, helperPath });
    const terms = { profile: 'workspace' as const, hosts: [], writes: [] };
    const request = { command: 'cat "$SSL_CERT_FILE"; ls -A ~', cwd: b.root, env, terms, background: false };
    assert.equal((await finish(await sandbox.start(request, never()))).output, 'CERTIFICATEca.pem\n');
    await sandbox.close();
  });

  it('has what cannot be built told as such', async () => {
    const [cacheDir, tempDir] = [join(b.base, 'cache3'), join(b.base, 'temp3')];
    mkdirSync(tempDir);
    const given = { workspaceRoot: b.root, cacheDir, tempDir, home: b.home, env: b.env, helperPath };
    const sandbox = await openSandbox(given);
    const terms = { profile: 'workspace' as const, hosts: [], writes: [] };
    const started = await sandbox.start(
      { command: 'true', cwd: b.root, env: b.env, terms, background: false },
      never(),
    );
    await assert.rejects(started.settled, failsWith('sandbox.failed'));
    await sandbox.close();
  });
});

describe('the sandbox’s way out', function () {
  this.timeout(60_000);
  let b: Box;
  let server: ReturnType<typeof createServer>;
  const seen: { host: string | undefined; proxy: boolean }[] = [];
  before(async function () {
    if (process.platform !== 'linux') this.skip();
    server = createServer((request, response) => {
      seen.push({ host: request.headers.host, proxy: 'proxy-authorization' in request.headers });
      response.end(`you are at ${request.headers.host}${request.url}`);
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', () => resolve());
    });
    const port = (server.address() as AddressInfo).port;
    b = await box({ elsewhere: { 'allowed.example': { host: '127.0.0.1', port } } });
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
  });
  after(async () => {
    server?.close();
    await b?.remove();
  });
  const hosts = ['allowed.example'];

  it('leads to the hosts that the permit names, by tunnel and by plain request', async () => {
    const terms = { profile: 'workspace-hosts', hosts } as const;
    const plain = await b.run('curl -sS http://allowed.example/a', { ...terms, hosts });
    assert.equal(plain.output, 'you are at allowed.example/a');
    const tunnel = await b.run('curl -sSp http://allowed.example/b', { ...terms, hosts });
    assert.equal(tunnel.output, 'you are at allowed.example/b');
    assert.deepEqual([plain.violations, tunnel.violations], [[], []]);
    assert.ok(seen.length === 2 && seen.every(request => !request.proxy));
  });

  it('leads there for that command alone, and not under a profile without hosts', async () => {
    const [allowed, denied, narrow] = await Promise.all([
      b.run('curl -sS http://allowed.example/', { profile: 'workspace-hosts', hosts }),
      b.run('curl -sS http://allowed.example/'),
      b.run('curl -sS http://allowed.example/', { profile: 'workspace', hosts }),
    ]);
    assert.match(allowed.output, /you are at/);
    for (const result of [denied, narrow]) {
      assert.doesNotMatch(result.output, /you are at/);
      assert.deepEqual(result.violations, [{ type: 'host', host: 'allowed.example', port: 80 }]);
    }
  });

  it('is not widened by how a name is written', async () => {
    const terms = { profile: 'workspace-hosts' as const, hosts };
    assert.match((await b.run('curl -sS http://ALLOWED.example./', terms)).output, /you are at/);
    for (const other of ['allowed.example.evil.example', 'xallowed.example', 'allowed.example@evil.example'])
      assert.doesNotMatch(
        (await b.run(`curl -sS http://${other}/ -H "Host: allowed.example"`, terms)).output,
        /you are at/,
      );
  });

  it('ends a client that goes on knocking', async () => {
    const { violations } = await b.run(
      'curl -s --retry 2 --retry-all-errors --retry-delay 0 https://knock.example; npm view is-odd --registry https://registry.example 2>&1 | tail -1',
    );
    assert.deepEqual(violations, [
      { type: 'host', host: 'knock.example', port: 443 },
      { type: 'host', host: 'registry.example', port: 443 },
    ]);
    const loop = await b.run('while :; do curl -s https://loop.example/; done');
    assert.deepEqual(loop.signal, 'SIGKILL');
  });

  it('refuses addresses of this machine behind an allowed name', async () => {
    const port = (server.address() as AddressInfo).port;
    const { output } = await b.run(
      `curl -sS -m 10 http://localhost:${port}/ --noproxy ""; curl -sS -m 10 -k https://ip6-localhost:${port}/`,
      {
        profile: 'workspace-hosts',
        hosts: ['ip6-localhost'],
      },
    );
    assert.doesNotMatch(output, /you are at/);
  });
});

describe('an effect with a profile', function () {
  this.timeout(30_000);
  let b: Box;
  before(async function () {
    if (process.platform !== 'linux') this.skip();
    b = await box();
    assert.deepEqual(b.sandbox.available, { ok: true, kind: 'bwrap' }, noSandbox);
  });
  after(async () => {
    await b?.remove();
  });

  it('runs in the sandbox, with its time-out and what it tried', async () => {
    const context = await execContext(b);
    const io = { signal: never(), onOutput: () => undefined };
    const terms = { profile: 'workspace' as const, hosts: [], writes: [] };
    const { exec } = await import('../../../src/effects/exec.ts');
    const effect = {
      kind: 'exec' as const,
      command: 'echo x > /etc/x; sleep 60',
      cwd: b.root,
      timeoutMs: 700,
      background: false,
    };
    const outcome = await exec(effect, context, io, terms);
    assert.deepEqual([outcome.timedOut, outcome.survivors], [true, []]);
    assert.deepEqual(outcome.violations, [{ type: 'write', path: '/etc/x' }]);
    assert.ok(outcome.durationMs < 20_000);
    const stop = new AbortController();
    const stopping = exec({ ...effect, timeoutMs: 60_000 }, context, { ...io, signal: stop.signal }, terms);
    setTimeout(() => stop.abort(), 300);
    assert.equal((await stopping).stopped, true);
  });

  it('is refused where no sandbox was opened, and never runs without', async () => {
    const context = { ...(await execContext(b)), sandbox: null };
    const { exec } = await import('../../../src/effects/exec.ts');
    const effect = { kind: 'exec' as const, command: 'echo x > ran', cwd: b.root, timeoutMs: 700, background: false };
    const io = { signal: never(), onOutput: () => undefined };
    const terms = { profile: 'workspace' as const, hosts: [], writes: [] };
    await assert.rejects(exec(effect, context, io, terms), failsWith('sandbox.unavailable'));
    assert.ok(!existsSync(b.path('ran')));
  });

  it('is listed in the background with its log, and tells at its end what it tried', async () => {
    const ends: unknown[] = [];
    const bed = await bench({ sandbox: b.sandbox, onProcessEnd: ended => ends.push(ended) });
    const { BackgroundProcesses } = await import('../../../src/effects/background.ts');
    const context = await execContext(b);
    const background = new BackgroundProcesses({ ...context, outDir: bed.outDir }, ended =>
      ends.push(ended.violations),
    );
    const effect = {
      kind: 'exec' as const,
      command: 'echo up; echo x > /etc/bg; sleep 60',
      cwd: b.root,
      timeoutMs: 1,
      background: true,
    };
    const { background: listed } = await background.start(effect, never(), {
      profile: 'workspace',
      hosts: [],
      writes: [],
    });
    assert.ok(listed !== null);
    await until(
      () =>
        readFileSync(listed.log, 'utf8').includes('denied') || readFileSync(listed.log, 'utf8').includes('Read-only'),
      'its log tells',
    );
    assert.equal(background.list().length, 1);
    assert.deepEqual(await background.end(listed.process), []);
    await until(() => ends.length === 1, 'its end is told');
    assert.deepEqual(ends, [[{ type: 'write', path: '/etc/bg' }]]);
    bed.remove();
  });
});

async function execContext(b: Box) {
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  return Promise.resolve({
    env: b.env,
    clock,
    outDir: b.tempDir,
    trees: new Set<never>(),
    sandbox: b.sandbox,
    refs: null,
  } as never as import('../../../src/effects/exec.ts').ExecContext);
}

const never = () => new AbortController().signal;

/** Processes of the box's helper, outermost first. */
function helpers(b: Box): number[] {
  return helpersIn(b.base);
}

function helpersIn(base: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => pid !== process.pid && isAlive(pid) && cwdOf(pid).startsWith(join(base, 'temp')));
}

function cwdOf(pid: number): string {
  try {
    return realpathSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function footprint(b: Box): { processes: number; files: number; own: number } {
  const pids = helpers(b);
  const count = (pid: number | 'self') => readdirSync(`/proc/${pid}/fd`).length;
  return { processes: pids.length, files: pids.reduce((sum, pid) => sum + count(pid), 0), own: count('self') };
}

function reach(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}
