import assert from 'node:assert/strict';
import { loadTasks, type TaskDiagnostic } from '../../../src/hosts/tasks/load.ts';
import { taskDiagnosticLine } from '../../../src/hosts/tasks/words.ts';

const good = `version: 1
tasks:
  tidy:
    title: Tidy up
    prompt: Tidy {file}.
    acceptance: ['{lint}']
    limits: { turns: 10, usd: 0.5 }
    paths: [src/**]
    mode: ask
`;

type Row = [name: string, text: string, expected: string[]];
const rows: Row[] = [
  ['what is no YAML', 'version: 1\ntasks: [', ['t.yaml:2:9: This is not YAML: Flow sequence in block collection']],
  [
    'a field that no task has',
    `${good}    colour: red\n`,
    ['t.yaml:10:5: `tasks.tidy` is not as it should be: Unrecognized key: "colour"'],
  ],
  ['a limit below one', good.replace('turns: 10', 'turns: 0'), ['t.yaml:7:15: `tasks.tidy.limits.turns`']],
  [
    'a path that leaves the workspace',
    good.replace('src/**', '../x'),
    ['t.yaml:8:5: `tasks.tidy.paths.0` is not as it should be: must be relative'],
  ],
  [
    'an absolute path',
    good.replace('src/**', '/etc/**'),
    ['t.yaml:8:5: `tasks.tidy.paths.0` is not as it should be: must be relative'],
  ],
  ['a name that is none', good.replace('tidy:', 'Tidy Up:'), ['t.yaml:3:3: `tasks.Tidy Up`']],
  ...['\\n', '\\u2028', '\\u202e'].map(
    (sign): Row => [
      `a title with ${sign}`,
      good.replace('Tidy up', `"Tidy${sign}up"`),
      ['t.yaml:4:5: `tasks.tidy.title` is not as it should be: must be one line of plain text'],
    ],
  ),
  ['another version', good.replace('version: 1', 'version: 2'), ['t.yaml:1:1: `version`']],
];

describe('a tasks file', () => {
  it('gives its tasks with whose they are and where they stand', () => {
    const { tasks, diagnostics } = loadTasks(good, 't.yaml', 'workspace');
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(tasks, [
      {
        name: 'tidy',
        from: 'workspace',
        place: { file: 't.yaml', line: 3 },
        title: 'Tidy up',
        prompt: 'Tidy {file}.',
        acceptance: ['{lint}'],
        limits: { turns: 10, usd: 0.5 },
        paths: ['src/**'],
        mode: 'ask',
      },
    ]);
  });

  for (const [name, text, expected] of rows)
    it(`tells about ${name}, with its place`, () => {
      const lines = loadTasks(text, 't.yaml', 'user').diagnostics.map((each: TaskDiagnostic) =>
        taskDiagnosticLine(each),
      );
      assert.equal(lines.length, expected.length, lines.join('\n'));
      for (const [index, line] of lines.entries()) assert.ok(line.startsWith(expected[index] ?? '?'), line);
    });

  it('keeps the tasks that are right beside one that is not', () => {
    const { tasks, diagnostics } = loadTasks(`${good}  worse:\n    title: x\n`, 't.yaml', 'user');
    assert.deepEqual(
      tasks.map(({ name }) => name),
      ['tidy'],
    );
    assert.equal(diagnostics.length, 1);
  });

  it('is bounded in size, in tasks, and in aliases', () => {
    const tasks = Array.from({ length: 120 }, (_, i) => `  t${i}: { title: a, prompt: b }\n`).join('');
    const many = loadTasks(`version: 1\ntasks:\n${tasks}`, 't.yaml', 'workspace');
    assert.deepEqual([many.tasks.length, many.diagnostics[0]?.code], [100, 'tasks.tooMany']);
    assert.equal(loadTasks('#'.repeat(300_000), 't.yaml', 'workspace').diagnostics[0]?.code, 'tasks.tooLarge');
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [${'*b,'.repeat(40)}]\n`;
    assert.equal(loadTasks(bomb, 't.yaml', 'workspace').tasks.length, 0);
  });
});
