import assert from 'node:assert/strict';
import { createAside } from '../../src/agent/aside.ts';
import { createClosing, type MayCloseDeps, mayClose } from '../../src/agent/closing.ts';

/** An end whose `quiet` tells `changes` one by one, then that nothing changed. */
function world(changes: boolean[], more: Partial<MayCloseDeps> = {}) {
  const told: string[] = [];
  const say = <T>(word: string, value: T): T => {
    told.push(word);
    return value;
  };
  const deps: MayCloseDeps = {
    closing: createClosing(),
    aside: createAside(() => undefined),
    session: { pending: false },
    quiet: async () => say('quiet', changes.shift() ?? false),
    rests: async () => say('rests', true),
    within: async () => say('within', true),
    review: async () => say('review', 'end' as const),
    ...more,
  };
  return { told, deps };
}

describe('whether a run may close', () => {
  it('is measured once nothing runs in the background', async () => {
    const { told, deps } = world([true]);
    assert.equal(await mayClose(deps, false), true);
    assert.deepEqual(told, ['quiet', 'rests', 'within', 'review', 'quiet']);
  });

  it('is measured again where something outlived its end and changed files', async () => {
    const { told, deps } = world([false, true]);
    assert.equal(await mayClose(deps, false), true);
    const measure = ['rests', 'within', 'review', 'quiet'];
    assert.deepEqual(told, ['quiet', ...measure, ...measure]);
  });

  it('is denied where that never ends', async () => {
    const { deps } = world(Array.from({ length: 20 }, () => true));
    const may = await mayClose(deps, false);
    assert.ok(typeof may === 'object' && may.type === 'failed');
    assert.equal(may.failure.code, 'review.unsettled');
    assert.equal(deps.closing.ended, false);
  });

  it('ends nothing that runs while the model has something to hear', async () => {
    const { told, deps } = world([], { session: { pending: true } });
    assert.equal(await mayClose(deps, false), false);
    assert.deepEqual(told, []);
  });
});
