/**
 * Text that somebody else wrote, within Markdown. None of the three lets it end its span, fence or sentence, open a heading,
 * or hide behind characters that are not shown.
 */

/** A code span on one line; line breaks and invisible characters are spelled out. */
export function code(text: string): string {
  const shown = visible(text)
    .replaceAll(/\r\n|\r|\n/g, '⏎')
    .replaceAll('\t', ' ');
  if (shown.trim() === '') return '(empty)';
  const ticks = '`'.repeat(longestRun(shown, '`') + 1);
  const padding = shown.startsWith('`') || shown.endsWith('`') || /^ .* $/.test(shown) ? ' ' : '';
  return ticks + padding + shown + padding + ticks;
}

/** A fenced block whose fence is longer than any in the text. */
export function fence(text: string, language = ''): string {
  const shown = visible(text)
    .replaceAll(/\r\n|\r/g, '\n')
    .replace(/\n$/, '');
  const ticks = '`'.repeat(Math.max(3, longestRun(shown, '`') + 1));
  return `${ticks}${language}\n${shown}\n${ticks}`;
}

/** One line of plain text: what means something to Markdown or HTML is escaped. It may begin a paragraph or list item. */
export function prose(text: string): string {
  const line = visible(text).replaceAll(/\s+/g, ' ').trim();
  if (line === '') return '(empty)';
  return line
    .replaceAll(/[\\`*[\]<>&~|$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, String.raw`\$&`)
    .replace(/^[#+=:-]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])/, String.raw`$1\$2`);
}

function longestRun(text: string, char: string): number {
  let longest = 0;
  let run = 0;
  for (const found of text) {
    run = found === char ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Control, direction and zero-width characters as `\u{…}`; tab and line breaks stay. */
function visible(text: string): string {
  const spell = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  return text.replaceAll(/[^\P{C}\t\n\r]|[\u2028\u2029\u00ad]/gu, spell);
}
