import assert from 'node:assert/strict';
import { cutCall } from '../../../src/agent/limits/cutCall.ts';
import { noUsage } from '../../../src/protocol/budget.ts';
import type { EventBody, RunEvent } from '../../../src/protocol/event.ts';
import { failures } from '../../../src/protocol/failure.ts';
import { answered, digest, started } from '../../webview/events.ts';

const run = (...bodies: EventBody[]): RunEvent[] =>
  [started, ...bodies].map((body, seq) => ({ v: 1, seq, at: 0, prev: digest, hash: digest, ...body }));
const begun: EventBody = { kind: 'turn.started', turn: 2 };
const prices = { m: { input: 1, output: 10, cacheWrite: 2, cacheRead: 1 } };

describe('a call that a crash cut off', () => {
  it('counts as all that it could have cost', () => {
    const cut = cutCall(
      run(begun),
      [],
      [{ role: 'user', content: [{ type: 'text', text: 'x'.repeat(500) }] }],
      'm',
      prices,
    );
    assert.ok(cut?.kind === 'model.failed' && cut.usage !== null);
    assert.deepEqual([cut.turn, cut.failure.code, cut.usage.output], [2, 'model.cutOff', 32_000]);
    assert.ok(cut.usage.cacheWrite > 500);
    assert.equal(cut.usd, (cut.usage.cacheWrite * 2 + 32_000 * 10) / 1_000_000);
  });

  it('counts a summary by the server that nobody heard of any more as what was set aside for it', () => {
    const asked: EventBody = { kind: 'compaction.asked', model: 'm', upTo: 1, tokensBefore: 9 };
    const most = { usage: { input: 0, output: 16_000, cacheRead: 0, cacheWrite: 9_000 }, usd: 0.5 };
    const held = [{ hold: 'h', by: 'agent' as const, ...most }];
    const cut = cutCall(run(begun, answered(2), asked), held, [], 'm', prices);
    assert.ok(cut?.kind === 'compaction.failed');
    assert.deepEqual([cut.why, cut.usage, cut.usd], ['failed', most.usage, 0.5]);
    assert.equal(cutCall(run(begun, answered(2), asked), [], [], 'm', prices), null, 'the call was never made');
    assert.equal(cutCall(run(begun, answered(2), asked, cut), [], [], 'm', prices), null);
  });

  it('is none where the call was answered or had failed, or the run had ended', () => {
    const failed: EventBody = { kind: 'model.failed', turn: 2, failure: failures.cancelled({}), usage: null };
    const ended: EventBody = { kind: 'run.ended', status: 'stopped', exitCode: 1, failure: null, survivors: [] };
    for (const last of [answered(2), failed, ended]) assert.equal(cutCall(run(begun, last), [], [], 'm', prices), null);
  });

  const hold = { hold: 'h', by: 'agent' as const, usage: { ...noUsage, cacheWrite: 700, output: 4_096 }, usd: 0.04 };

  it('counts as what was set aside for it, where that was written down', () => {
    const held: EventBody = { kind: 'turn.started', turn: 2, held: true };
    const cut = cutCall(run(held), [hold], [], 'm', prices);
    assert.ok(cut?.kind === 'model.failed');
    assert.deepEqual([cut.usage, cut.usd], [hold.usage, hold.usd]);
  });

  it('is none where it was not made yet, or came to nothing and waited to be tried again', () => {
    const held: EventBody = { kind: 'turn.started', turn: 2, held: true };
    assert.equal(cutCall(run(held), [], [], 'm', prices), null);
    assert.equal(cutCall(run(held), [{ ...hold, by: 'gate' }], [], 'm', prices), null);
  });
});
