import assert from 'node:assert/strict';
import { chop, fit, outputLine, visible, visibleLines, widthOf } from '../../src/hosts/cli/plain.ts';

/** Characters that could act on a terminal or hide text, each with what a reader sees of it. */
const forged: [name: string, text: string, seen: string][] = [
  ['escape', 'a\u001b[2Jb', 'a␛[2Jb'],
  ['carriage return', 'safe\rrm -rf /', 'safe␍rm -rf /'],
  ['bell', '\u0007', '␇'],
  ['title', '\u001b]0;owned\u0007', '␛]0;owned␇'],
  ['link', '\u001b]8;;http://x\u001b\\y', '␛]8;;http://x␛\\y'],
  ['backspace', 'no\b\byes', 'no␈␈yes'],
  ['delete', '\u007f', '␡'],
  ['eight-bit CSI', '\u009b31m', '<U+009B>31m'],
  ['line break', 'a\nb', 'a⏎b'],
  ['right-to-left override', 'gnp\u202etxt', 'gnp<U+202E>txt'],
  ['isolate', '\u2066x\u2069', '<U+2066>x<U+2069>'],
  ['zero width space', 'rm\u200b', 'rm<U+200B>'],
  ['line separator', 'a\u2028b', 'a<U+2028>b'],
  ['tag characters', '\u{e0041}', '<U+E0041>'],
  ['lone surrogate', '\ud800', '<U+D800>'],
  ['null', '\0', '␀'],
];

describe('untrusted text on its way to a terminal', () => {
  for (const [name, text, seen] of forged)
    it(`shows instead of passing on: ${name}`, () => assert.equal(visible(text), seen));

  it('is left alone where it is harmless', () => {
    for (const text of ['plain', 'Grüße, 世界 🎉', 'a\u0301', '│ ● ✗']) assert.equal(visible(text), text);
  });

  it('becomes lines, with tabs as spaces and no line for the last line break', () => {
    assert.deepEqual(visibleLines('a\r\n\tb\n\nc\n'), ['a', '    b', '', 'c']);
  });

  it('loses colours and overwritten parts where it is output of a command', () => {
    assert.equal(outputLine('\u001b[31mred\u001b[0m'), 'red');
    assert.equal(outputLine('10 %\r50 %\r100 %\r'), '100 %');
    assert.equal(outputLine('\u001b[2A\u001b]0;t\u0007x\u0008'), 'x␈');
  });

  it('keeps no control character, whatever 16-bit text comes', () => {
    const all = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).join('');
    for (const text of [visible(all), outputLine(all), ...visibleLines(all)])
      assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});

describe('the width of text', () => {
  it('counts columns, not characters', () => {
    assert.deepEqual(['abc', '世界', '🎉', 'a\u0301', ''].map(widthOf), [3, 4, 2, 1, 0]);
  });

  it('is kept by cutting with an ellipsis', () => {
    assert.deepEqual(
      [fit('abcdef', 4), fit('abcd', 4), fit('世界世界', 4), fit('abc', Infinity)],
      ['abc…', 'abcd', '世…', 'abc'],
    );
  });

  it('is kept by chopping, and nothing is lost', () => {
    assert.deepEqual(chop('abcdefg', 3), ['abc', 'def', 'g']);
    assert.equal(chop('世界x世界', 3).join(''), '世界x世界');
  });
});
