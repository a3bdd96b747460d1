import { type Change, changesBetween, linesOf, withChanges } from '../../../tools/changes.ts';
import { dominantEnding, withEnding } from '../../../tools/lineEndings.ts';

/** Line ends as LF, and no byte order mark: as a text is compared with what an editor shows of it. */
export function plain(text: string): string {
  return withoutMark(text).replaceAll('\r\n', '\n');
}

/**
 * What the person made of `exact`, which the editor showed as `shown` and now shows as `now` (both plain). Lines that they
 * left alone keep their own ends, which no editor shows, and the byte order mark stays.
 */
export function carried(exact: string, shown: string, now: string): string {
  if (now === shown) return exact;
  const body = withoutMark(exact);
  const mark = exact.slice(0, exact.length - body.length);
  const ending = dominantEnding(body);
  // Without the same lines on both sides, as with a lone CR, no line can be told from another.
  if (linesOf(body).length !== linesOf(shown).length) return mark + withEnding(now, ending);
  const changes = changesBetween(shown, now).map(change => ({
    ...change,
    lines: change.lines.map(line => withEnding(line, ending)),
  }));
  return mark + withChanges(body, changes);
}

/** The change whose lines in `text` hold the line (from 0), or stand right before or after it where it only removes; null: none. */
export function changeAt(base: string, text: string, line: number): Change | null {
  const changes = changesBetween(base, text);
  const within = changes.find(({ at, lines }) => line >= at && line < at + lines.length);
  return within ?? changes.find(({ at, lines }) => lines.length === 0 && (line === at || line === at - 1)) ?? null;
}

/** `text` with one of its changes since `base` taken back. */
export function without(base: string, text: string, { from, to, at, lines }: Change): string {
  const [old, fresh] = [linesOf(base), linesOf(text)];
  return [...fresh.slice(0, at), ...old.slice(from, to), ...fresh.slice(at + lines.length)].join('');
}

/** `text` with all of these taken back. */
export function withoutAll(base: string, text: string, changes: readonly Change[]): string {
  return changes.toSorted((a, b) => b.at - a.at).reduce((rest, change) => without(base, rest, change), text);
}

/** By this a change is known again as long as nobody touches it. */
export function keyOf({ from, to, lines }: Change): string {
  return JSON.stringify([from, to, lines]);
}

/** A line with its white space to be seen, and its end where that is not the usual one. */
export function visibleBlanks(line: string): string {
  const end = /\r?\n$/.exec(line)?.[0] ?? '';
  const body = line.slice(0, line.length - end.length);
  const mark = (blanks: string): string => blanks.replaceAll('\t', '→').replaceAll(/\s/g, '·');
  const inner = body.trim();
  const start = inner === '' ? body.length : body.indexOf(inner);
  const told = end === '\n' ? '' : end === '' ? ' (without a line end)' : ' (CRLF)';
  return mark(body.slice(0, start)) + inner + mark(body.slice(start + inner.length)) + told;
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
