import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalPath } from '../../src/journal/home.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { crash } from '../journal/support.ts';
import { zeros } from './scene.ts';
import { Shell } from './shell.ts';
import { until } from './streams.ts';

const over: EventBody = { kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] };

const bodies =
  (prompt: string, ended = true, workspace = '/home/ada/shop') =>
  (run: string): EventBody[] => [
    {
      kind: 'run.started',
      run,
      gatehouse: '0.1.0',
      workspace,
      prompt,
      mode: 'ask',
      model: 'm',
      scripted: true,
      limits: {},
      systemDigest: zeros,
    },
    { kind: 'turn.started', turn: 1 },
    ...(ended ? [over] : []),
  ];

describe('the command line', () => {
  let shell: Shell;
  beforeEach(() => {
    shell = new Shell();
  });
  afterEach(() => shell.dispose());

  const journalOf = async (run: string): Promise<string> => journalPath(await shell.home(), run);

  it('prints its version and its help', async () => {
    assert.deepEqual(await shell.run(['version']), { code: 0, out: '9.9.9\n', err: '' });
    assert.deepEqual(await shell.run(['--version']), { code: 0, out: '9.9.9\n', err: '' });
    const help = await shell.run(['--help']);
    assert.equal(help.code, 0);
    for (const name of [
      'run [TASK]',
      'runs',
      'report RUN',
      'verify RUN',
      'checkpoints RUN',
      'undo RUN',
      'redo RUN',
      'classify',
      'policy check FILE',
      'rehearse SCRIPT',
      'doctor',
      'help',
      'version',
    ])
      assert.ok(help.out.includes(`gatehouse ${name}`), name);
    assert.deepEqual(await shell.run(['help', 'run']), await shell.run(['run', '--help']));
  });

  it('never takes the run of another project for the last one', async () => {
    const run = await shell.pastRun(bodies('A task elsewhere'));
    const before = readFileSync(await journalOf(run));
    shell.env['ANTHROPIC_API_KEY'] = 'k';
    for (const args of [['report'], ['verify'], ['purge', '--yes'], ['resume', '--answer', 'Go on']]) {
      const [name = '', ...rest] = args;
      const { code, out, err } = await shell.run([name, 'last', ...rest]);
      assert.deepEqual([code, out], [2, ''], name);
      assert.match(err, /No run worked in .*Go to the folder/, name);
    }
    assert.deepEqual(readFileSync(await journalOf(run)), before);
    const own = await shell.pastRun(bodies('A task of here', true, shell.folder));
    await shell.pastRun(bodies('A newer one elsewhere'));
    assert.match((await shell.run(['report', 'last'])).out, /A task of here/);
    assert.equal((await shell.run(['purge', 'last', '--yes'])).code, 0);
    assert.equal((await shell.run(['verify', own])).code, 2);
    assert.equal((await shell.run(['verify', run])).code, 0);
  });

  it('estimates without a key, and names a folder that is missing before a key that is', async () => {
    delete shell.env['ANTHROPIC_API_KEY'];
    const folder = mkdtempSync(join(shell.folder, 'project-'));
    const estimated = await shell.run(['run', 'Mend it', '--estimate', '--cwd', folder]);
    assert.deepEqual([estimated.code, estimated.err], [0, '']);
    const nowhere = await shell.run(['run', 'Mend it', '--cwd', '/nowhere/at/all']);
    assert.equal(nowhere.code, 2);
    assert.match(nowhere.err, /nowhere/);
    assert.match((await shell.run(['run', 'Mend it'])).err, /ANTHROPIC_API_KEY/);
  });

  it('explains itself on stderr, with exit code 2, when nothing is asked of it', async () => {
    const { code, out, err } = await shell.run([]);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /gatehouse run \[TASK\]/);
  });

  const misuses: [argv: string[], says: RegExp][] = [
    [['run'], /needs TASK, what to do in words, or --task NAME/],
    [['rnu', 'x'], /no command rnu\. Did you mean run\?/],
    [['levitate'], /no command levitate\. `gatehouse help`/],
    [['undo'], /`gatehouse undo` needs RUN/],
    [['undo', 'last', '--to', '-1'], /--to needs a value/],
    [['undo', 'last', '--to', 'x'], /--to is a whole number from 0, not "x"/],
    [['redo', 'nope'], /no run nope/],
    [['checkpoints', 'nope'], /no run nope/],
    [['--frob'], /no option --frob/],
    [['help', 'verfy'], /Did you mean verify/],
    [['run', 'x', '--max-usd', '0'], /--max-usd is a number above 0/],
    [['run', 'x', '--plan', '--no-plan'], /--plan shows you every plan/],
    [['verify'], /needs RUN/],
    [['verify', 'nope'], /no run nope.*gatehouse runs/],
    [['verify', '../../etc'], /no run/],
    [['verify', 'last'], /no run yet/],
    [['resume', 'nope'], /no run nope/],
    [['report', 'nope'], /no run nope/],
    [['rehearse', 'missing.yaml'], /no script missing\.yaml/],
    [['rehearse', '.'], /cannot be read \(EISDIR\)/],
    [['run', '-', '--on-ask', 'prompt'], /read from stdin/],
    [['run', 'x', '--base-url', 'ftp://x'], /--base-url is an address/],
    [['run', 'x', '--base-url', 'http://u:p@x'], /no user name/],
    [['run', 'x\u001b[2J', 'y\u001b[2J'], /y␛\[2J/],
  ];
  for (const [argv, says] of misuses)
    it(`refuses \`${JSON.stringify(argv.join(' '))}\` with a sentence and exit code 2`, async () => {
      const { code, out, err } = await shell.run(argv);
      assert.match(err, says);
      assert.match(err, /^gatehouse: .*\n$/);
      assert.deepEqual([code, out], [2, '']);
    });

  it('says how to go on without a key', async () => {
    const { code, out, err } = await shell.run(['run', 'x', '--output', 'json']);
    assert.deepEqual([code, out], [2, '']);
    for (const way of ['ANTHROPIC_API_KEY', '--base-url', 'npm run demo', 'gatehouse rehearse'])
      assert.ok(err.includes(way), way);
  });

  it('shows a stack trace to those who debug, and to nobody else', async () => {
    assert.doesNotMatch((await shell.run(['rnu'])).err, /\n\s+at /);
    shell.env['GATEHOUSE_DEBUG'] = '1';
    assert.match((await shell.run(['rnu'])).err, /\n\s+at /);
  });

  describe('runs', () => {
    it('says so when there are none', async () => {
      assert.match((await shell.run(['runs'])).out, /No runs yet/);
      assert.equal((await shell.run(['runs', '--output', 'json'])).out, '[]\n');
    });

    it('lists them, newest first, with what became of them', async () => {
      const first = await shell.pastRun(bodies('First task\u001b[2J'), 1_000_000_000_000);
      const second = await shell.pastRun(bodies('Second task', false), 1_100_000_000_000);
      const { code, out } = await shell.run(['runs']);
      assert.equal(code, 0);
      const [top = '', bottom = ''] = out.split('\n');
      assert.match(top, new RegExp(`^${second}.*unfinished.*1 turn .*Second task {2}\\(/home/ada/shop\\)$`));
      assert.match(bottom, new RegExp(`^${first}.*done.*First task␛\\[2J`));
      const data = JSON.parse((await shell.run(['runs', '--output', 'json', '--limit', '1'])).out);
      assert.deepEqual(
        data.map((entry: { run: string }) => entry.run),
        [second],
      );
    });

    it('lists a damaged one as damaged', async () => {
      const run = await shell.pastRun(bodies('x'));
      writeFileSync(await journalOf(run), 'nonsense\n');
      const { code, out } = await shell.run(['runs']);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^${run} .*damaged.*at line 1`));
    });
  });

  describe('verify', () => {
    it('tells the records and the head of a journal that holds', async () => {
      const run = await shell.pastRun(bodies('x', true, shell.folder));
      const lines = readFileSync(await journalOf(run), 'utf8')
        .trimEnd()
        .split('\n');
      const head = JSON.parse(lines.at(-1) ?? '').hash;
      for (const name of [run, 'last', run.slice(0, 15)]) {
        const { code, out } = await shell.run(['verify', name]);
        assert.equal(code, 0);
        assert.equal(out, `ok  ${run}: 3 records hold, and the anchor agrees\n    head ${head}\n`);
      }
    });

    it('tells of a torn last line, which is no damage in a run that was interrupted', async () => {
      const run = await shell.pastRun(bodies('x'));
      crash(await shell.home(), run);
      appendFileSync(await journalOf(run), '{"v":1,"seq":3');
      const { code, out } = await shell.run(['verify', run]);
      assert.equal(code, 0);
      assert.match(out, /ok .*3 records[^]*note .*torn \(14 bytes\)/);
    });

    it('tells the line that is damaged, with exit code 1', async () => {
      const run = await shell.pastRun(bodies('x'));
      const path = await journalOf(run);
      writeFileSync(path, readFileSync(path, 'utf8').replace('"turn":1', '"turn":2'));
      const { code, out, err } = await shell.run(['verify', run]);
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, new RegExp(`journal of run ${run} is damaged at line 2: the record there was changed`));
      const data = JSON.parse((await shell.run(['verify', run, '--output', 'json'])).out);
      assert.deepEqual([data.run, data.ok, data.failure.args.line], [run, false, 2]);
    });

    it('tells of a journal that was cut, with exit code 1', async () => {
      const run = await shell.pastRun(bodies('x'));
      const path = await journalOf(run);
      writeFileSync(path, `${readFileSync(path, 'utf8').split('\n').slice(0, 2).join('\n')}\n`);
      const { code, err } = await shell.run(['verify', run]);
      assert.equal(code, 1);
      assert.match(err, /was cut: it has 2 records, and 3 were written/);
    });

    it('asks for more where a beginning fits several', async () => {
      const at = Date.now();
      const run = await shell.pastRun(bodies('x'), at);
      await shell.pastRun(bodies('y'), at);
      const { code, err } = await shell.run(['verify', run.slice(0, 8)]);
      assert.equal(code, 2);
      assert.match(err, /fits 2 runs/);
    });
  });

  describe('report', () => {
    it('explains a run as Markdown or JSON', async () => {
      const run = await shell.pastRun(bodies('Make it pass', true, shell.folder));
      const markdown = await shell.run(['report', 'last']);
      assert.equal(markdown.code, 0);
      assert.match(markdown.out, /^# /);
      assert.match(markdown.out, /Make it pass/);
      const json = await shell.run(['report', run, '--format', 'json']);
      assert.equal(json.code, 0);
      assert.ok(JSON.stringify(JSON.parse(json.out)).includes(run));
    });

    it('refuses a damaged journal with exit code 1', async () => {
      const run = await shell.pastRun(bodies('x'));
      appendFileSync(await journalOf(run), 'nonsense\n');
      const { code, out, err } = await shell.run(['report', run]);
      assert.deepEqual([code, out], [1, '']);
      assert.match(err, /damaged at line 4/);
    });
  });

  describe('doctor', () => {
    const states = (out: string): Record<string, string> =>
      Object.fromEntries(
        JSON.parse(out).checks.map((check: { name: string; state: string }) => [check.name, check.state]),
      );

    it('finds what is there, shows no key, and ends with 0', async () => {
      shell.env['ANTHROPIC_API_KEY'] = 'sk-ant-very-secret';
      const { code, out } = await shell.run(['doctor']);
      assert.equal(code, 0);
      for (const name of ['node', 'state', 'model', 'git', 'bash', 'ripgrep', 'sandbox'])
        assert.ok(out.includes(name), name);
      assert.match(out, /sandbox +(commands are held by (bwrap|seatbelt)|none: each command counts one tier higher)/);
      assert.match(out, /https:\/\/api\.anthropic\.com, key set/);
      assert.doesNotMatch(out, /secret/);
    });

    it('says what is missing and what to do, and ends with 1', async () => {
      shell.env['PATH'] = shell.folder;
      const { code, out } = await shell.run(['doctor', '--output', 'json']);
      assert.equal(code, 1);
      const found = states(out);
      assert.deepEqual([found['git'], found['bash']], ['fail', 'fail']);
      assert.equal(found['model'], 'warn');
      for (const check of JSON.parse(out).checks) assert.equal(check.todo !== '', check.state !== 'ok', check.name);
    });

    it('takes a container that is declared to be the boundary for one, and no other word', async () => {
      shell.env['GATEHOUSE_SANDBOX'] = 'container-is-the-boundary';
      assert.match((await shell.run(['doctor'])).out, /sandbox +this container is declared to be the boundary/);
      shell.env['GATEHOUSE_SANDBOX'] = 'off';
      const { code, out } = await shell.run(['doctor']);
      assert.equal(code, 1);
      assert.match(
        out,
        /fail +sandbox .*\n +GATEHOUSE_SANDBOX is auto, require or container-is-the-boundary, not "off"/,
      );
    });

    it('asks the programs that the person’s PATH leads to, and none in the folder that it stands in', async () => {
      const path = shell.env['PATH'];
      for (const folder of [mkdtempSync(join(tmpdir(), 'gatehouse-bin-')), join(shell.folder, 'bin')]) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, 'git'), '#!/bin/sh\necho "git version 0.0.odd"\n');
        chmodSync(join(folder, 'git'), 0o755);
        shell.env['PATH'] = `${folder}:${path}`;
        const { out } = await shell.run(['doctor']);
        assert.equal(/git +git version 0\.0\.odd/.test(out), !folder.startsWith(shell.folder));
      }
    });

    it('mends a state folder that others can read, and refuses one that is a file', async () => {
      const state = join(shell.folder, 'state');
      mkdirSync(state, { mode: 0o755 });
      await shell.run(['doctor']);
      assert.equal(statSync(state).mode & 0o777, 0o700);
      shell.env['GATEHOUSE_HOME'] = join(shell.folder, 'file');
      writeFileSync(shell.env['GATEHOUSE_HOME'], '');
      const { code, out } = await shell.run(['doctor', '--output', 'json']);
      assert.equal(code, 1);
      assert.equal(states(out)['state'], 'fail');
    });
  });

  describe('rehearse', () => {
    const script = 'turns:\n  - say: Hello.\n';

    it('prints where it listens, answers with the script, and ends with Ctrl-C', async () => {
      writeFileSync(join(shell.folder, 'hello.yaml'), script);
      const served = shell.run(['rehearse', 'hello.yaml', '--output', 'json']);
      await until(() => shell.stdout.text.endsWith('\n'));
      const { url, token, port, script: file } = JSON.parse(shell.stdout.text);
      assert.deepEqual([url, file], [`http://127.0.0.1:${port}`, 'hello.yaml']);
      const headers = { 'x-api-key': token, 'anthropic-version': '2023-06-01' };
      assert.equal((await fetch(`${url}/v1/models`, { headers })).status, 200);
      assert.equal((await fetch(`${url}/v1/models`, { headers: { ...headers, 'x-api-key': 'x' } })).status, 401);
      const again = new Shell();
      writeFileSync(join(again.folder, 'hello.yaml'), script);
      const refused = await again.run(['rehearse', 'hello.yaml', '--port', String(port)]);
      again.dispose();
      assert.equal(refused.code, 2);
      assert.match(refused.err, new RegExp(`Port ${port} is taken`));
      shell.interrupt.abort();
      assert.equal((await served).code, 0);
      await assert.rejects(fetch(`${url}/v1/models`, { headers }));
    });

    it('says how to use it, and that it is no AI', async () => {
      writeFileSync(join(shell.folder, 'hello.yaml'), script);
      shell.interrupt.abort();
      const { out } = await shell.run(['rehearse', 'hello.yaml']);
      assert.match(out, /this is no AI/);
      assert.match(out, /^export ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:\d+$/m);
      assert.match(out, /^export ANTHROPIC_API_KEY=\S+$/m);
    });

    it('names the place of a mistake in the script', async () => {
      writeFileSync(join(shell.folder, 'bad.yaml'), 'turns:\n  - say: 3\n');
      const { code, err } = await shell.run(['rehearse', 'bad.yaml']);
      assert.equal(code, 2);
      assert.match(err, /bad\.yaml is wrong at line 2, column \d+: /);
    });
  });
});
