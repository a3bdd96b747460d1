import assert from 'node:assert/strict';
import { createProse } from '../../src/hosts/cli/prose.ts';

function told(width: number, ...parts: string[]): string {
  const prose = createProse('  ', width);
  return parts.map(part => prose.push(part)).join('') + prose.end();
}

describe('prose that streams', () => {
  it('is the same however it is cut into pieces', () => {
    const text = 'First words,\n\n- one list\n    indented code\nand a long line that has to be wrapped somewhere.\n';
    const whole = told(30, text);
    assert.equal(told(30, ...text.split('')), whole);
    assert.equal(told(30, ...(text.match(/.{1,7}/gs) ?? [])), whole);
    for (const line of whole.split('\n')) assert.ok(line.length <= 30, line);
  });

  it('keeps indentation, and drops blank lines at its ends', () => {
    assert.equal(told(80, '\n\na\n    b\n\n\n\nc\n\n'), '  a\n      b\n\n  c\n');
  });

  it('says nothing of an empty text', () => {
    assert.equal(told(80, '', ' \n', '\n'), '');
  });

  it('never begins a line with text that is not indented, even when it wraps a word', () => {
    const text = told(20, `${'x'.repeat(90)} ? Run this command?`);
    for (const line of text.trimEnd().split('\n')) assert.match(line, /^ {2}\S/);
  });

  it('can go on after its end', () => {
    const prose = createProse('  ', 80);
    assert.equal(prose.push('one ') + prose.end() + prose.push('two ') + prose.end(), '  one\n  two\n');
  });
});
