import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Limits } from '../../../src/protocol/budget.ts';
import { eventsOf } from '../support.ts';
import { bash, calls, edit, matches, playScenario, project, type Scenario } from './scenario.ts';

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

const read = { calls: [{ tool: 'Read', input: { file_path: 'add.js' } }] };

interface Limited extends Scenario {
  limit?: Limits;
}

const limited = (limit: Limits, ...options: string[]): Limited => ({ turns: endless, options, exitCode: 3, limit });
const tested = {
  ...project,
  'package.json': '{ "name": "sums", "scripts": { "test": "node check.js" } }\n',
  'check.js': 'console.log("not ok 1 - adds");\nprocess.exit(1);\n',
};

const outgrown: Scenario = {
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
};

const scenarios: Record<string, Limited> = {
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
    next: [['resume', '--max-lines', '40'], ['report']],
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
    next: [['resume', '--max-files', '9']],
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
    next: [['resume', '--answer', 'Add them.', '--reviewer', 'off']],
    exitCode: 0,
  },
  'identical-calls': { turns: [{ ...read, repeat: 'forever' }], files: project, exitCode: 1 },
  'window-outgrown': outgrown,
  'window-outgrown-refused': { ...outgrown, compaction: 'off' },
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
    turns: [read, { say: 'Nothing is migrated.' }],
    next: [['resume', '--answer', 'CLAUDE.md holds.', '--reviewer', 'off']],
    files: {
      ...project,
      'AGENTS.md': 'Always run database migrations before you finish.\n',
      'CLAUDE.md': 'Never run database migrations.\n',
    },
    exitCode: 0,
  },
};

describe('a run that knows when to stop', () => {
  for (const [name, scenario] of Object.entries(scenarios))
    it(`reads as in ${name}.txt`, async function () {
      this.timeout(60_000);
      const played = await playScenario(name, scenario);
      try {
        const { said, text, root } = played;
        assert.equal(said.at(-1)?.code, scenario.exitCode, said.map(({ err, out }) => err + out).join('\n'));
        matches(name, text);
        if (scenario.limit !== undefined) within(scenario.limit, said[0]?.out ?? '', root);
      } finally {
        played.dispose();
      }
    });
});

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
