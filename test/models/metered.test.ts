import assert from 'node:assert/strict';
import { createPurse } from '../../src/agent/limits/purse.ts';
import { metered, shortestAnswer } from '../../src/models/metered.ts';
import type { PriceTable } from '../../src/models/prices.ts';
import { countRequestBytes } from '../../src/models/wire.ts';
import {
  type Model,
  ModelError,
  type ModelIo,
  type ModelRequest,
  type ModelTurn,
  nothingLost,
} from '../../src/ports/model.ts';
import { type LimitName, type Limits, noUsage, type Usage } from '../../src/protocol/budget.ts';
import { failures } from '../../src/protocol/failure.ts';

/** A dollar for a thousand tokens read, ten for a thousand written. */
const prices: PriceTable = { m: { input: 1_000, output: 10_000, cacheWrite: 1_250, cacheRead: 100 } };
const request: ModelRequest = { model: 'm', system: 'S', tools: [], messages: [], maxTokens: 32_000 };
const io: ModelIo = { signal: new AbortController().signal, onText: () => undefined, onRetry: async () => undefined };

const turn = (usage: Partial<Usage>, usd: number | null = 0): ModelTurn => ({
  content: [],
  stopReason: 'end_turn',
  model: 'm',
  usage: { ...noUsage, ...usage },
  usd,
  requestBytes: 0,
  repeatedBytes: 0,
});

/** A purse with these limits, a model that does this, and what was reached. */
function setUp(limits: Limits, respond: Model['respond'], table = prices) {
  const reached: [LimitName, number][] = [];
  const spending = createPurse({
    limits: () => limits,
    async reached(limit, used) {
      reached.push([limit, used]);
      return false;
    },
  });
  const asked: ModelRequest[] = [];
  const model = metered(
    {
      respond: (each, more) => {
        asked.push(each);
        return respond(each, more);
      },
    },
    { purse: spending.purse, prices: table, asks: false },
  );
  return { model, spending, reached, asked };
}

const code = (wanted: string) => (error: unknown) => error instanceof Error && error.message === wanted;

describe('a metered model', () => {
  it('is not called where the worst case of the call could cross the limit in dollars', async () => {
    const { model, reached, asked, spending } = setUp({ usd: 40 }, async () => turn({}));
    await assert.rejects(model.respond(request, io), code('run.limitReached'));
    assert.deepEqual([asked.length, reached, spending.spent().usd], [0, [['usd', 0]], 0]);
  });

  it('is not called where the worst case could cross the limit in tokens', async () => {
    const { model, asked, reached } = setUp({ tokens: shortestAnswer }, async () => turn({}));
    await assert.rejects(model.respond(request, io), code('run.limitReached'));
    assert.deepEqual([asked.length, reached], [0, [['tokens', 0]]]);
  });

  it('may answer as long as there is money for, and spends what it took', async () => {
    const { model, asked, spending } = setUp({ usd: 100 }, async () => turn({ input: 100, output: 50 }, 0.6));
    await model.respond(request, io);
    const prompt = countRequestBytes(request).total + 1_000;
    assert.equal(asked[0]?.maxTokens, Math.floor((100 - prompt * 0.00125) / 0.01));
    assert.deepEqual(spending.spent(), { tokens: 150, usd: 0.6, usdPerDay: null });
  });

  it('counts a prompt that goes on from the last one by what was added', async () => {
    const { model, asked } = setUp({ tokens: 60_000 }, async () => turn({ input: 10 }));
    const long = { role: 'user' as const, content: [{ type: 'text' as const, text: 'x'.repeat(20_000) }] };
    await model.respond({ ...request, messages: [long] }, io);
    const more = { role: 'user' as const, content: [{ type: 'text' as const, text: 'more' }] };
    await model.respond({ ...request, messages: [long, more] }, io);
    assert.equal(asked[1]?.maxTokens, 32_000);
    await model.respond({ ...request, messages: [{ ...long }, more], maxTokens: 60_000 }, io);
    assert.ok((asked[2]?.maxTokens ?? 0) < 40_000, 'another prompt is counted by all of its bytes');
  });

  it('counts a stream that broke off as all that it could have used', async () => {
    const spent = { usage: { ...noUsage, input: 500, output: 3 }, usd: 0.53 };
    const { model, spending } = setUp({}, async (_request, more) => {
      await more.onRetry({ attempt: 1, code: 'stream_cut', waitMs: 0, spent, open: true });
      return turn({ input: 500, output: 20 }, 0.7);
    });
    const told: unknown[] = [];
    await model.respond(
      { ...request, maxTokens: 100 },
      { ...io, onRetry: async ({ spent: worst }) => void told.push(worst) },
    );
    assert.deepEqual(told, [{ usage: { ...noUsage, input: 500, output: 100 }, usd: 1.5 }]);
    assert.deepEqual(spending.spent(), { tokens: 1_120, usd: 2.2, usdPerDay: null });
  });

  it('counts an attempt that nobody was told of as all that it could have used, and what is known of it as that', async () => {
    const small = { ...request, maxTokens: 100 };
    const { model, spending } = setUp({}, async () => {
      throw new ModelError(failures.cancelled({}), { spent: null, open: true });
    });
    const prompt = countRequestBytes(small).total + 1_000;
    const most = { usage: { ...noUsage, cacheWrite: prompt, output: 100 }, usd: (prompt * 1_250 + 1_000_000) / 1e6 };
    await assert.rejects(model.respond(small, io), (error: unknown) => {
      assert.ok(error instanceof ModelError);
      assert.deepEqual([error.spent, error.open, error.failure.code], [most, false, 'cancelled']);
      return true;
    });
    assert.equal(spending.spent().usd, most.usd);
  });

  it('counts a fault of ours as all that the call could have used, and tells so', async () => {
    const { model, spending } = setUp({}, () => Promise.reject(new Error('a defect')));
    const error = await model.respond({ ...request, maxTokens: 100 }, io).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ModelError && error.failure.code === 'internal');
    assert.ok((spending.spent().usd ?? 0) > 1);
    assert.equal(error.spent?.usd, spending.spent().usd);
  });

  it('counts what an answer does not tell as the most that it can have been', async () => {
    const text = { type: 'text' as const, text: 'words' };
    const small = { ...request, maxTokens: 100 };
    const prompt = countRequestBytes(small).total + 1_000;
    for (const [told, counted] of [
      [{}, { cacheWrite: prompt, output: 100 }],
      [{ output: 7 }, { cacheWrite: prompt, output: 7 }],
      [{ input: 9 }, { input: 9, output: 100 }],
      [
        { cacheRead: 9, output: 7 },
        { cacheRead: 9, output: 7 },
      ],
    ]) {
      const { model, spending } = setUp({}, async () => ({ ...turn(told ?? {}), content: [text] }));
      const { usage } = await model.respond(small, io);
      assert.deepEqual(usage, { ...noUsage, ...counted });
      assert.equal(
        spending.spent().tokens,
        Object.values(counted ?? {}).reduce((a, b) => a + b),
      );
    }
  });

  it('counts nothing where the server was not reached', async () => {
    const { model, spending } = setUp({}, async () => {
      throw new ModelError(failures.modelUnreachable({ attempts: 8, problem: 'nobody there' }), nothingLost);
    });
    await assert.rejects(model.respond(request, io), code('model.unreachable'));
    assert.deepEqual(spending.spent(), { tokens: 0, usd: 0, usdPerDay: null });
  });

  it('is not tried again where the next attempt could cross the limit', async () => {
    const spent = { usage: { ...noUsage, input: 500, output: 3 }, usd: 0.53 };
    const { model, reached } = setUp({ usd: 45 }, async (_request, more) => {
      await more.onRetry({ attempt: 1, code: 'stream_idle', waitMs: 0, spent, open: true });
      return turn({});
    });
    await assert.rejects(model.respond({ ...request, maxTokens: shortestAnswer }, io), code('run.limitReached'));
    assert.deepEqual(reached, [['usd', 41.46]]);
  });

  it('is refused, and not counted as free, where nobody knows its price', async () => {
    const { model, asked } = setUp({ usd: 5 }, async () => turn({}), {});
    await assert.rejects(model.respond(request, io), code('model.priceUnknown'));
    assert.equal(asked.length, 0);
  });

  it('never spends more than the limit, whatever the calls take of what they may', async () => {
    let seed = 7;
    const random = (): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let round = 0; round < 60; round += 1) {
      const limit = 1 + random() * 400;
      const { model, spending } = setUp({ usd: limit }, async ({ messages, maxTokens }, more) => {
        const prompt = Math.floor(random() * Buffer.byteLength(JSON.stringify(messages)));
        const usage = { ...noUsage, cacheWrite: prompt, output: Math.floor(random() * maxTokens) };
        const usd = (usage.cacheWrite * 1_250 + usage.output * 10_000) / 1_000_000;
        if (random() < 0.3)
          await more.onRetry({ attempt: 1, code: 'stream_cut', waitMs: 0, spent: { usage, usd }, open: true });
        return turn(usage, usd);
      });
      const messages = [];
      try {
        for (let call = 0; call < 100; call += 1) {
          messages.push({
            role: 'user' as const,
            content: [{ type: 'text' as const, text: 'x'.repeat(Math.floor(random() * 900)) }],
          });
          await model.respond({ ...request, messages }, io);
        }
      } catch (error) {
        assert.ok(code('run.limitReached')(error), String(error));
      }
      const { usd } = spending.spent();
      assert.ok(usd !== null && usd <= limit + 1e-9, `${usd} of ${limit}`);
    }
  });
});
