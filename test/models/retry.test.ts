import assert from 'node:assert/strict';
import { backoffMs, retryAfterMs } from '../../src/models/retry.ts';
import { commonPrefixBytes } from '../../src/models/wire.ts';

describe('waiting before a retry', () => {
  it('doubles up to a cap, with half of it left to chance', () => {
    const least = [1, 2, 3, 7, 20].map(attempt => backoffMs(attempt, () => 0));
    const most = [1, 2, 3, 7, 20].map(attempt => backoffMs(attempt, () => 1));
    assert.deepEqual(least, [250, 500, 1000, 15_000, 15_000]);
    assert.deepEqual(most, [500, 1000, 2000, 30_000, 30_000]);
  });

  it('takes what the server asks for, in any of its forms', () => {
    const now = Date.UTC(2026, 0, 1);
    const of = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now);
    assert.equal(of({ 'retry-after': '7' }), 7000);
    assert.equal(of({ 'retry-after': '0.5' }), 500);
    assert.equal(of({ 'retry-after-ms': '120', 'retry-after': '7' }), 120);
    assert.equal(of({ 'retry-after': new Date(now + 90_000).toUTCString() }), 90_000);
    assert.equal(of({ 'retry-after': new Date(now - 90_000).toUTCString() }), 0);
    assert.equal(of({ 'retry-after': 'soon' }), null);
    assert.equal(of({}), null);
    assert.equal(retryAfterMs(undefined, now), null);
  });
});

describe('the common prefix of two texts', () => {
  it('is counted in bytes and splits no character', () => {
    assert.equal(commonPrefixBytes('', 'abc'), 0);
    assert.equal(commonPrefixBytes('abc', 'abd'), 2);
    assert.equal(commonPrefixBytes('äb', 'äc'), 2);
    assert.equal(commonPrefixBytes('\u{1f600}', '\u{1f601}'), 0);
    assert.equal(commonPrefixBytes('same', 'same'), 4);
  });
});
