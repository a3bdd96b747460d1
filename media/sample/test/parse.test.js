import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../src/index.js';

test('adds up its parts', () => {
  assert.equal(parse('1h 30m'), 5_400_000);
  assert.equal(parse('2d4h'), 187_200_000);
});

test('takes fractions and milliseconds', () => {
  assert.equal(parse('1.5h'), 5_400_000);
  assert.equal(parse('250ms'), 250);
});

test('refuses what is no duration', () => {
  for (const text of ['', 'soon', '5', '1h or so']) assert.throws(() => parse(text), RangeError);
});
