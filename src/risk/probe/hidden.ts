import type { MarkCode } from './rule.ts';

/** Something found at a place; `text` is what it holds, where that is not what is seen. */
export interface Find {
  code: MarkCode;
  weight: number;
  at: number;
  text?: string;
}

/** What is in a text and drawn as nothing, or as something else. Places are those of the text itself. */
export function findHidden(text: string): Find[] {
  const finds: Find[] = [];
  if (text.includes('\u001b')) finds.push(...concealed(text));
  if (!/[\u200b-\u200d\u202a-\u202e\u2060-\u2067\ufeff]|\udb40/.test(text)) return finds;
  for (const run of text.matchAll(/(?:\udb40[\udc20-\udc7f]){2,}/g)) {
    // The flags of England, Scotland and Wales are spelled so.
    if (text.slice(run.index - 2, run.index) === '\ud83c\udff4') continue;
    const said = Array.from(run[0].slice(0, 2000), each => String.fromCharCode((each.codePointAt(0) ?? 0) & 0x7f)).join(
      '',
    );
    finds.push({ code: 'hidden', weight: 10, at: run.index, text: said });
  }
  for (const run of text.matchAll(/[\u200b-\u200d\u2060-\u2064\ufeff]{16,}|(?:\udb40[\udd00-\uddef]){8,}/g))
    finds.push({ code: 'hidden', weight: 10, at: run.index });
  const within = /[a-z][\u200b-\u200d\u2060-\u2064\ufeff]{1,8}[a-z]/i.exec(text);
  if (within !== null) finds.push({ code: 'hidden', weight: 4, at: within.index });
  for (const override of text.matchAll(/[\u202d\u202e]/g))
    finds.push({ code: 'hidden', weight: 10, at: override.index });
  for (const turn of text.matchAll(/[\u202a\u202b\u2066\u2067]/g))
    if (!/[\u0590-\u08ff]/.test(lineAround(text, turn.index)))
      finds.push({ code: 'hidden', weight: 5, at: turn.index });
  return finds.slice(0, 64);
}

function lineAround(text: string, at: number): string {
  return text.slice(Math.max(0, at - 200), at + 200);
}

/** Text that a terminal is told not to show. */
function concealed(text: string): Find[] {
  const finds: Find[] = [];
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with one
  for (const escape of text.matchAll(/\u001b\[([\d;]{1,40})m(?=[^\u001b\n]{0,40}[a-z])/gi)) {
    const [, codes = ''] = escape;
    if (conceals(codes.split(';'))) finds.push({ code: 'hidden', weight: 10, at: escape.index });
    if (finds.length >= 16) break;
  }
  return finds;
}

/** `8` conceals unless it is the number of a colour. */
function conceals(codes: readonly string[]): boolean {
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] === '38' || codes[i] === '48') i += codes[i + 1] === '5' ? 2 : 4;
    else if (codes[i] === '8') return true;
  }
  return false;
}

const hiders =
  /display:\s{0,3}none|visibility:\s{0,3}hidden|font-size:\s{0,3}[01](?:px|pt|em|%)?[;"'\s]|opacity:\s{0,3}0(?:\.0\d?)?[;"'\s]|color:\s{0,3}(?:#fff(?:fff)?\b|white\b|transparent)|(?:left|top|text-indent):\s{0,3}-\d{3,}/;

/** Whether what stands at the place is part of what a reader of the rendered page does not see. */
export function isOutOfSight(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 2000), at);
  if (before.lastIndexOf('<!--') > before.lastIndexOf('-->')) return true;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return /^\s{0,8}(?:\d{1,7}\t)?\[(?:\/\/|comment)\]:/.test(line) || hiders.test(before.slice(-300));
}
