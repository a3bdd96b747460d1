import type { Finding } from '../assessment.ts';
import { addedLines, count } from './lines.ts';

/** Characters that turn the direction of the text around them: what is shown is not what runs (CVE-2021-42574). */
const bidirectional = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
/** Characters without a shape, some of which spell hidden text: Unicode's own list. */
const invisible = /\p{Default_Ignorable_Code_Point}/u;
/** Ends of lines for a language or a terminal, and for hardly any editor: what follows looks like part of a comment. */
const hiddenEnds = /\r(?!\n)|[\u2028\u2029\u0085]/g;
/** Controls by which a text moves the cursor of whoever prints it. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000B\u000E-\u001F\u007F-\u009F]|\r(?!\n|$)/u;
/** A Latin letter beside a Cyrillic one, or a Greek one that looks Latin. Units such as `μs` are no disguise. */
const lookalike =
  /[A-Za-z][\u0400-\u052F\u0391\u0392\u0395-\u0397\u0399\u039A\u039C\u039D\u039F\u03A1\u03A4\u03A5\u03A7\u03BF\u03C1\u03C5]|[\u0400-\u052F\u0391\u0392\u0395-\u0397\u0399\u039A\u039C\u039D\u039F\u03A1\u03A4\u03A5\u03A7\u03BF\u03C1\u03C5][A-Za-z]|[\uFF21-\uFF3A\uFF41-\uFF5A][(A-Za-z]/u;
/** Joined pictures, keycaps, and joiners in scripts that need them: nothing is hidden by these. */
const shaped =
  /\p{Extended_Pictographic}(?:\uFE0F|\u200D|\p{Emoji_Modifier}|\p{Extended_Pictographic})*|[0-9#*]\uFE0F\u20E3|(?<=[\u0600-\u0DFF])[\u200C\u200D](?=[\u0600-\u0DFF])/gu;

/** Text that a reader would not see, or would read as something else, in lines that are new. */
export function hiddenText(path: string, before: string, after: string): Finding[] {
  if (/^[\t\n\x20-\x7e]*$/.test(after)) return [];
  const fresh = addedLines(before.replace(/^\uFEFF/, ''), after.replace(/^\uFEFF/, ''))
    .join('\n')
    .replace(shaped, '');
  const findings: Finding[] = [];
  const say = (code: string): number => findings.push({ tier: 'high', category: 'hidden-text', code, args: { path } });
  if (bidirectional.test(fresh)) say('edit.bidirectional');
  if (invisible.test(fresh.replace(new RegExp(bidirectional, 'gu'), ''))) say('edit.invisible');
  if (control.test(fresh) || count(hiddenEnds, after) > count(hiddenEnds, before)) say('edit.control');
  if (lookalike.test(fresh)) say('edit.lookalike');
  return findings;
}
