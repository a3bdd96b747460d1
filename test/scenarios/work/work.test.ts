import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseScript } from '../../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../../src/models/rehearsal/server.ts';
import { type Said, Shell } from '../../cli/shell.ts';
import { eventsOf, jsonOf, makeWorld, type World } from '../support.ts';

const plan = {
  fit: 'auto',
  objective: 'add() adds',
  constraints: ['Keep the name'],
  acceptance: ['node check.cjs'],
  steps: [{ title: 'Mend add()', detail: 'add.cjs subtracts.', files: ['add.cjs'] }],
  risks: ['Somebody may rely on the old sums.'],
};
const larger = { ...plan, steps: [...plan.steps, { title: 'Say so', detail: 'In NOTES.md.' }] };
const submit = (value: object): unknown => ({ calls: [{ tool: 'SubmitPlan', input: value }] });
const complete = (step: number, next = ''): unknown => ({
  calls: [{ tool: 'CompleteStep', input: { step, outcome: 'Done as planned.', tests: [], risks: [], next } }],
});
const read = { calls: [{ tool: 'Read', input: { file_path: 'add.cjs' } }] };
const mend = { calls: [{ tool: 'Edit', input: { file_path: 'add.cjs', old_string: 'a - b', new_string: 'a + b' } }] };
const note = { calls: [{ tool: 'Write', input: { file_path: 'NOTES.md', content: 'add() adds now.\n' } }] };
const over = { say: 'add() adds.' };

interface Scenario {
  planner?: unknown[];
  executor: unknown[];
  /** Each call of the command line after `gatehouse`, and what is typed. */
  calls: { argv: string[]; input?: string; code: number }[];
}

const run = (...options: string[]): string[] => [
  'run',
  'Make add() add',
  '--cwd',
  'work',
  '--mode',
  'auto',
  ...options,
];
const asking = ['--on-ask', 'prompt'];

const scenarios: Record<string, Scenario> = {
  'done-at-once': {
    planner: [read, submit(plan)],
    executor: [read, mend, complete(1), over],
    calls: [{ argv: run(), code: 0 }],
  },
  'plan-edited': {
    planner: [submit({ ...larger, steps: [...larger.steps, ...larger.steps] })],
    executor: [read, mend, complete(1, 'Say so'), note, complete(2), over],
    calls: [{ argv: run(...asking), input: 'e\ny\n', code: 0 }],
  },
  'plan-changed': {
    planner: [submit({ ...plan, acceptance: [], fit: 'ask', fitReason: 'Nothing shows it' }), submit(plan)],
    executor: [read, mend, over],
    calls: [{ argv: run(...asking), input: 'c\n1 Run check.cjs\n\n', code: 0 }],
  },
  'plan-unfit': {
    planner: [submit({ ...plan, fit: 'no', fitReason: 'Only the accountants know what add() has to do' })],
    executor: [read, mend, complete(1), over],
    calls: [
      { argv: run(), code: 4 },
      { argv: ['resume', 'RUN', '--accept-plan', ...asking], input: 'y\n', code: 0 },
    ],
  },
  'ask-user': {
    executor: [
      read,
      {
        calls: [
          {
            tool: 'AskUser',
            input: { question: 'Is add(1, 2) to be 3?', options: ['Yes', 'No'], reason: 'ambiguous' },
          },
        ],
      },
      { when: { result: { contains: 'The person answers: Yes, 3.' } }, ...mend },
      over,
    ],
    calls: [
      { argv: run('--no-plan', '--accept', 'node check.cjs'), code: 4 },
      { argv: ['resume', 'RUN', '--answer', 'Yes, 3.'], code: 0 },
    ],
  },
  'never-accepted': {
    executor: [read, over, over],
    calls: [{ argv: run('--no-plan', '--accept', 'node check.cjs'), code: 1 }],
  },
};

describe('a planned run in a worktree of its own', () => {
  let world: World;
  afterEach(() => world.close());

  it('has a commit for each step, with its title', async () => {
    world = makeWorld({ 'add.cjs': 'exports.add = (a, b) => a - b;\n' }, { git: true });
    const measured = { ...larger, acceptance: ['test -s NOTES.md'] };
    const roles = [
      { name: 'planner', system: 'You are the planner', turns: [submit(measured)] },
      { name: 'executor', system: '', turns: [read, mend, complete(1), note, complete(2), over] },
    ];
    const server = await world.rehearse(JSON.stringify({ roles }));
    const env = { GATEHOUSE_SANDBOX: 'container-is-the-boundary' };
    const argv = ['run', 'Make add() add', '--mode', 'auto', '--isolate', 'worktree', '--output', 'json'];
    const finished = await world.cli(argv, { server, env }).done;
    assert.equal(finished.code, 0, finished.stderr);
    const branch =
      eventsOf(jsonOf(finished).journal).find(event => event.kind === 'run.started')?.isolation?.branch ?? '';
    const log = execFileSync('git', ['log', '--format=%s', branch], { cwd: world.workspace, encoding: 'utf8' });
    assert.deepEqual(log.trim().split('\n'), ['Say so', 'Mend add()', 'Start']);
  });
});

/** Compares with the transcript beside this file. UPDATE_TRANSCRIPTS=1 writes it; read the difference before keeping it. */
function matches(name: string, text: string): void {
  const file = join(import.meta.dirname, `${name}.txt`);
  if (process.env['UPDATE_TRANSCRIPTS']) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}

describe('a run that plans, works and is measured', () => {
  for (const [name, scenario] of Object.entries(scenarios))
    it(`reads as in ${name}.txt`, async function () {
      this.timeout(60_000);
      const shell = new Shell();
      const { planner, executor } = scenario;
      const roles = [
        ...(planner === undefined ? [] : [{ name: 'planner', system: 'You are the planner', turns: planner }]),
        { name: 'executor', system: '', turns: executor },
      ];
      const server = await serveRehearsal({ script: parseScript(JSON.stringify({ roles }), name) });
      try {
        const workspace = join(shell.folder, 'work');
        mkdirSync(workspace);
        writeFileSync(join(workspace, 'add.cjs'), 'exports.add = (a, b) => a - b;\n');
        writeFileSync(join(workspace, 'check.cjs'), "process.exit(require('./add.cjs').add(1, 2) === 3 ? 0 : 1);\n");
        const editor = join(shell.folder, 'editor');
        writeFileSync(editor, '#!/bin/sh\nnode -e "$EDIT" "$1"\n');
        chmodSync(editor, 0o700);
        Object.assign(shell.env, {
          ANTHROPIC_BASE_URL: server.url,
          ANTHROPIC_API_KEY: server.token,
          GATEHOUSE_SANDBOX: 'container-is-the-boundary',
          EDITOR: editor,
          // Drops what the planner said twice.
          EDIT: "const fs = require('fs'), f = process.argv[1], t = fs.readFileSync(f, 'utf8'); const at = t.lastIndexOf('  - title: Mend'); fs.writeFileSync(f, t.slice(0, at) + t.slice(t.indexOf('risks:')))",
        });
        const said: Said[] = [];
        let id = '';
        for (const { argv, input } of scenario.calls) {
          said.push(
            await shell.run(
              argv.map(each => (each === 'RUN' ? id : each)),
              input,
            ),
          );
          const runs: { run: string }[] = JSON.parse((await shell.run(['runs', '--output', 'json'])).out);
          id = runs[0]?.run ?? '';
        }
        matches(name, told(scenario, said, shell.folder));
        assert.deepEqual(
          said.map(({ code }) => code),
          scenario.calls.map(({ code }) => code),
        );
      } finally {
        await server.close();
        shell.dispose();
      }
    });
});

/** What was typed and shown, without what differs from run to run. */
function told({ calls }: Scenario, said: readonly Said[], folder: string): string {
  return said
    .map(({ out, err, code }, index) => {
      const shown = err === '' ? '' : `--- asked, on stderr\n${err.trimEnd()}\n`;
      return `$ gatehouse ${calls[index]?.argv.join(' ')}\n${out}${shown}--- exit code ${code}\n`;
    })
    .join('\n')
    .replaceAll(realpathSync(folder), '/tmp/shell')
    .replaceAll(/\d{8}-\d{6}-\w{12}/g, 'RUN')
    .replaceAll(/\(records [\d, ]+\)/g, '(records …)')
    .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, '… s')
    .replaceAll(', … s of processor time', '')
    .replaceAll(/[\d,]+ in(?: \([\d,]+ from the cache\))?, [\d,]+ out/g, '… in, … out');
}
