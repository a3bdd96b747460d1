import type { MarkCode } from './rule.ts';

const about =
  /prompt.{0,2}injection|injection attack|jailbreak|adversar|attackers?\b|malicious|payload|for example|e\.g\.|such as|examples? (?:of|attack|prompt|payload)|(?:phrases?|texts?|strings?|something|instructions?|prompts?) like|detect|red.?team/;
const strongly =
  /prompt.{0,2}injection|jailbreak|adversarial|attackers?\b|injected|malicious (?:instruction|prompt|content|text)/;

/** Words before an order that make it no order: what one may do, may not do, or is said to have done. */
const reported =
  /(?:\b(?:can|could|may|might|cannot|can't|won't|shouldn't|should not|safely|to|not|never|would|tries to|trying to|tells? (?:it|them|the (?:model|agent)) to)[ `"'“]{1,3})$/;

/**
 * How much a wording counts at its place: 1 where it is said, less where it is quoted or talked about, as documents on
 * security do. An order that does something besides still comes to enough.
 */
export function factorAt(text: string, at: number, code: MarkCode, end: number): number {
  if (code === 'hidden' || code === 'encoded') return 1;
  const before = text.slice(Math.max(0, at - 500), at);
  const talked = before + text.slice(end, end + 200);
  const quoted = isQuoted(before.slice(before.lastIndexOf('\n') + 1), text.slice(end, end + 200));
  if (code === 'override' && reported.test(before.slice(-40))) return quoted ? 0.3 : 0.5;
  if (quoted) return about.test(talked) ? 0.3 : 0.8;
  return strongly.test(talked) ? 0.6 : 1;
}

/** Whether a quotation that is open before the place ends after it, on its line. */
function isQuoted(line: string, after: string): boolean {
  const rest = after.slice(0, (after.indexOf('\n') + after.length + 1) % (after.length + 1) || after.length);
  for (const [open, close] of [
    ['"', '"'],
    ['`', '`'],
    ['“', '”'],
    ['«', '»'],
    ['‘', '’'],
    ["'", "'"],
  ] as const) {
    const opened = open === close ? count(line, open) % 2 === 1 : line.lastIndexOf(open) > line.lastIndexOf(close);
    if (opened && rest.includes(close)) return true;
  }
  return false;
}

function count(text: string, sign: string): number {
  let found = 0;
  for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, at + 1)) found += 1;
  return found;
}
