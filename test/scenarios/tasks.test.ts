import assert from 'node:assert/strict';
import { eventsOf, jsonOf, makeWorld, type World } from './support.ts';

const tasksYaml = `version: 1
tasks:
  lint:
    title: Tidy the notes
    prompt: Tidy everything in notes/, as {input} likes it.
    acceptance: [grep -q tidy notes/a.txt]
    mode: auto
    limits: { turns: 4, minutes: 999 }
    paths: [notes/**]
`;
const script = `turns:
  - calls:
      - { tool: Write, input: { file_path: notes/a.txt, content: tidy } }
      - { tool: Write, input: { file_path: src/b.txt, content: untidy } }
      - { tool: Bash, input: { command: echo x > src/c.txt } }
  - say: Done.
`;

describe('a task class', () => {
  let world: World;
  afterEach(() => world.close());

  it('of the repository has its own limits and paths, and no looser mode than the person', async () => {
    world = makeWorld({ '.gatehouse/tasks.yaml': tasksYaml, 'notes/old.txt': 'x' }, { git: true });
    const server = await world.rehearse(script);
    const args = ['run', 'Ada', '--task', 'lint', '--no-plan', '--reviewer', 'off', '--output', 'json'];
    const asked = await world.cli([...args, '--max-turns', '3'], { server }).done;
    const first = jsonOf(asked);
    const [started] = eventsOf(first.journal);
    assert.ok(started?.kind === 'run.started', asked.stderr);
    assert.deepEqual(started.task, { name: 'lint', from: 'workspace' });
    assert.deepEqual([started.mode, started.limits], ['ask', { turns: 3, minutes: 240 }]);
    assert.equal(started.prompt, 'Do the task “lint” that this repository describes.\n\nAda');
    assert.equal(first.denials, 3, 'in Ask, with nobody there, nothing is changed');

    const auto = await world.cli([...args, '--mode', 'auto'], { server }).done;
    const second = jsonOf(auto);
    assert.deepEqual([second.status, second.denials, second.filesChanged], ['done', 2, ['notes/a.txt']], auto.stderr);
    assert.ok(!world.exists('src/b.txt') && !world.exists('src/c.txt'));
    const events = eventsOf(second.journal);
    const refused = events.flatMap(event => (event.kind === 'tool.answered' && event.isError ? [event.text] : []));
    for (const text of refused) assert.match(text, /bound\.paths: src\/[bc]\.txt/);
    const told = events.find(event => event.kind === 'context.added' && event.text.includes('repository-task-'));
    assert.ok(told?.kind === 'context.added');
    assert.match(told.text, /Tidy everything in notes\/, as Ada likes it\./);
    const [begun] = events;
    assert.ok(begun?.kind === 'run.started');
    assert.deepEqual(
      [begun.mode, begun.limits, begun.acceptance],
      ['auto', { turns: 4, minutes: 240 }, ['grep -q tidy notes/a.txt']],
    );
    assert.equal(second.accepted, true);
  });

  it('sees what a command changed outside of its paths, and takes it back', async () => {
    const files = {
      '.gatehouse/tasks.yaml': tasksYaml,
      'notes/old.txt': 'x',
      'src/b.txt': 'before',
      'package.json': '{ "scripts": { "test": "node --test" } }\n',
      'made.test.mjs': `import { writeFileSync } from 'node:fs';
for (const file of ['notes/a.txt', 'src/b.txt']) writeFileSync(file, 'made');
`,
    };
    world = makeWorld(files, { git: true });
    const server = await world.rehearse(`turns:
  - calls: [{ tool: Bash, input: { command: npm test } }]
  - say: Done.
`);
    const args = [
      'run',
      'Ada',
      '--task',
      'lint',
      '--mode',
      'auto',
      '--no-plan',
      '--reviewer',
      'off',
      '--output',
      'json',
    ];
    const finished = await world.cli(args, { server }).done;
    const result = jsonOf(finished);
    assert.deepEqual([world.read('notes/a.txt'), world.read('src/b.txt')], ['made', 'before'], finished.stderr);
    const answered = eventsOf(result.journal).find(event => event.kind === 'tool.answered');
    assert.ok(answered?.kind === 'tool.answered');
    assert.match(answered.text, /took back what the command changed outside[^]*: src\/b\.txt\./);
  });

  it('is listed with whose it is, and ours can be named where another has its name', async () => {
    world = makeWorld({ '.gatehouse/tasks.yaml': `${tasksYaml}  bad: {}\n` }, { git: true });
    const listed = await world.cli(['tasks']).done;
    assert.equal(listed.code, 0);
    assert.match(listed.stdout, /^lint +Tidy the notes \(of this repository\)$/m);
    assert.match(listed.stdout, /^lint +Mends what the linter finds.* \(built in\)$/m);
    assert.match(listed.stderr, /tasks\.yaml:10:3: `tasks\.bad\.title` is not as it should be/);
    const server = await world.rehearse('turns:\n  - say: Done.\n');
    const args = ['run', '--task', 'builtin:lint', '--no-plan', '--reviewer', 'off', '--output', 'json'];
    const finished = await world.cli(args, { server }).done;
    const [started] = eventsOf(jsonOf(finished).journal);
    assert.ok(started?.kind === 'run.started');
    assert.deepEqual(started.task, { name: 'lint', from: 'builtin' });
    const unknown = await world.cli(['run', '--task', 'lnit'], { server }).done;
    assert.deepEqual([unknown.code, unknown.stdout], [2, '']);
    assert.match(unknown.stderr, /There is no task lnit\. There are: lint, fix-tests/);
  });
});
