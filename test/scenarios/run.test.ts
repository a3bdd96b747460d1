import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFull } from '../support/share.ts';
import { eventsOf, jsonOf, makeWorld, until, type World } from './support.ts';

const script = (turns: string): string => `turns:\n${turns}`;

describe('gatehouse run', () => {
  let world: World;
  afterEach(() => world.close());

  it('edits in Auto without asking, and tells it as one JSON object', async () => {
    world = makeWorld({ 'a.txt': 'one\n' });
    const server = await world.rehearse(
      script(`
  - calls: [{ tool: Read, input: { file_path: a.txt } }]
  - calls: [{ tool: Edit, input: { file_path: a.txt, old_string: one, new_string: two } }]
  - say: Done.
`),
    );
    const finished = await world.cli(['run', 'Make it two', '--mode', 'auto', '--output', 'json'], { server }).done;
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(finished.stderr, '');
    assert.equal(world.read('a.txt'), 'two\n');
    const result = jsonOf(finished);
    const none = { fixed: 0, open: 0, waived: 0 };
    assert.deepEqual(
      { ...result, run: '', journal: '', usage: null, usd: null },
      {
        run: '',
        status: 'done',
        exitCode: 0,
        turns: 3,
        usage: null,
        usd: null,
        filesChanged: ['a.txt'],
        checkpoints: 1,
        asks: 0,
        denials: 0,
        accepted: null,
        acceptance: [],
        findings: { blocking: none, warning: none, note: none },
        review: { outcome: { type: 'read' }, unread: [] },
        journal: '',
      },
    );
    const verified = await world.cli(['verify', result.run]).done;
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  });

  it('refuses what would be asked where nobody can answer, tells the model why, and goes on', async () => {
    world = makeWorld({ 'a.txt': 'one\n' });
    const server = await world.rehearse(
      script(`
  - calls: [{ tool: Bash, input: { command: git push origin main } }]
  - when: { result: { isError: true } }
    say: I could not.
`),
    );
    const finished = await world.cli(['run', 'Try', '--mode', 'auto', '--output', 'json'], { server }).done;
    assert.equal(finished.code, 0);
    assert.equal(jsonOf(finished).denials, 1);
    const told = eventsOf(jsonOf(finished).journal).find(event => event.kind === 'tool.answered');
    assert.match(told?.text ?? '', /nobody/i);
  });

  inFull('takes answers from stdin and gives the model the reason of a no', async () => {
    world = makeWorld({});
    const server = await world.rehearse(
      script(`
  - calls: [{ tool: Write, input: { file_path: .github/workflows/one.yml, content: 'on: push' } }]
  - calls: [{ tool: Write, input: { file_path: .github/workflows/two.yml, content: 'on: push' } }]
  - when: { result: { contains: use make instead } }
    say: I will use make.
`),
    );
    const finished = await world.cli(['run', 'Try', '--mode', 'auto', '--on-ask', 'prompt'], {
      server,
      stdin: 'y\nw\nuse make instead\n',
    }).done;
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(world.exists('.github/workflows/one.yml'), true);
    assert.equal(world.exists('.github/workflows/two.yml'), false);
    assert.match(finished.stdout, /I will use make\./);
  });

  it('runs nothing but looks in Plan', async () => {
    world = makeWorld({ 'a.txt': 'one\n' });
    const server = await world.rehearse(
      script(`
  - calls:
      - { tool: Read, input: { file_path: a.txt } }
      - { tool: Write, input: { file_path: b.txt, content: x } }
      - { tool: Bash, input: { command: touch c.txt } }
  - say: A plan.
`),
    );
    const finished = await world.cli(['run', 'Look', '--mode', 'plan', '--output', 'json'], { server }).done;
    assert.equal(finished.code, 0);
    assert.deepEqual([world.exists('b.txt'), world.exists('c.txt')], [false, false]);
  });

  it('prints one event a line with ndjson, the result last, and says that a script plays', async () => {
    world = makeWorld({});
    const server = await world.rehearse(script('  - say: Hello.\n'));
    const finished = await world.cli(['run', 'Hi', '--output', 'ndjson'], { server }).done;
    const lines: { kind?: string; status?: string; scripted?: boolean }[] = finished.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    assert.equal(lines[0]?.kind, 'run.started');
    assert.equal(lines[0]?.scripted, true);
    assert.equal(lines.at(-1)?.status, 'done');
    const text = await world.cli(['run', 'Hi'], { server }).done;
    assert.match(text.stdout, /script/i);
  });

  inFull('reads the log of a command in the background, and ends the command with the run', async () => {
    world = makeWorld({});
    const time = `304.${process.pid}`;
    const server = await world.rehearse(
      script(`
  - calls: [{ tool: Bash, input: { command: 'echo it is up; exec sleep ${time}', run_in_background: true } }]
  - capture: { log: '(/\\S+\\.log)' }
    calls: [{ tool: Read, input: { file_path: '\${capture.log}' } }]
  - label: wait
    when: { result: { contains: it is up } }
    goto: up
  - calls: [{ tool: Read, input: { file_path: '\${capture.log}' } }]
  - goto: wait
  - label: up
    say: It runs.
`),
    );
    const finished = await world.cli(['run', 'Serve', '--mode', 'auto', '--on-ask', 'prompt', '--output', 'json'], {
      server,
      stdin: 'y\ny\n',
    }).done;
    assert.equal(finished.code, 0, finished.stderr);
    assert.match(JSON.stringify(eventsOf(jsonOf(finished).journal)), /It runs\./);
    assert.deepEqual(sleepers([time]), []);
  });

  it('stops before the turn that its limit forbids, with exit code 3', async () => {
    world = makeWorld({ 'a.txt': 'x' });
    const server = await world.rehearse(
      script(`
  - calls: [{ tool: Read, input: { file_path: a.txt } }]
    repeat: forever
`),
    );
    const finished = await world.cli(
      ['run', 'Loop', '--max-turns', '4', '--stop-rule', 'sameCall=off', '--output', 'json'],
      { server },
    ).done;
    assert.equal(finished.code, 3);
    assert.equal(jsonOf(finished).turns, 4);
    assert.equal(
      server.requests().filter(request => request.path === '/v1/messages' && request.method === 'POST').length,
      4,
    );
  });

  inFull('stops in the middle of a command when its minutes are over', async () => {
    world = makeWorld({});
    const server = await world.rehearse(
      script(`
  - calls: [{ tool: Bash, input: { command: sleep 300 } }]
  - say: Never.
`),
    );
    const finished = await world.cli(
      ['run', 'Wait', '--mode', 'auto', '--max-minutes', '0.01', '--on-ask', 'prompt', '--output', 'json'],
      { server, stdin: 'y\n' },
    ).done;
    assert.equal(finished.code, 3, finished.stderr);
    assert.equal(jsonOf(finished).status, 'limit');
    assert.ok(finished.ms < 15_000, `took ${finished.ms} ms`);
  });

  it('ends the whole process tree on an interrupt, starts nothing more, and exits with 130', async () => {
    world = makeWorld({});
    // Odd lengths of time, by which these very processes are found again.
    const times = [1, 2, 3].map(part => `${300 + part}.${process.pid}`);
    const server = await world.rehearse(
      script(`
  - calls:
      - { tool: Bash, input: { command: 'touch begun; (setsid sleep ${times[0]} &) ; nohup sleep ${times[1]} & sleep ${times[2]}; touch late' } }
      - { tool: Write, input: { file_path: later.txt, content: x } }
  - say: Never.
`),
    );
    const cli = world.cli(['run', 'Wait', '--mode', 'auto', '--on-ask', 'prompt'], { server, stdin: 'y\n' });
    await until(() => world.exists('begun'));
    const since = performance.now();
    cli.child.kill('SIGINT');
    const finished = await cli.done;
    assert.equal(finished.code, 130);
    assert.ok(performance.now() - since < 20_000);
    assert.deepEqual([world.exists('late'), world.exists('later.txt')], [false, false]);
    assert.deepEqual(sleepers(times), []);
  });

  it('exits with 5 when the model turns the key down, and with 2 without a key', async () => {
    world = makeWorld({});
    const server = await world.rehearse(script('  - say: Hello.\n'));
    const refused = await world.cli(['run', 'Hi', '--output', 'json'], {
      server,
      env: { ANTHROPIC_API_KEY: 'wrong' },
    }).done;
    assert.equal(refused.code, 5, refused.stderr);
    assert.equal(jsonOf(refused).status, 'unreachable');
    const keyless = await world.cli(['run', 'Hi']).done;
    assert.equal(keyless.code, 2);
    assert.match(keyless.stderr, /ANTHROPIC_API_KEY/);
  });

  it('masks a secret before the model and the journal, and puts it back where it is edited', async () => {
    const secret = ['hunter', '2hunter', '2-9f8e7d6c'].join('');
    world = makeWorld({ '.env': `PAYMENT_TOKEN=${secret}\nDEBUG=1\n`, 'use.js': `const t = '${secret}';\n` });
    const server = await world.rehearse(
      script(`
  - calls:
      - { tool: Read, input: { file_path: .env } }
      - { tool: Read, input: { file_path: use.js } }
  - capture: { hidden: '(\\[secret:[^\\]]+\\])' }
    calls: [{ tool: Edit, input: { file_path: use.js, old_string: "const t = '\${capture.hidden}';", new_string: "const token = '\${capture.hidden}';" } }]
  - say: Renamed.
`),
    );
    const finished = await world.cli(['run', 'Rename t', '--mode', 'auto', '--output', 'json'], { server }).done;
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(world.read('use.js'), `const token = '${secret}';\n`);
    const sent = server
      .requests()
      .map(request => request.body)
      .join('\n');
    assert.ok(!sent.includes(secret), 'the secret was sent to the model');
    const journal = readFileSync(jsonOf(finished).journal, 'utf8');
    assert.ok(!journal.includes(secret), 'the secret is in the journal');
    assert.match(journal, /\[secret:/);
    assert.ok(!finished.stdout.includes(secret));
  });

  it('gives each request the bytes of the one before', async () => {
    world = makeWorld({ 'a.txt': 'x\n' });
    const server = await world.rehearse(
      script(`
  - calls: [{ tool: Read, input: { file_path: a.txt } }]
    repeat: 12
  - say: Done.
`),
    );
    const finished = await world.cli(['run', 'Read a lot', '--stop-rule', 'sameCall=off', '--output', 'json'], {
      server,
    }).done;
    assert.equal(finished.code, 0, finished.stderr);
    const bodies = server
      .requests()
      .filter(each => each.method === 'POST')
      .map(each => each.body);
    assert.equal(bodies.length, 13);
    for (const [i, body] of bodies.entries()) {
      const before = bodies[i - 1];
      // All but the brackets that close the list of messages and the body.
      if (before !== undefined) assert.ok(body.startsWith(before.slice(0, -2)), `request ${i} begins otherwise`);
    }
    const first: { system: unknown; tools: unknown } = JSON.parse(bodies[0] ?? '');
    const shared = JSON.stringify(first.system) + JSON.stringify(first.tools);
    assert.ok(Buffer.byteLength(shared) <= 24 * 1024, `${Buffer.byteLength(shared)} bytes`);
    assert.ok(!shared.includes(world.workspace), 'the shared prefix names the workspace');
  });

  inFull('leaves a journal that can be read after a kill at any moment', async () => {
    world = makeWorld({ 'a.txt': 'x\n' });
    const server = await world.rehearse(
      script(`
  - calls: [{ tool: Read, input: { file_path: a.txt } }]
    repeat: forever
`),
    );
    const cli = world.cli(['run', 'Loop', '--stop-rule', 'sameCall=off', '--output', 'ndjson'], { server });
    await cli.says('"turn":7');
    cli.child.kill('SIGKILL');
    await cli.done;
    const [run] = readdirSync(join(world.home, 'runs'));
    assert.ok(run !== undefined);
    const verified = await world.cli(['verify', run]).done;
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    const listed = await world.cli(['runs']).done;
    assert.match(listed.stdout, /unfinished/);
  });

  it('cannot be told by the repository where its model or its state is', async () => {
    world = makeWorld({
      '.env': 'ANTHROPIC_BASE_URL=http://127.0.0.1:1\nGATEHOUSE_HOME=./state\n',
      '.gatehouse/policy.yaml': 'mode: auto\n',
      '.vscode/settings.json': '{"gatehouse.baseUrl":"http://127.0.0.1:1"}',
    });
    const server = await world.rehearse(script('  - say: Hello.\n'));
    const finished = await world.cli(['run', 'Hi', '--output', 'json'], { server }).done;
    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(world.exists('state'), false);
  });
});

/** Command lines of live processes that sleep for one of these seconds. */
function sleepers(seconds: readonly string[]): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()];
      } catch {
        return [];
      }
    })
    .filter(line => seconds.some(each => line === `sleep ${each}`));
}
