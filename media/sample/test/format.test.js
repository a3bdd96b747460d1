import assert from 'node:assert/strict';
import { test } from 'node:test';
import { format, parse } from '../src/index.js';

test('writes each unit that is not zero', () => {
  assert.equal(format(93_784_000), '1d 2h 3m 4s');
  assert.equal(format(5_400_000), '1h 30m');
});

test('writes nothing at all as seconds', () => {
  assert.equal(format(0), '0s');
});

test('rounds to the nearest second', () => {
  assert.equal(format(1_499), '1s');
  assert.equal(format(1_500), '2s');
});

test('rounds up into the next minute', () => {
  assert.equal(format(59_600), '1m');
});

test('rounds up into the next hour', () => {
  assert.equal(format(3_599_500), '1h');
});

test('refuses what is no duration', () => {
  assert.throws(() => format(-1), RangeError);
  assert.throws(() => format(Number.NaN), RangeError);
});

test('writes what it can read again', () => {
  for (const text of ['45s', '12m 5s', '1h 30m', '2d 4h']) assert.equal(format(parse(text)), text);
});
