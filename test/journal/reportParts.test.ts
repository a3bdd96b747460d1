import assert from 'node:assert/strict';
import type { ReportExtras } from '../../src/journal/report/extras.ts';
import { toMarkdown } from '../../src/journal/report/markdown.ts';
import { commitMessage, pullRequest } from '../../src/journal/report/message.ts';
import { hasWayDown, isMigration } from '../../src/journal/report/migrations.ts';
import { ownersBy } from '../../src/journal/report/owners.ts';
import { buildReport } from '../../src/journal/report/report.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import type { Plan } from '../../src/protocol/plan.ts';
import { plainSay, started } from './support.ts';

const digest = 'b'.repeat(64);
const blob = { sha256: digest, bytes: 1 };
const usage = { input: 10, output: 5, cacheRead: 0, cacheWrite: 0 };
const events = (bodies: readonly EventBody[]): RunEvent[] =>
  bodies.map((body, seq) => ({
    ...body,
    v: 1,
    seq,
    at: Date.UTC(2026, 10, 20) + seq * 1000,
    prev: digest,
    hash: digest,
  }));

const plan: Plan = {
  fit: 'auto',
  objective: 'Make the total round up.',
  constraints: ['Keep the interface.'],
  acceptance: ['npm test'],
  steps: [
    { title: 'Round in total()', detail: '' },
    { title: 'Tell the docs', detail: '' },
  ],
  risks: ['Totals of old invoices differ.'],
};
const answered = (text: string, call?: string): EventBody => ({
  kind: 'model.answered',
  turn: 1,
  model: 'm',
  content: [
    { type: 'text', text },
    ...(call === undefined ? [] : [{ type: 'tool_use' as const, id: call, name: 'Edit', input: {} }]),
  ],
  stopReason: 'tool_use',
  usage,
  usd: 0.25,
  requestBytes: 1,
  repeatedBytes: 0,
  durationMs: 1,
});
const edit: EventBody[] = [
  {
    kind: 'effect.proposed',
    effect: 'e1',
    call: 'c1',
    tool: 'Edit',
    digest,
    value: { kind: 'edit', path: '/ws/src/total.ts', base: blob, next: blob, patch: '-a\n+b\n', added: 1, removed: 1 },
  },
  { kind: 'effect.decided', effect: 'e1', decision: { verdict: 'allow', by: { type: 'static' }, reasons: [] } },
  { kind: 'effect.intended', effect: 'e1', digest },
  {
    kind: 'effect.done',
    effect: 'e1',
    durationMs: 1,
    outcome: { kind: 'edit', path: '/ws/src/total.ts', file: blob },
  },
];
const finding = {
  id: 'f1',
  file: 'src/total.ts',
  line: 3,
  severity: 'blocking' as const,
  category: 'hides-cause' as const,
  evidence: 'if (x === 7) return 8;',
  sentence: 'It knows the very input of the test.',
  by: 'model' as const,
};
const whole: EventBody[] = [
  started('r', 'Round the total up, please'),
  { kind: 'agent.begun', agent: 'planner', systemDigest: digest },
  answered('Here is the plan.'),
  { kind: 'plan.submitted', plan: 1, call: 'p1', value: plan },
  { kind: 'plan.accepted', plan: 1, by: 'person' },
  {
    kind: 'acceptance.checked',
    when: 'baseline',
    results: [{ command: 'npm test', exitCode: 1, passed: false, tests: { passed: 3, failed: 1, skipped: 0 } }],
  },
  { kind: 'agent.begun', agent: 'executor', systemDigest: digest },
  answered('total() cuts instead of rounding.', 'c1'),
  ...edit,
  {
    kind: 'step.completed',
    step: 1,
    title: 'Round in total()',
    outcome: 'total() rounds up.',
    tests: [],
    checked: [],
    risks: ['Negative totals are untested.'],
    next: '',
    files: [{ path: 'src/total.ts', added: 1, removed: 1 }],
    checkpoint: 1,
  },
  {
    kind: 'acceptance.checked',
    when: 'end',
    results: [{ command: 'npm test', exitCode: 0, passed: true, tests: { passed: 4, failed: 0, skipped: 0 } }],
  },
  { kind: 'review.started', review: 'v1', round: 1, files: 1, lines: 2, model: 'm' },
  {
    kind: 'review.finished',
    review: 'v1',
    outcome: { type: 'read' },
    findings: [
      finding,
      {
        ...finding,
        id: 'f2',
        line: null,
        sentence: 'No test.',
        category: 'missing-tests',
        severity: 'note',
        evidence: '',
      },
    ],
    unread: [],
    model: 'm',
    calls: 1,
    usage,
    usd: 0.5,
    durationMs: 1,
  },
  { kind: 'finding.waived', finding: 'f1', reason: 'The test has only that one.', surface: 'panel' },
  { kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] },
];
const extras: ReportExtras = {
  diff: [
    {
      path: 'src/total.ts',
      change: 'changed',
      added: 1,
      removed: 1,
      patch: '--- src/total.ts\n+++ src/total.ts\n@@ -1 +1 @@\n-a\n+b\n',
    },
  ],
  owners: [{ path: 'src/total.ts', owners: ['@money'] }],
  migrations: [{ path: 'db/migrate/1.rb', down: false }],
  revertScript: 'undo.patch',
};
const say = { ...plainSay, failure: () => 'failed' };

describe('the report of a run with a plan, checks and a review', () => {
  const report = buildReport(events(whole), extras);
  const text = toMarkdown(report, say);

  const section = (title: string): string => text.split(/^## /m).find(each => each.startsWith(`${title}\n`)) ?? '';

  it('tells the plan and what became of each step', () => {
    assert.equal(
      section('The plan').trim(),
      [
        'The plan',
        '',
        'Make the total round up.',
        '',
        '- The plan was accepted by a person.',
        '- Constraint: Keep the interface.',
        '- Risk: Totals of old invoices differ.',
        '',
        '1. Round in total(): **ended**, 1 file, checkpoint 1',
        '   - The agent says: total() rounds up.',
        '   - Open: Negative totals are untested.',
        '2. Tell the docs: **not ended**',
      ].join('\n'),
    );
  });

  it('tells what changed and why, with the step and the agent’s own words', () => {
    assert.match(section('What changed'), /1 file, 1 added and 1 line removed, from the run’s start to its end:/);
    assert.match(
      section('What changed'),
      /- Step 1: Round in total\(\)\n- The agent said: total\(\) cuts instead of rounding\./,
    );
    assert.match(section('What changed'), /```diff\n--- src\/total\.ts/);
  });

  it('tells what the checks said before and after', () => {
    assert.match(
      section('Tests before and after'),
      /- Accepted by `npm test`: before \*\*failed\*\* \(exit code 1\), 3 passed, 1 failed, 0 skipped, after \*\*passed\*\*, 4 passed, 0 failed, 0 skipped/,
    );
  });

  it('tells each finding and what became of it', () => {
    assert.match(
      section('Review of the diff'),
      /- \*\*waived\*\* `src\/total\.ts:3` \(blocking, hides-cause\): It knows/,
    );
    assert.match(section('Review of the diff'), /The person waived it \(panel\): The test has only that one\./);
    assert.match(section('Review of the diff'), /- \*\*open\*\* `src\/total\.ts` \(note, missing-tests\)/);
  });

  it('tells what each role cost, which adds up', () => {
    assert.deepEqual(
      report.costs.map(({ role, calls, usd }) => [role, calls, usd]),
      [
        ['planner', 1, 0.25],
        ['executor', 1, 0.25],
        ['reviewer', 1, 0.5],
      ],
    );
    assert.equal(report.summary.usd, 1);
  });

  it('tells how a long conversation went on, and what the summaries of the server cost', () => {
    const shorter = {
      kind: 'context.compacted',
      how: 'summed',
      upTo: 0,
      text: '',
      why: 'window',
      tokensBefore: 9,
      tokensAfter: 1,
    } as const;
    const usage = { input: 5, output: 5, cacheRead: 0, cacheWrite: 0 };
    const block = { type: 'compaction' as const, content: 'S', signature: 's' };
    const long = buildReport(
      events([
        started('r', 'go'),
        { ...shorter, how: 'cleared' },
        { kind: 'compaction.failed', model: 'm', why: 'none', failure: null, usage, usd: 0.25 },
        shorter,
        { ...shorter, block, usage, usd: 0.5 },
        shorter,
      ]),
    );
    assert.deepEqual(long.summaries, { cleared: 1, journal: 2, server: 1, usd: 0.75 });
    assert.match(
      toMarkdown(long, say),
      /^- Long conversation: old output left out once, summed up from the journal 2 times, summed up by the model’s server once \(\$0\.7500, counted above\)$/m,
    );
    assert.equal(long.summary.usd, 0.75);
    assert.doesNotMatch(text, /Long conversation/);
  });

  it('tells owners and migrations, and how to undo without Gatehouse', () => {
    assert.match(section('Before it is merged'), /- `@money`: `src\/total\.ts`/);
    assert.match(section('Before it is merged'), /`db\/migrate\/1\.rb`: \*\*has no way down\*\*/);
  });

  it('makes a commit message', () => {
    assert.equal(
      commitMessage(report),
      'Make the total round up\n\n- Round in total(): total() rounds up.\n\nPasses: npm test\n\nGatehouse-Run: r\n',
    );
    const long = buildReport(events([started('r', `# ${'very '.repeat(30)}long`)]));
    const [subject = ''] = commitMessage(long).split('\n');
    assert.ok(subject.length <= 72 && subject.startsWith('very very') && subject.endsWith('…'), subject);
  });

  it('makes a pull request', () => {
    const lines = pullRequest(report).split('\n');
    assert.equal(lines[0], 'Make the total round up');
    for (const expected of [
      '> Round the total up, please',
      '- `src/total.ts` (+1 −1)',
      'Passes: `npm test`',
      '- `src/total.ts:3` (blocking, waived): It knows the very input of the test. Waived: The test has only that one.',
      '- Negative totals are untested.',
      '- `db/migrate/1.rb`: has no way down',
      '`@money`',
    ])
      assert.ok(lines.includes(expected), `${expected}\n${lines.join('\n')}`);
  });

  it('lets nothing that the agent wrote or named become more than text', () => {
    const hostile = [
      '## Approved by @acme/security',
      '<img src=https://evil.example/p.png>',
      '[see](https://evil.example) www.evil.example',
      '<details open><summary>All checks passed</summary>',
      '@boss please merge, closes #7, acme/app#8, GH-9 and https://github.com/acme/app/issues/10',
    ].join('\n\n');
    const path = 'a\n\n## Approved\n\n@acme closes #1 `<b>`.js';
    const bad = buildReport(
      events([
        started('r', `Mend it\n\n${hostile}`),
        {
          kind: 'plan.submitted',
          plan: 1,
          call: 'p',
          value: { ...plan, objective: `Closes #3 for @boss`, risks: [hostile], acceptance: [path] },
        },
        { kind: 'acceptance.checked', when: 'end', results: [{ command: path, exitCode: 0, passed: true }] },
        {
          kind: 'step.completed',
          step: 1,
          title: hostile,
          outcome: hostile,
          tests: [],
          checked: [],
          risks: [`#7 ${hostile}`],
          next: '',
          files: [],
          checkpoint: 1,
        },
        {
          kind: 'review.finished',
          review: 'v',
          outcome: { type: 'read' },
          findings: [{ ...finding, file: path, sentence: hostile }],
          unread: [],
          model: null,
          calls: 0,
          usage,
          usd: 0,
          durationMs: 1,
        },
      ]),
      {
        diff: [{ path, change: 'added', added: 1, removed: 0, patch: '' }],
        owners: [{ path, owners: ['@boss', '<b>'] }],
        migrations: [{ path, down: null }],
        revertScript: null,
      },
    );
    const active = /(?<![A-Za-z0-9])@[A-Za-z0-9]|#\d|GH-\d|\/issues\/\d/;
    const request = pullRequest(bad);
    assert.deepEqual(
      request.split('\n').filter(line => line.startsWith('#')),
      ['Asked for', 'What changed', 'Tests', 'Left by the review', 'Risks', 'Migrations', 'Owners', 'To undo'].map(
        title => `## ${title}`,
      ),
    );
    const outsideCode = request.replaceAll(/(?<![\\`])(`+)(?!`).*?[^`]\1(?!`)/g, '');
    assert.doesNotMatch(outsideCode, active);
    assert.doesNotMatch(outsideCode, /(?<!\\)[<[]|:\/\/|www\./);
    const message = commitMessage(bad);
    assert.doesNotMatch(message, active);
    assert.match(message, /^Closes # 3 for @ boss\n/);
    assert.ok(request.includes('`@boss` please merge, closes `#7`, `acme/app#8`, `GH-9`'), request);
  });

  it('shows of an old journal what that has', () => {
    const old = toMarkdown(buildReport(events([started('r', 'x'), ...edit])), say);
    for (const title of ['The plan', 'Tests before and after', 'Review of the diff', 'Before it is merged'])
      assert.ok(!old.includes(`## ${title}`), title);
  });
});

describe('owners by CODEOWNERS', () => {
  it('are those of the last line that matches', () => {
    const owners = ownersBy('# all\n* @all\n/src/ @src @two # ours\nsrc/*.md\n[Section]\n!odd @x\n');
    assert.deepEqual(owners('a.ts'), ['@all']);
    assert.deepEqual(owners('src/deep/a.ts'), ['@src', '@two']);
    assert.deepEqual(owners('src/a.md'), []);
  });
});

describe('migrations', () => {
  it('are known by their places', () => {
    for (const path of [
      'db/migrate/20260101_a.rb',
      'app/migrations/0002_x.py',
      'sql/V2__add.sql',
      'migrations/1.up.sql',
    ])
      assert.ok(isMigration(path), path);
    for (const path of ['src/migrate.ts', 'app/migrations/__init__.py', 'migrations/a.test.ts', 'docs/migration.md'])
      assert.ok(!isMigration(path), path);
  });

  const rows: [path: string, text: string, down: boolean | null, beside?: string][] = [
    ['db/migrate/1.rb', 'def change\n add_column\nend', true],
    ['db/migrate/1.rb', 'def up\n raise ActiveRecord::IrreversibleMigration\nend', false],
    ['alembic/versions/a.py', 'def upgrade():\n    x()\ndef downgrade():\n    pass\n', false],
    ['alembic/versions/a.py', 'def upgrade():\n    x()\ndef downgrade():\n    y()\n', true],
    ['app/migrations/2.py', 'operations = [migrations.RunPython(fill)]', false],
    ['app/migrations/2.py', 'operations = [migrations.AddField()]', true],
    ['migrations/1.js', 'exports.up = k => 1;\nexports.down = k => 2;', true],
    ['migrations/1.js', 'exports.up = k => 1;', false],
    ['migrations/1.up.sql', 'ALTER', true, 'migrations/1.down.sql'],
    ['migrations/1.up.sql', 'ALTER', false],
    ['migrations/1.sql', '-- +goose Down\nDROP', true],
    ['sql/V2__a.sql', 'ALTER', true, 'sql/U2__a.sql'],
    ['migrations/1.xml', '<x/>', null],
  ];
  for (const [path, text, down, beside] of rows)
    it(`${path} ${down === null ? 'cannot be told' : down ? 'has a way down' : 'has none'}: ${text.split('\n').at(-1)?.slice(0, 30)}`, () => {
      assert.equal(hasWayDown(path, text, new Set(beside === undefined ? [path] : [path, beside])), down);
    });
});
