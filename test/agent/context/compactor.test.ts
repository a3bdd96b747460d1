import assert from 'node:assert/strict';
import { createSession } from '../../../src/agent/session.ts';
import { failures } from '../../../src/protocol/failure.ts';
import { never, running } from './running.ts';

const tooLong = failures.contextTooLong({ message: 'too long' });

describe('a conversation that nears the window', () => {
  it('is left alone while there is room', async () => {
    const run = await running(100_000, 4000);
    for (let i = 0; i < 20; i += 1) await run.turn();
    assert.deepEqual(run.made(), []);
  });

  it('first loses old output, and never much at a time', async () => {
    const run = await running(20_000, 4000);
    while (run.made().length === 0) await run.turn();
    const [first] = run.made();
    assert.equal(first?.how, 'cleared');
    assert.ok(first.tokensBefore >= 10_000 && first.tokensBefore - first.tokensAfter >= 3000);
    const results = run.session.messages.flatMap(({ content }) => content.filter(({ type }) => type === 'tool_result'));
    const long = results.filter(block => JSON.stringify(block).length > 1000);
    assert.equal(long.length, 4, 'the newest stay whole');
  });

  it('is summed up where that is not enough, and stays below the window however long the run is', async () => {
    const run = await running(8_000, 3000);
    for (let i = 0; i < 120; i += 1) {
      await run.turn();
      assert.ok(run.bytes() / 4 < 8_000, `turn ${i} sends ${run.bytes()} bytes`);
    }
    assert.ok(run.made().some(({ how }) => how === 'summed'));
    assert.ok(run.made().length < 60, 'it is made shorter too often for any cache');
    assert.match(JSON.stringify(run.session.messages[0]), /Fix it\. Do not push\./);
    assert.match(JSON.stringify(run.session.messages[0]), /# Boundaries[^#]*- Do not push\./);
  });

  it('keeps each call with its result', async () => {
    const run = await running(8_000, 3000);
    for (let i = 0; i < 60; i += 1) {
      await run.turn();
      const calls = run.session.messages.flatMap(({ content }) =>
        content.flatMap(block => ('id' in block ? [block['id']] : [])),
      );
      const answered = [...run.session.messages.flatMap(({ content }) => content), ...run.session.waiting].flatMap(
        block => ('tool_use_id' in block ? [block.tool_use_id] : []),
      );
      assert.deepEqual(answered, calls);
    }
  });

  it('can be the summary alone where the last results are too large', async () => {
    const run = await running(8_000, 30_000);
    await run.turn();
    await run.turn();
    await run.compactor.beforeTurn(never);
    assert.equal(run.made().at(-1)?.how, 'summed');
    assert.deepEqual(run.session.messages, []);
    assert.match(JSON.stringify(run.session.waiting), /Fix it/);
  });

  it('is summed up once more where the model refused it, and not again for the same', async () => {
    const run = await running(100_000, 4000);
    await run.turn();
    await run.turn();
    assert.equal(await run.compactor.refused(tooLong), true);
    assert.equal(run.made().at(-1)?.why, 'refused');
    assert.equal(await run.compactor.refused(tooLong), false);
  });

  it('is the same when the run is resumed from its journal', async () => {
    const run = await running(8_000, 3000);
    for (let i = 0; i < 40; i += 1) await run.turn();
    const again = createSession();
    for (const event of run.events) again.apply(event);
    assert.deepEqual(again.messages, run.session.messages);
    assert.deepEqual(again.waiting, run.session.waiting);
  });
});
