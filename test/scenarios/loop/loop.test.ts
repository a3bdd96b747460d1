import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseScript } from '../../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../../src/models/rehearsal/server.ts';
import type { Limits } from '../../../src/protocol/budget.ts';
import { type Said, Shell } from '../../cli/shell.ts';
import { eventsOf } from '../support.ts';

/** Of all calls, so that no figure depends on how long the requests are. */
const usage = { input: 4_000, output: 4_000, cacheRead: 0, cacheWrite: 0 };
const write = (nth: number): unknown => ({
  usage,
  calls: [{ tool: 'Write', input: { file_path: `notes/${nth}.md`, content: 'one\ntwo\nthree\n' } }],
});
/** A script that never ends: a new file at each turn, and at last the same again and again. */
const endless = [
  ...Array.from({ length: 30 }, (_, nth) => write(nth + 1)),
  { ...Object(write(31)), repeat: 'forever' },
];
const prices = { rehearsal: { input: 2, output: 10, cacheWrite: 2.5, cacheRead: 0.2 } };

const edit = (from: string, to: string): unknown => ({
  calls: [{ tool: 'Edit', input: { file_path: 'add.js', old_string: from, new_string: to } }],
});
const bash = (command: string): unknown => ({ calls: [{ tool: 'Bash', input: { command } }] });
const read = { calls: [{ tool: 'Read', input: { file_path: 'add.js' } }] };

const calls = (turn: unknown): unknown[] => Object(turn).calls;

interface Scenario {
  prompt?: string;
  turns: unknown[];
  options?: string[];
  files?: Record<string, string>;
  /** What the person types. */
  input?: string;
  /** A second call of the command line. */
  next?: string[];
  exitCode: number;
  limit?: Limits;
}

const limited = (limit: Limits, ...options: string[]): Scenario => ({ turns: endless, options, exitCode: 3, limit });
const project = { 'add.js': 'export const add = (a, b) => a - b;\n' };
const tested = {
  ...project,
  'package.json': '{ "name": "sums", "scripts": { "test": "node check.js" } }\n',
  'check.js': 'console.log("not ok 1 - adds");\nprocess.exit(1);\n',
};

const scenarios: Record<string, Scenario> = {
  'limit-turns': limited({ turns: 4 }, '--max-turns', '4'),
  'limit-tokens': limited({ tokens: 60_000 }, '--max-tokens', '60000'),
  'limit-usd': limited({ usd: 0.3 }, '--max-usd', '0.3'),
  'limit-files': limited({ files: 3 }, '--max-files', '3'),
  'limit-lines': limited({ lines: 10 }, '--max-lines', '10'),
  'limit-lines-by-command': {
    prompt: 'Number the notes',
    turns: [
      bash('seq 1 6 > notes.txt; seq 1 900 > built.txt'),
      {
        calls: [
          ...calls(bash("sed -i 's/^/note /' notes.txt")),
          ...calls(bash('touch after.txt')),
          ...calls(edit('a - b', 'a + b')),
        ],
      },
      { say: 'Never said.' },
    ],
    files: { ...project, '.gitignore': 'built.txt\n' },
    options: ['--max-lines', '10'],
    input: '',
    next: ['resume', '--max-lines', '40'],
    exitCode: 0,
  },
  'limit-lines-by-check': {
    turns: [read, edit('a - b', 'a + b'), { say: 'It adds.' }],
    files: project,
    options: ['--max-lines', '7', '--accept', 'seq 1 3 >> log.txt', '--on-ask', 'prompt'],
    input: '9\n',
    exitCode: 0,
  },
  'limit-usd-per-day': limited({ usdPerDay: 0.3 }, '--max-usd-per-day', '0.3'),
  'limit-minutes': {
    turns: [{ say: 'I think', fault: 'hang' }],
    options: ['--max-minutes', '0.01'],
    exitCode: 3,
    limit: { minutes: 0.01 },
  },
  'limit-refusals': {
    turns: [{ ...Object(bash('cat ~/.ssh/id_rsa')) }, bash('cat ~/.ssh/id_ed25519'), ...endless],
    options: ['--max-refusals', '2'],
    exitCode: 3,
    limit: { refusals: 2 },
  },
  'raise-and-go-on': {
    turns: [write(1), write(2), write(3), write(4), { say: 'That is all.', usage }],
    options: ['--max-turns', '2', '--max-files', '3', '--on-ask', 'prompt'],
    input: '8\n\n',
    next: ['resume', '--max-files', '9'],
    exitCode: 0,
  },
  'tests-fail-three-times': {
    turns: [
      bash('npm test'),
      read,
      edit('a - b', 'a * b'),
      bash('npm test'),
      edit('a * b', 'a / b'),
      bash('npm test'),
      { say: 'Once more.' },
    ],
    files: tested,
    exitCode: 1,
  },
  'identical-calls': { turns: [{ ...read, repeat: 'forever' }], files: project, exitCode: 1 },
  'window-outgrown': {
    prompt: 'Read the log and mend what is wrong. Do not push.',
    turns: [
      read,
      edit('a - b', 'a + b'),
      ...Array.from({ length: 12 }, (_, nth) => ({
        calls: [{ tool: 'Read', input: { file_path: 'log.txt', offset: nth + 1, limit: 60 } }],
      })),
      bash('git push'),
      { say: 'The sum is mended. I was not to push, so I did not.' },
    ],
    files: {
      ...project,
      'log.txt': Array.from({ length: 80 }, (_, nth) => `line ${nth} of a log for nobody\n`).join(''),
    },
    options: ['--context-window', '10000'],
    exitCode: 0,
  },
  'task-class': {
    prompt: 'for Ada',
    turns: [
      { calls: [...calls(bash('echo tidy > notes/a.md')), ...calls(bash('echo untidy > add.js'))] },
      bash('cat notes/a.md'),
      read,
      { say: 'Never said.' },
    ],
    files: {
      ...project,
      'notes/old.md': 'old\n',
      '.gatehouse/tasks.yaml': [
        'version: 1',
        'tasks:',
        '  tidy:',
        '    title: Tidy the notes',
        '    prompt: Tidy notes/ {input}.',
        '    limits: { turns: 2, minutes: 999 }',
        '    paths: [notes/**]',
      ].join('\n'),
    },
    options: ['--task', 'tidy'],
    exitCode: 3,
  },
  'policy-halt': {
    turns: [read, bash('git push origin main'), read],
    files: {
      ...project,
      '.gatehouse/policy.yaml':
        'version: 1\nrules:\n  - { id: no-push, decision: halt, when: { command: git push * }, because: Releases are made in CI. }\n',
    },
    exitCode: 1,
  },
  'conflicting-instructions': {
    turns: [read],
    files: {
      ...project,
      'AGENTS.md': 'Always run database migrations before you finish.\n',
      'CLAUDE.md': 'Never run database migrations.\n',
    },
    exitCode: 1,
  },
};

/** Compares with the transcript beside this file. UPDATE_TRANSCRIPTS=1 writes it; read the difference before keeping it. */
function matches(name: string, text: string): void {
  const file = join(import.meta.dirname, `${name}.txt`);
  if (process.env['UPDATE_TRANSCRIPTS']) writeFileSync(file, text);
  assert.equal(text, readFileSync(file, 'utf8'));
}

describe('a run that knows when to stop', () => {
  for (const [name, scenario] of Object.entries(scenarios))
    it(`reads as in ${name}.txt`, async function () {
      this.timeout(60_000);
      const shell = new Shell();
      const server = await serveRehearsal({ script: parseScript(JSON.stringify({ turns: scenario.turns }), name) });
      try {
        const workspace = join(shell.folder, 'work');
        mkdirSync(workspace);
        for (const [path, content] of Object.entries(scenario.files ?? {})) {
          mkdirSync(dirname(join(workspace, path)), { recursive: true });
          writeFileSync(join(workspace, path), content);
        }
        const { root } = await shell.home();
        writeFileSync(join(root, 'prices.json'), JSON.stringify(prices));
        shell.env['ANTHROPIC_BASE_URL'] = server.url;
        shell.env['ANTHROPIC_API_KEY'] = server.token;
        const common = ['--cwd', 'work', '--mode', 'auto', '--no-plan', '--reviewer', 'off'];
        const first = ['run', scenario.prompt ?? 'Mend the sums', ...common, ...(scenario.options ?? [])];
        const said = [await shell.run(first, scenario.input)];
        if (scenario.next !== undefined) {
          const runs: { run: string }[] = JSON.parse((await shell.run(['runs', '--output', 'json'])).out);
          const [verb = '', ...rest] = scenario.next;
          said.push(await shell.run([verb, runs[0]?.run ?? '', ...rest]));
        }
        assert.equal(said.at(-1)?.code, scenario.exitCode, said.map(({ err, out }) => err + out).join('\n'));
        matches(name, told([first, ...(scenario.next === undefined ? [] : [scenario.next])], said, shell.folder));
        if (scenario.limit !== undefined) within(scenario.limit, said[0]?.out ?? '', root);
      } finally {
        await server.close();
        shell.dispose();
      }
    });
});

/** What was typed and shown, without what differs from run to run. */
function told(calls: readonly string[][], said: readonly Said[], folder: string): string {
  const text = said
    .map(({ out, err, code }, index) => {
      const shown = err === '' ? '' : `--- asked, on stderr\n${err.trimEnd()}\n`;
      return `$ gatehouse ${calls[index]?.join(' ')}\n${out}${shown}--- exit code ${code}\n`;
    })
    .join('\n');
  return text
    .replaceAll(realpathSync(folder), '/tmp/shell')
    .replaceAll(`${homedir()}/`, '/home/ann/')
    .replaceAll(/\d{8}-\d{6}-\w{12}/g, 'RUN')
    .replaceAll(/\(records [\d, ]+\)/g, '(records …)')
    .replaceAll(/(may take )[\d,.$]+/g, '$1…')
    .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, '… s')
    .replaceAll(/[\d,]+ in(?: \([\d,]+ from the cache\))?, [\d,]+ out/g, '… in, … out');
}

/** What the run has used by its own journal is not more than it was allowed, and nothing of it is unknown. */
function within(limit: Limits, out: string, root: string): void {
  const run = /run +(\S+)/.exec(out)?.[1] ?? '';
  const events = eventsOf(join(root, 'runs', run, 'journal.ndjson'));
  const reached = events.filter(event => event.kind === 'limit.reached');
  assert.deepEqual(
    reached.map(event => event.limit),
    Object.keys(limit),
  );
  for (const { used, allowed } of reached) assert.ok(used <= allowed, `${used} of ${allowed}`);
  const usd = events.reduce((sum, event) => sum + (event.kind === 'model.answered' ? (event.usd ?? 0) : 0), 0);
  assert.ok(usd <= (limit.usd ?? limit.usdPerDay ?? Number.POSITIVE_INFINITY), `$${usd}`);
}
