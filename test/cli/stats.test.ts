import assert from 'node:assert/strict';
import type { EventBody } from '../../src/protocol/event.ts';
import { Shell } from './shell.ts';

const usage = { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 };
const digest = 'a'.repeat(64);
const ref = { manifest: { sha256: digest, bytes: 1 }, files: 1, notHeld: 0 };

interface Told {
  task?: string;
  user?: string;
  status?: 'done' | 'limit';
  usd?: number | null;
  scripted?: boolean;
  acceptance?: string[];
  more?: EventBody[];
}

/** The events of a run that asked nothing and took no time. */
const told =
  ({ task, user = 'ada', status = 'done', usd = 0.5, scripted = false, acceptance = [], more = [] }: Told) =>
  (run: string): EventBody[] => [
    {
      kind: 'run.started',
      run,
      gatehouse: '1',
      workspace: '/ws',
      prompt: 'x',
      mode: 'auto',
      model: 'm',
      scripted,
      limits: {},
      systemDigest: digest,
      user,
      acceptance,
      ...(task === undefined ? {} : { task: { name: task, from: 'builtin' as const } }),
    },
    {
      kind: 'model.answered',
      turn: 1,
      model: 'm',
      content: [],
      stopReason: 'end_turn',
      usage,
      usd,
      requestBytes: 1,
      repeatedBytes: 0,
      durationMs: 1,
    },
    ...more.filter(({ kind }) => kind !== 'restore.done'),
    { kind: 'run.ended', status, exitCode: 0, failure: null, survivors: [] },
    ...more.filter(({ kind }) => kind === 'restore.done'),
  ];

describe('gatehouse stats', () => {
  let shell: Shell;
  before(async () => {
    shell = new Shell();
    const undone: EventBody = {
      kind: 'restore.done',
      restore: 'r',
      checkpoint: 1,
      to: 0,
      whole: true,
      by: 'person',
      before: ref,
      after: ref,
      files: 1,
      conflicts: [],
    };
    const failed: EventBody = {
      kind: 'acceptance.checked',
      when: 'end',
      results: [{ command: 'npm test', exitCode: 1, passed: false }],
    };
    const asked: EventBody = { kind: 'question.asked', question: 'q', effect: 'e' };
    for (const each of [
      { task: 'fix-tests', more: [asked, undone] },
      { task: 'fix-tests', status: 'limit' as const, more: [asked] },
      { task: 'fix-tests', user: '=bob, "b"' },
      { acceptance: ['npm test'], more: [failed], usd: null },
      { scripted: true },
    ])
      await shell.pastRun(told(each), 1_700_000_000_000);
  });
  after(() => shell.dispose());

  it('adds up success, asks, undos, time and dollars by task class and user', async () => {
    const { code, out, err } = await shell.run(['stats']);
    assert.equal(code, 0);
    assert.equal(
      out,
      [
        'task         user       runs  success  asks/run  undone  time/run    $/run',
        'fix-tests    =bob, "b"     1    100 %       0.0       0       0 s   0.5000',
        'fix-tests    ada           2     50 %       1.0       1       0 s   0.5000',
        '(free text)  ada           1      0 %       0.0       0       0 s  0.0000+',
        '',
      ].join('\n'),
    );
    assert.equal(err, '1 rehearsal not counted; --rehearsals counts them too.\n');
  });

  it('prints sums as CSV that no spreadsheet runs', async () => {
    const { out } = await shell.run(['stats', '--format', 'csv']);
    assert.deepEqual(out.trim().split('\n'), [
      'task,user,runs,success,asks,undone,time,dollars',
      'fix-tests,"\'=bob, ""b""",1,1,0,0,0,0.500000',
      'fix-tests,ada,2,1,2,1,0,1.000000',
      ',ada,1,0,0,0,0,0.000000',
    ]);
  });

  it('prints each run as JSON, and counts rehearsals and days only as it is told', async () => {
    const { out } = await shell.run(['stats', '--format', 'json', '--rehearsals']);
    const { rows, runs } = JSON.parse(out);
    assert.equal(runs.length, 5);
    assert.equal(rows.length, 3);
    const late = await shell.run(['stats', '--days', '1', '--rehearsals']);
    assert.equal(late.out, 'No runs to count yet.\n');
  });
});
