import assert from 'node:assert/strict';
import { printJson, widthOfOutput } from '../../src/hosts/cli/io.ts';
import { Sink } from './streams.ts';

describe('data on stdout', () => {
  it('is one line of JSON that says the same and cannot act on a terminal', () => {
    const value = { text: 'a\u001b[2J\u009b31m\u202e\u2028\u007f\u{e0041}\ud800 \n\tGrüße 世界 🎉' };
    const out = new Sink();
    printJson(out, value);
    assert.deepEqual(JSON.parse(out.text), value);
    assert.doesNotMatch(out.text.replace(/\n$/, ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.match(out.text, /Grüße 世界 🎉/);
  });
});

describe('the width of an output', () => {
  it('is that of the terminal, and unlimited elsewhere', () => {
    assert.equal(widthOfOutput(new Sink()), Number.POSITIVE_INFINITY);
    assert.equal(widthOfOutput(Object.assign(new Sink(), { isTTY: true })), 80);
    assert.equal(widthOfOutput(Object.assign(new Sink(), { isTTY: true, columns: 3 })), 20);
  });
});
