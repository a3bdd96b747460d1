import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFull } from '../support/share.ts';
import { eventsOf, jsonOf, makeWorld, project, type World } from './support.ts';

/** A commit of this very repository, whose gate has a test that shows the break below. */
const commit = '5b9db47a55113d20b5bda6f249410b5cae8e222c';
const file = 'src/gate/floors.ts';
const right = "!way.startsWith('/')";
const wrong = "way.startsWith('/')";

const script = `
turns:
  - say: I run the gate's tests first.
    calls: [{ tool: Bash, input: { command: npx mocha --no-config test/gate/gate.test.ts } }]
  - when: { result: { contains: key is refused } }
    say: Key material passes the floor. Who decides whether a path lies below a folder?
    calls: [{ tool: Grep, input: { pattern: 'export function within', path: src, output_mode: content } }]
  - capture: { file: '^([^:]+):' }
    calls: [{ tool: Read, input: { file_path: '\${capture.file}' } }]
  - say: The last condition is upside down.
    calls:
      - tool: Edit
        input: { file_path: ${file}, old_string: "&& ${wrong}", new_string: "&& ${right}" }
  - calls: [{ tool: Bash, input: { command: npx mocha --no-config test/gate/gate.test.ts } }]
  - when: { result: { matches: '^\\s*[0-9]+ passing' } }
    say: All of the gate's tests pass.
`;

/** Three defects that have nothing to do with each other, each with the test that shows it. */
const defects = [
  {
    title: 'Let the floor hold again',
    file,
    right: `&& ${right}`,
    wrong: `&& ${wrong}`,
    test: 'test/gate/gate.test.ts',
  },
  {
    title: 'Price long prompts as published',
    file: 'src/models/prices.ts',
    right: 'prompt > price.long.above',
    wrong: 'prompt < price.long.above',
    test: 'test/models/prices.test.ts',
  },
  {
    title: 'Show a line break as one',
    file: 'src/hosts/cli/plain.ts',
    right: "return '⏎'",
    wrong: "return ' '",
    test: 'test/cli/plain.test.ts',
  },
];
const testing = (...tests: string[]): string => `npx mocha --no-config ${tests.join(' ')}`;

/** What the planner and the executor do about them. */
function planned(): string {
  const plan = {
    fit: 'auto',
    objective: 'The three failing tests pass',
    constraints: ['Change no test'],
    acceptance: defects.map(({ test }) => testing(test)),
    steps: defects.map(each => ({ title: each.title, detail: `${each.test} fails.`, files: [each.file] })),
    risks: [],
  };
  const call = (tool: string, input: object): object => ({ calls: [{ tool, input }] });
  const turns = defects.flatMap((each, at) => [
    call('Read', { file_path: each.file }),
    call('Edit', { file_path: each.file, old_string: each.wrong, new_string: each.right }),
    call('Bash', { command: testing(each.test) }),
    call('CompleteStep', { step: at + 1, outcome: 'Its test passes.', tests: [], risks: [], next: '' }),
  ]);
  return JSON.stringify({
    roles: [
      { name: 'planner', system: 'You are the planner', turns: [call('SubmitPlan', plan)] },
      { name: 'executor', system: '', turns: [...turns, { say: 'All three are mended.' }] },
    ],
  });
}

/** What the tests need, as an installation would have laid it there: a link would lead out of the workspace. */
function installed(workspace: string): void {
  const from = join(realpathSync(join(project, 'node_modules')));
  for (const name of readdirSync(from)) {
    if (name.startsWith('@') && name !== '@types') continue;
    if (['typescript', 'playwright-core'].includes(name)) continue;
    cpSync(join(from, name), join(workspace, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
  }
}

describe('the main job, on this repository itself', () => {
  let world: World;
  afterEach(() => world.close());

  function fetched(): (...args: string[]) => string {
    world = makeWorld({});
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: world.workspace, encoding: 'utf8' });
    git('init', '-q');
    git('fetch', '-q', project, commit);
    git('checkout', '-q', commit);
    installed(world.workspace);
    return git;
  }

  inFull('finds a broken function in a past commit by its failing tests, and repairs it', async function () {
    this.timeout(120_000);
    const git = fetched();
    const path = join(world.workspace, file);
    const good = readFileSync(path, 'utf8');
    assert.equal(good.split(right).length, 2, 'the line to break stands there once');
    writeFileSync(path, good.replace(right, wrong));

    const server = await world.rehearse(script);
    const run = world.cli(
      ['run', 'The tests of the gate fail. Find out why and repair it', '--mode', 'auto', '--output', 'json'],
      { server },
    );
    const finished = await run.done;

    assert.equal(finished.code, 0, finished.stderr);
    assert.equal(readFileSync(path, 'utf8'), good);
    assert.deepEqual(jsonOf(finished).filesChanged, [file]);
    assert.equal(git('diff', '--stat').trim(), '');
    const exits = eventsOf(jsonOf(finished).journal).flatMap(event =>
      event.kind === 'effect.done' && event.outcome.kind === 'exec' ? [event.outcome.exitCode] : [],
    );
    assert.equal(exits.length, 2);
    assert.notEqual(exits[0], 0);
    assert.equal(exits[1], 0);
  });

  inFull('mends three defects in three planned steps, and is reviewed, reported, undone and redone', async function () {
    this.timeout(600_000);
    const git = fetched();
    for (const each of defects) {
      const path = join(world.workspace, each.file);
      const good = readFileSync(path, 'utf8');
      assert.equal(good.split(each.right).length, 2, each.file);
      writeFileSync(path, good.replace(each.right, each.wrong));
    }
    const changed = (): string[] => git('diff', '--name-only').split('\n').filter(Boolean).sort();
    const files = defects.map(each => each.file).sort();
    assert.deepEqual(changed(), files);

    const server = await world.rehearse(planned());
    const tests = testing(...defects.map(({ test }) => test));
    const finished = await world.cli(
      ['run', 'Three tests fail. Repair what they show', '--mode', 'auto', '--test-command', tests, '--output', 'json'],
      { server },
    ).done;
    assert.equal(finished.code, 0, finished.stderr);
    const { journal, accepted, run } = jsonOf(finished);
    assert.equal(accepted, true);
    assert.deepEqual(changed(), []);

    const events = eventsOf(journal);
    const of = (kind: string): number => events.filter(event => event.kind === kind).length;
    assert.deepEqual([of('plan.accepted'), of('step.completed'), of('review.finished')], [1, 3, 1]);
    const baseline = events.find(event => event.kind === 'acceptance.checked');
    assert.ok(baseline?.kind === 'acceptance.checked');
    assert.deepEqual(
      baseline.results.map(({ passed }) => passed),
      [false, false, false],
    );
    const report = await world.cli(['report', run]).done;
    for (const { title, file: path } of defects) {
      assert.ok(report.stdout.includes(title), title);
      assert.ok(report.stdout.includes(path), path);
    }
    assert.equal((await world.cli(['undo', run, '--yes']).done).code, 0);
    assert.deepEqual(changed(), files);
    assert.equal((await world.cli(['redo', run, '--yes']).done).code, 0);
    assert.deepEqual(changed(), []);
    assert.equal((await world.cli(['verify', run]).done).code, 0);
  });
});
