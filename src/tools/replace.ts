import { dominantEnding, lfView, withEnding } from './lineEndings.ts';

/** The starts of all matches that do not overlap. */
export function matchesOf(text: string, wanted: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) found.push(at);
  return found;
}

/**
 * Replaces `old` by `next` in a text of any line endings. Where the text has CRLF, both are compared by their lines, and
 * what is new gets the ending that the replaced part has; what surrounds it, and what `old` and `next` share at their
 * ends, keeps its own. `count` is how often `old` was found; the text is only changed at one match, or for `all`.
 */
export function replaceIn(text: string, old: string, next: string, all: boolean): { text: string; count: number } {
  const view = lfView(text);
  const plain = view.text === text ? (part: string) => part : (part: string) => part.replaceAll('\r\n', '\n');
  const [wanted, replacement] = [plain(old), plain(next)];
  const starts = matchesOf(view.text, wanted);
  if (starts.length === 0 || (starts.length > 1 && !all)) return { text, count: starts.length };
  const { prefix, suffix } = shared(wanted, replacement);
  const middle = replacement.slice(prefix, replacement.length - suffix);
  const parts: string[] = [];
  let done = 0;
  for (const start of starts) {
    const from = view.original(start + prefix);
    const to = view.original(start + wanted.length - suffix);
    const whole = text.slice(view.original(start), view.original(start + wanted.length));
    const ending = view.text === text ? '\n' : dominantEnding(whole.includes('\n') ? whole : text);
    parts.push(text.slice(done, from), withEnding(middle, ending));
    done = to;
  }
  return { text: parts.join('') + text.slice(done), count: starts.length };
}

function shared(a: string, b: string): { prefix: number; suffix: number } {
  const most = Math.min(a.length, b.length);
  let prefix = 0;
  while (prefix < most && a[prefix] === b[prefix]) prefix += 1;
  let suffix = 0;
  while (suffix < most - prefix && a[a.length - 1 - suffix] === b[b.length - 1 - suffix]) suffix += 1;
  return { prefix, suffix };
}
