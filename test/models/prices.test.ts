import assert from 'node:assert/strict';
import { PriceTable, priceOf, publishedPrices, usdOf } from '../../src/models/prices.ts';

const usage = { input: 1_000_000, output: 100_000, cacheRead: 2_000_000, cacheWrite: 400_000 };

describe('prices', () => {
  it('are worked out from all four kinds of tokens', () => {
    assert.equal(usdOf(usage, 'claude-opus-5'), 5 + 2.5 + 1 + 2.5);
    assert.equal(usdOf({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }, 'claude-opus-5'), 0);
  });

  it('are found with and without the date in the id', () => {
    assert.deepEqual(priceOf('claude-haiku-4-5-20251001'), priceOf('claude-haiku-4-5'));
    assert.notEqual(priceOf('claude-haiku-4-5'), null);
  });

  it('are not guessed', () => {
    for (const model of ['rehearsal', 'claude-opus', 'claude-opus-5-5-fast', 'toString', '__proto__'])
      assert.equal(usdOf(usage, model), null, model);
  });

  it('are higher for a long prompt where they are published so', () => {
    const price = usdOf({ input: 100_000, output: 0, cacheRead: 0, cacheWrite: 0 }, 'claude-haiku-5-5');
    const long = usdOf({ input: 0, output: 0, cacheRead: 100_001, cacheWrite: 0 }, 'claude-haiku-5-5');
    assert.equal(price, 0.01);
    assert.ok(Math.abs((long ?? 0) - 0.00500005) < 1e-12);
  });

  it('can be overridden and added to', () => {
    const mine = { rehearsal: { input: 1, output: 0, cacheRead: 0, cacheWrite: 0 } };
    assert.equal(usdOf(usage, 'rehearsal', mine), 1);
    assert.equal(usdOf(usage, 'claude-opus-5', { 'claude-opus-5': mine.rehearsal }), 1);
  });

  it('are a sane table: reading a cache is the cheapest, and output the dearest', () => {
    PriceTable.parse(publishedPrices);
    for (const [model, price] of Object.entries(publishedPrices))
      for (const rates of [price, price.long ?? price])
        assert.ok(
          rates.cacheRead < rates.input && rates.input < rates.cacheWrite && rates.cacheWrite < rates.output,
          model,
        );
  });
});
