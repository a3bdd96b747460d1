import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { emptySummary, fold, type RunSummary, spentAtMost } from '../../src/journal/fold.ts';
import { journalPath } from '../../src/journal/home.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { listRuns } from '../../src/journal/list.ts';
import { newRunId } from '../../src/journal/runid.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import { freshHome, said, started, tickingClock } from './support.ts';

const digest = 'b'.repeat(64);
const blob = { sha256: digest, bytes: 1 };

const answered = (usd: number | null): EventBody => ({
  kind: 'model.answered',
  turn: 1,
  model: 'm',
  content: [],
  stopReason: 'end_turn',
  usage: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
  usd,
  requestBytes: 1,
  repeatedBytes: 0,
  durationMs: 100,
});
const edited = (path: string): EventBody => ({
  kind: 'effect.done',
  effect: 'e',
  outcome: { kind: 'edit', path, file: blob },
  durationMs: 7,
});
const ended: EventBody = { kind: 'run.ended', status: 'limit', exitCode: 3, failure: null, survivors: [] };

function foldAll(bodies: readonly EventBody[]): RunSummary {
  const envelope = { v: 1 as const, prev: digest, hash: digest };
  return bodies
    .map((body, seq): RunEvent => ({ ...envelope, ...body, seq, at: 1000 + seq }))
    .reduce<RunSummary>((summary, event) => fold(Object.freeze(summary), event), Object.freeze(emptySummary));
}

describe('the fold of a run', () => {
  it('counts what reviews cost, as a part of the run', () => {
    const reviewed = (usd: number | null): EventBody => ({
      kind: 'effect.reviewed',
      effect: 'e',
      outcome: { type: 'none', why: 'down', problem: '' },
      model: 'small',
      calls: 2,
      usage: { input: 10, output: 20, cacheRead: 30, cacheWrite: 40 },
      usd,
      durationMs: 5,
    });
    const summary = foldAll([started('r'), answered(0.5), reviewed(0.25)]);
    assert.deepEqual(summary.usage, { input: 11, output: 22, cacheRead: 33, cacheWrite: 44 });
    assert.equal(summary.usd, 0.75);
    assert.equal(foldAll([started('r'), reviewed(null)]).usd, null);
  });

  it('counts each call of a review once it tells, however late, and what is open as all that it can take', () => {
    const usage = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 };
    const most = { input: 0, output: 300, cacheRead: 0, cacheWrite: 90 };
    const held = (hold: string, by: 'agent' | 'gate'): EventBody => ({
      kind: 'model.held',
      hold,
      by,
      model: 'm',
      usage: most,
      usd: 2,
    });
    const settled = (hold: string, usd: number | null): EventBody =>
      usd === null
        ? { kind: 'model.settled', hold, by: 'gate', usage: null, usd }
        : { kind: 'model.settled', hold, by: 'gate', usage, usd };
    const outcome = { type: 'none', why: 'slow', problem: '' } as const;
    const reviewed: EventBody = {
      kind: 'effect.reviewed',
      effect: 'e',
      outcome,
      model: 'small',
      calls: 2,
      usage,
      usd: 0.25,
      settled: true,
      durationMs: 5,
    };
    const bodies = [
      started('r'),
      held('a', 'agent'),
      answered(0.5),
      held('g1', 'gate'),
      held('g2', 'gate'),
      settled('g1', 0.25),
      reviewed,
    ];
    const open = foldAll(bodies);
    assert.deepEqual(
      [open.usd, spentAtMost(open).usd, spentAtMost(open).usage.output],
      [0.75, 2.75, open.usage.output + 300],
    );
    const told = foldAll([...bodies, settled('g2', 0.125)]);
    assert.deepEqual([told.usd, spentAtMost(told).usd, told.held], [0.875, 0.875, []]);
    assert.equal(
      spentAtMost(foldAll([...bodies, settled('g2', null)])).usd,
      0.75,
      'one that was not made costs nothing',
    );
    assert.equal(spentAtMost(foldAll([...bodies, held('a2', 'agent')])).usd, 4.75);
  });

  it('counts each file once, whether an edit or a command changed it', () => {
    const made = (paths?: string[]): EventBody => {
      const none = { before: null, after: null };
      const files = paths?.length ?? 1;
      return { kind: 'checkpoint.made', checkpoint: 1, effect: 'e', ...none, files, ...(paths && { paths }) };
    };
    const { workspace } = foldAll([started('r')]);
    const whole = (path: string): string => `${workspace}/${path}`;
    const bodies = [started('r'), edited(whole('a')), made(), made(['a', 'sub/b']), made(['sub/b', 'c'])];
    assert.deepEqual(foldAll(bodies).filesChanged, ['a', 'sub/b', 'c'].map(whole));
  });

  it('counts the lines that commands changed with those of edits', () => {
    const ran = (added: number, removed: number): EventBody => ({
      kind: 'checkpoint.made',
      checkpoint: 1,
      effect: 'e',
      before: null,
      after: null,
      files: 1,
      paths: ['a'],
      lines: { added, removed, atMost: false, uncounted: 0, each: [[added, removed]] },
    });
    assert.equal(foldAll([started('r'), ran(3, 2), ran(1, 0)]).linesChanged, 6);
  });

  it('adds up what happened', () => {
    const decided = (verdict: 'allow' | 'deny'): EventBody => ({
      kind: 'effect.decided',
      effect: 'e',
      decision: { verdict, by: { type: 'static' }, reasons: [] },
    });
    const summary = foldAll([
      started('r'),
      { kind: 'turn.started', turn: 1 },
      answered(0.5),
      { kind: 'turn.started', turn: 2 },
      answered(0.25),
      decided('deny'),
      decided('allow'),
      { kind: 'question.asked', question: 'q', effect: 'e' },
      edited('/ws/b'),
      edited('/ws/a'),
      edited('/ws/b'),
      { kind: 'tool.answered', call: 'c', tool: 'Edit', text: '', isError: false, masked: 0 },
      ended,
    ]);
    assert.deepEqual(summary, {
      run: 'r',
      workspace: '/ws',
      prompt: 'Mend the test',
      mode: 'ask',
      model: 'scripted-1',
      scripted: true,
      startedAt: 1000,
      lastAt: 1012,
      status: 'limit',
      exitCode: 3,
      failure: null,
      turns: 2,
      usage: { input: 2, output: 4, cacheRead: 6, cacheWrite: 8 },
      usd: 0.75,
      held: [],
      filesChanged: ['/ws/b', '/ws/a'],
      linesChanged: 0,
      editing: null,
      asks: 1,
      cap: null,
      checkpoints: 0,
      denials: 1,
      toolCalls: 1,
      modelMs: 200,
      cpuMs: 0,
      effectMs: 21,
      limits: { turns: 4 },
      activeMs: 12,
    });
  });

  it('stays as it ended where it is undone later', () => {
    const ref = { manifest: blob, files: 1, notHeld: 0 };
    const restore = { restore: 'r', to: 0, by: 'person', before: ref } as const;
    const undone = foldAll([
      started('r'),
      ended,
      { kind: 'restore.intended', ...restore, paths: [] },
      { kind: 'restore.done', ...restore, checkpoint: 4, whole: true, after: ref, files: 1, conflicts: [] },
      { kind: 'conversation.rewound', record: 1, checkpoint: 0 },
    ]);
    const { status, exitCode, checkpoints, lastAt, activeMs } = undone;
    assert.deepEqual([status, exitCode, checkpoints, lastAt, activeMs], ['limit', 3, 4, 1001, 1]);
  });

  it('does not know the cost any more once one call has no price, or failed after it was billed', () => {
    assert.equal(foldAll([answered(1), answered(null), answered(1)]).usd, null);
    const failure = { code: 'x', audience: 'user' as const, args: {} };
    const usage = { input: 5, output: 0, cacheRead: 0, cacheWrite: 0 };
    for (const usd of [{}, { usd: null }]) {
      const cut = foldAll([answered(1), { kind: 'model.failed', turn: 1, failure, usage, ...usd }]);
      assert.deepEqual([cut.usd, cut.usage.input], [null, 6]);
    }
    assert.equal(foldAll([answered(1), { kind: 'model.failed', turn: 1, failure, usage: null }]).usd, 1);
  });

  it('adds what failed and retried calls used all the same', () => {
    const usage = { input: 5, output: 1, cacheRead: 0, cacheWrite: 0 };
    const failure = { code: 'x', audience: 'user' as const, args: {} };
    const retrying = { kind: 'model.retrying', turn: 1, attempt: 1, code: 'stream_cut', waitMs: 1 } as const;
    const told = foldAll([
      answered(1),
      retrying,
      { ...retrying, usage: null, usd: null },
      { ...retrying, usage, usd: 0.5 },
      { kind: 'model.failed', turn: 1, failure, usage, usd: 0.25 },
    ]);
    assert.deepEqual([told.usd, told.usage.input, told.usage.output], [1.75, 11, 4]);
    assert.equal(foldAll([answered(1), { ...retrying, usage, usd: null }]).usd, null);
  });

  it('has no end while a resumed run goes on', () => {
    const resumed = foldAll([started('r'), ended, { kind: 'run.resumed', gatehouse: '0', cutBytes: 0 }]);
    assert.deepEqual([resumed.status, resumed.exitCode], [null, null]);
  });

  it('counts the time at work without the time between an end and going on', () => {
    const zeros = '0'.repeat(64);
    const resumed = { kind: 'run.resumed', gatehouse: '0', cutBytes: 0, limits: { turns: 9 } } as const;
    const bodies: [number, EventBody][] = [
      [1_000, started('r')],
      [1_400, said('go')],
      [9_000_000, resumed],
      [9_000_030, said('on')],
    ];
    let summary = emptySummary;
    for (const [seq, [at, body]] of bodies.entries())
      summary = fold(summary, { v: 1, seq, at, prev: zeros, hash: zeros, ...body });
    assert.equal(summary.activeMs, 430);
    assert.deepEqual(summary.limits, { turns: 9 });
  });

  it('counts no time for what is written between a crash and going on', () => {
    const zeros = '0'.repeat(64);
    const between: EventBody[] = [
      { kind: 'finding.waived', finding: 'f', reason: 'r', surface: 'terminal', between: true },
      { kind: 'grant.revoked', grant: 'g', between: true },
      { kind: 'isolation.committed', commit: 'a'.repeat(40), branch: 'b', files: 1, left: [], between: true },
      { kind: 'isolation.ended', how: 'kept', branch: 'b', commit: null, into: null },
    ];
    for (const body of between) {
      const bodies: [number, EventBody][] = [
        [1_000, started('r')],
        [1_400, said('go')],
        [9_000_000, body],
        [9_500_000, { kind: 'run.resumed', gatehouse: '0', cutBytes: 0, policyDigest: zeros }],
        [9_500_030, said('on')],
      ];
      let summary = emptySummary;
      const lasts: number[] = [];
      for (const [seq, [at, each]] of bodies.entries()) {
        summary = fold(summary, { v: 1, seq, at, prev: zeros, hash: zeros, ...each });
        lasts.push(summary.lastAt);
      }
      assert.deepEqual([summary.activeMs, lasts[2]], [430, 1_400], body.kind);
    }
  });
});

const temp = freshHome();

describe('the list of runs', () => {
  it('tells each run, newest first, and damaged ones as damaged', async () => {
    const home = await temp.open();
    assert.deepEqual(await listRuns(home), []);
    const ids = [1, 2, 3, 4].map(day => newRunId(Date.UTC(2026, 1, day)));
    const bodies: EventBody[][] = [
      [
        started(ids[0]!, '\n  Mend the test \nand more'),
        { kind: 'turn.started', turn: 1 },
        answered(0.5),
        edited('/ws/a'),
        ended,
      ],
      [started(ids[1]!), said('go on')],
      [started(ids[2]!)],
      [],
    ];
    for (const [index, id] of ids.entries()) {
      const journal = await createJournal(home, id, tickingClock(index));
      for (const body of bodies[index]!) await journal.append(body);
      await journal.close();
    }
    appendFileSync(journalPath(home, ids[2]!), 'garbage\n');
    const listed = await listRuns(home);
    assert.deepEqual(
      listed.map(entry => (entry.ok ? [entry.run.run, entry.run.status] : [entry.run, entry.failure.args['problem']])),
      [
        [ids[3], 'noStart'],
        [ids[2], 'hash'],
        [ids[1], 'unfinished'],
        [ids[0], 'limit'],
      ],
    );
    assert.deepEqual(listed[3], {
      ok: true,
      run: {
        run: ids[0],
        startedAt: 10,
        workspace: '/ws',
        prompt: 'Mend the test',
        mode: 'ask',
        model: 'scripted-1',
        scripted: true,
        status: 'limit',
        turns: 1,
        usd: 0.5,
        filesChanged: 1,
        newer: false,
      },
    });
    assert.equal((await listRuns(home, 2)).length, 2);
  });
});
