import { stripVTControlCharacters } from 'node:util';

/**
 * Text from files, commands, models and servers on its way to a terminal. Nothing of it may move the cursor, set a
 * colour, ring, write a title or reverse the reading order: every control or format character becomes something visible.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;

/** Untrusted text as one line: a line break becomes ⏎. */
export function visible(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unsafe, symbolFor);
}

/** Untrusted text as lines. Tabs become spaces; everything else that does not print is shown. */
export function visibleLines(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map(line => visible(line.replaceAll('\t', '    ')));
}

/** A line of a command's output: its colours are dropped, and what a carriage return would overwrite is left out. */
export function outputLine(line: string): string {
  const bare = stripVTControlCharacters(line.replace(/\r+$/, ''));
  return visible(bare.slice(bare.lastIndexOf('\r') + 1).replaceAll('\t', '    '));
}

function symbolFor(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x0a) return '⏎';
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}

const wide =
  /[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const zero = /[\p{Mn}\p{Me}]/u;
const ascii = /^[\x20-\x7e]*$/;

/** Columns that a safe text takes in a terminal. */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += zero.test(character) ? 0 : wide.test(character) ? 2 : 1;
  return width;
}

/** Cuts a safe line to `width` columns, the last of them an ellipsis where something was cut. */
export function fit(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return `${take(text, width - 1)}…`;
}

/** Breaks a safe line into pieces of at most `width` columns, anywhere; nothing is lost. */
export function chop(text: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (widthOf(rest) > width) {
    const piece = take(rest, width) || (rest.match(/^./u)?.[0] ?? rest);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
}

function take(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += widthOf(character);
    if (used > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}
