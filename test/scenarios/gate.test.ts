import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostileRepository } from '../support/hostileRepository.ts';
import { inFull } from '../support/share.ts';
import { eventsOf, jsonOf, makeWorld, type World } from './support.ts';

const script = (turns: string): string => `turns:\n${turns}`;
const bash = (command: string): string =>
  `  - calls: [{ tool: Bash, input: { command: ${JSON.stringify(command)} } }]\n`;

const project = {
  'package.json': JSON.stringify({
    private: true,
    type: 'module',
    scripts: { test: 'node --test', reach: 'node reach.js' },
  }),
  'a.js': 'export const one = 1;\n',
  'test/a.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { one } from '../a.js';\ntest('one', () => assert.equal(one, 1));\n",
  // Reaches out over the proxy that the environment names, as tools do.
  'reach.js':
    "import { execFileSync } from 'node:child_process';\ntry { execFileSync('curl', ['-sS', '-m', '5', 'http://outside.example/']); } catch { process.exit(1); }\n",
};

describe('gatehouse run, behind the whole gate', () => {
  let world: World;
  afterEach(() => world.close());

  it('runs the project’s tests unasked in Auto, and tells what held them', async () => {
    world = makeWorld(project, { git: true });
    const server = await world.rehearse(script(`${bash('npm test')}  - say: Done.\n`));
    const finished = await world.cli(['run', 'Test', '--mode', 'auto', '--output', 'json'], { server }).done;
    assert.equal(finished.code, 0, finished.stderr);
    const events = eventsOf(jsonOf(finished).journal);
    const assessed = events.find(event => event.kind === 'effect.assessed');
    assert.equal(assessed?.assessment.tier, 'low');
    assert.equal(assessed?.terms.profile, 'workspace');
    const done = events.find(event => event.kind === 'effect.done');
    assert.equal(done?.outcome.kind === 'exec' && done.outcome.exitCode, 0);
    assert.equal(jsonOf(finished).asks, 0);
  });

  inFull('makes and commits in the workspace unasked, and leaves configuration and hooks as they were', async () => {
    world = makeWorld(project, { git: true });
    mkdirSync(world.home, { recursive: true, mode: 0o700 });
    writeFileSync(join(world.home, '.gitconfig'), '[user]\n\tname = Ann\n\temail = ann@example.com\n');
    const config = world.read('.git/config');
    const server = await world.rehearse(
      script(
        `${bash('mkdir -p src && echo hi > src/new.txt && git add -A')}${bash('git commit -q -m "Add a file"')}${bash('git switch -q -c topic')}  - say: Done.\n`,
      ),
    );
    const finished = await world.cli(['run', 'Commit', '--mode', 'auto', '--output', 'json'], { server }).done;
    assert.equal(finished.code, 0, finished.stderr);
    const exits = eventsOf(jsonOf(finished).journal).flatMap(event =>
      event.kind === 'effect.done' && event.outcome.kind === 'exec' ? [event.outcome.exitCode] : [],
    );
    assert.deepEqual(exits, [0, 0, 0]);
    assert.equal(world.read('.git/HEAD').trim(), 'ref: refs/heads/topic');
    assert.equal(world.read('.git/config'), config);
  });

  it('keeps a command from what its permit does not hold, though nobody looked', async () => {
    world = makeWorld(
      { ...project, 'writes.js': "import { writeFileSync } from 'node:fs';\nwriteFileSync(process.argv[2], 'x');\n" },
      { git: true },
    );
    const outside = mkdtempSync(join(tmpdir(), 'gatehouse-outside-'));
    const target = join(outside, 'made');
    try {
      const server = await world.rehearse(script(`${bash(`P=${outside}; node writes.js "$P/made"`)}  - say: Done.\n`));
      const finished = await world.cli(['run', 'Write', '--mode', 'auto', '--on-ask', 'prompt', '--output', 'json'], {
        server,
        stdin: 'y\nn\nn\n',
      }).done;
      assert.equal(finished.code, 0, finished.stderr);
      assert.equal(existsSync(target), false);
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });

  it('asks by name for a host that a script was seen to want, and goes on without it after a no', async () => {
    world = makeWorld(project, { git: true });
    const server = await world.rehearse(script(`${bash('npm run reach')}  - say: Done.\n`));
    const finished = await world.cli(['run', 'Reach', '--mode', 'auto', '--on-ask', 'prompt', '--output', 'json'], {
      server,
      stdin: 'y\nn\n',
    }).done;
    assert.equal(finished.code, 0, finished.stderr);
    const events = eventsOf(jsonOf(finished).journal);
    const named = JSON.stringify(
      events.filter(event => event.kind === 'effect.decided' || event.kind === 'effect.violated'),
    );
    assert.match(named, /outside\.example/);
    assert.ok(jsonOf(finished).asks >= 1);
  });

  it('lets a rule of the repository tighten, and none loosen', async () => {
    world = makeWorld(
      {
        ...project,
        '.gatehouse/policy.yaml':
          'version: 1\nrules:\n  - { id: no-tests, decision: deny, when: { program: npm }, because: Not here. }\n  - { decision: allow, when: { command: git push } }\n',
      },
      { git: true },
    );
    const server = await world.rehearse(script(`${bash('npm test')}${bash('git push')}  - say: Done.\n`));
    const finished = await world.cli(['run', 'Test', '--mode', 'auto', '--output', 'json'], { server }).done;
    assert.equal(finished.code, 0, finished.stderr);
    const answers = eventsOf(jsonOf(finished).journal).flatMap(event =>
      event.kind === 'tool.answered' ? [event.text] : [],
    );
    assert.match(answers[0] ?? '', /no-tests/);
    assert.equal(jsonOf(finished).denials, 2);
  });

  it('refuses to start with a policy of the person’s own that is broken, and says where', async () => {
    world = makeWorld({
      ...project,
      'bad.yaml': 'version: 1\nrules:\n  - { decision: alow, when: { program: npm } }\n',
    });
    const server = await world.rehearse(script('  - say: Done.\n'));
    const finished = await world.cli(['run', 'Test', '--policy', 'bad.yaml'], { server }).done;
    assert.notEqual(finished.code, 0);
    assert.match(finished.stderr, /bad\.yaml.*line 3/s);
    const checked = await world.cli(['policy', 'check', 'bad.yaml']).done;
    assert.equal(checked.code, 1);
    assert.match(checked.stdout, /bad\.yaml:3:/);
  });

  it('runs nothing of a hostile repository outside the sandbox, and reports on it', async function () {
    this.timeout(60_000);
    world = makeWorld({});
    const hostile = hostileRepository(join(world.home, '..'));
    const commands = [
      'npm test',
      'git status',
      'git diff',
      'git log -p -1',
      'git add -A',
      'git commit -q -m x',
      'ls -la',
      'cat .envrc',
    ];
    const server = await world.rehearse(
      script(
        `  - calls: [{ tool: Grep, input: { pattern: a } }, { tool: Glob, input: { pattern: '**/*' } }]\n${commands.map(bash).join('')}  - say: Done.\n`,
      ),
    );
    const finished = await world.cli(
      ['run', 'Look around', '--mode', 'auto', '--cwd', hostile.root, '--output', 'json'],
      {
        server,
      },
    ).done;
    assert.equal(finished.code, 0, finished.stderr);
    const report = await world.cli(['report', 'last'], { cwd: hostile.root }).done;
    assert.equal(report.code, 0, report.stderr);
    assert.deepEqual(hostile.markers(), []);
  });
});

describe('gatehouse classify', () => {
  let world: World;
  afterEach(() => world.close());

  inFull('answers line by line, and a bad line does not end it', async () => {
    world = makeWorld(project, { git: true });
    const lines = [
      { id: 1, command: 'npm test' },
      { id: 'two', command: 'rm -rf ~' },
      { id: 3 },
      { id: 4, effect: { kind: 'edit', path: join(world.workspace, 'a.js'), before: 'a\n', after: 'b\n' } },
      { id: 5, effect: { kind: 'fetch', url: 'https://docs.example/' } },
    ];
    const stdin = `${lines.map(line => JSON.stringify(line)).join('\n')}\nnot json\n`;
    const finished = await world.cli(['classify'], { stdin }).done;
    assert.equal(finished.code, 0, finished.stderr);
    const answers: { id: unknown; tier?: string; decision?: string; error?: string }[] = finished.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    assert.deepEqual(
      answers.map(({ id, tier, decision, error }) => [id, tier, decision, error === undefined]),
      [
        [1, 'low', 'allow', true],
        ['two', 'critical', 'deny', true],
        [3, undefined, undefined, false],
        [4, 'low', 'allow', true],
        [5, 'medium', 'review', true],
        [null, undefined, undefined, false],
      ],
    );
  });
});
