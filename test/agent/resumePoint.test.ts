import assert from 'node:assert/strict';
import { openProcesses, pointOf } from '../../src/agent/resumePoint.ts';
import type { ExecEffect } from '../../src/protocol/effect.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { failures } from '../../src/protocol/failure.ts';
import { memoryJournal } from '../support/fakes.ts';

const digest = 'd'.repeat(64);
const value: ExecEffect = { kind: 'exec', command: 'make', cwd: '/w', timeoutMs: 1, background: false };
const state = { manifest: { sha256: digest, bytes: 1 }, files: 1, notHeld: 0 };
const proposed = (effect = 'e'): EventBody => ({
  kind: 'effect.proposed',
  effect,
  call: 'c',
  tool: 'Bash',
  value,
  digest,
});
const before: EventBody = { kind: 'snapshot.taken', snapshot: state, phase: 'before', effect: 'e', durationMs: 0 };
const intended: EventBody = { kind: 'effect.intended', effect: 'e', digest };
const done = (process?: string): EventBody => ({
  kind: 'effect.done',
  effect: 'e',
  durationMs: 1,
  outcome: {
    kind: 'exec',
    exitCode: 0,
    signal: null,
    timedOut: false,
    stopped: false,
    durationMs: 1,
    outputBytes: 0,
    survivors: [],
    ...(process === undefined ? {} : { process }),
  },
});
const failed: EventBody = { kind: 'effect.failed', effect: 'e', failure: failures.stopped({}), durationMs: 1 };
const made: EventBody = { kind: 'checkpoint.made', checkpoint: 1, effect: 'e', before: state, after: state, files: 1 };
const doubted = (verdict: 'redo' | 'skip' | 'stop' | 'undone' | 'done'): EventBody => ({
  kind: 'effect.doubted',
  effect: 'e',
  verdict,
  by: 'person',
  changed: ['x'],
});
const violated: EventBody = {
  kind: 'effect.violated',
  effect: 'e',
  violations: [{ type: 'host', host: 'a.example', port: 443 }],
};

async function point(...bodies: EventBody[]) {
  const journal = memoryJournal();
  for (const body of bodies) await journal.append(body);
  return pointOf('c', journal.events);
}

describe('where a call was cut off', () => {
  const rows: [string, EventBody[], string][] = [
    ['nothing came of it', [], 'fresh'],
    ['it was proposed', [proposed()], 'fresh'],
    ['a question about it was open', [proposed(), { kind: 'question.asked', question: 'q', effect: 'e' }], 'fresh'],
    ['the state before it was held', [proposed(), before], 'fresh'],
    ['it was begun', [proposed(), before, intended], 'doubt'],
    ['it was done', [proposed(), before, intended, done()], 'ended'],
    ['it failed', [proposed(), before, intended, failed], 'ended'],
    ['it was begun again with wider terms', [proposed(), intended, done(), violated, intended], 'doubt'],
    ['it was left in doubt', [proposed(), intended, doubted('stop')], 'doubt'],
    ['it is to be done again', [proposed(), intended, doubted('redo')], 'fresh'],
    ['it had not begun', [proposed(), intended, doubted('undone')], 'fresh'],
    ['it was left as it is', [proposed(), intended, doubted('skip')], 'skipped'],
    ['it was begun anew after a doubt', [proposed('old'), proposed(), intended], 'doubt'],
    ['it was proposed anew after a doubt', [proposed(), intended, doubted('redo'), proposed('new')], 'fresh'],
  ];
  for (const [what, bodies, type] of rows)
    it(`${what}: ${type}`, async () => assert.equal((await point(...bodies)).type, type));

  it('is told with the state before it, and whether what it changed is a checkpoint', async () => {
    const cut = await point(proposed(), before, intended, done());
    assert.ok(cut.type === 'ended' && !cut.cut.checkpointed);
    assert.deepEqual(cut.cut.before, state);
    const kept = await point(proposed(), before, intended, done(), made);
    assert.ok(kept.type === 'ended' && kept.cut.checkpointed);
    const again = await point(proposed(), before, intended, done(), made, violated, intended);
    assert.ok(again.type === 'doubt' && !again.cut.checkpointed);
  });

  it('knows that what the sandbox let change nothing changed nothing, until its terms were widened', async () => {
    const assessment = {
      tier: 'low' as const,
      categories: [],
      findings: [],
      footprint: {
        reads: [],
        writes: [],
        deletes: [],
        hosts: [],
        unknownPaths: false,
        unknownHosts: false,
        reversible: true,
        secrets: false,
      },
      floor: 'none' as const,
      understood: true,
      parts: [],
    };
    const terms = { profile: 'read-only' as const, hosts: [], writes: [] };
    const assessed: EventBody = { kind: 'effect.assessed', effect: 'e', assessment, terms };
    const cut = await point(proposed(), assessed, intended);
    assert.ok(cut.type === 'doubt' && cut.cut.readOnly);
    const wider = await point(proposed(), assessed, intended, done(), violated, intended);
    assert.ok(wider.type === 'doubt' && !wider.cut.readOnly);
  });
});

describe('the background processes of a run that was cut off', () => {
  it('are those that nothing says the end of, by their commands', async () => {
    const journal = memoryJournal();
    for (const body of [proposed(), intended, done('p1'), done('p2')]) await journal.append(body);
    await journal.append({ kind: 'process.ended', process: 'p1', exitCode: 0, survivors: [] });
    assert.deepEqual([...openProcesses(journal.events)], [['p2', 'make']]);
  });
});
