import { diffArrays } from 'diff';

/** One change of a file that Gatehouse knows, as texts; null where there was no file, or it was no text. */
export interface FileVersion<T> {
  of: T;
  before: string | null;
  after: string | null;
  /** It brought back what stood there earlier, so it is the origin of nothing. */
  restore: boolean;
}

export type LineOrigin<T> =
  /** `of` wrote the line, as line `line` (from 1) of its text. */
  | { type: 'written'; of: T; line: number }
  /** It was written by something else after `of`. */
  | { type: 'since'; of: T }
  /** It stood there before any of them, or none of them is known. */
  | { type: 'before' };

/** Steps that the search for the shortest change may take; beyond it only common beginnings and ends are matched. */
const maxEditLength = 5_000;

/**
 * Which of the changes (the oldest first) wrote a line of a text: followed backwards through each of them, and through
 * what came in between. `line` counts from 1.
 */
export function lineOrigin<T>(text: string, line: number, versions: readonly FileVersion<T>[]): LineOrigin<T> {
  let [later, at] = [linesOf(text), line - 1];
  /** After a restore the line may come from any earlier state. */
  let anyEarlier = false;
  for (const version of versions.toReversed()) {
    const after = linesOf(version.after);
    const here = matches(after, later).get(at);
    if (here === undefined) {
      if (anyEarlier) continue;
      return { type: 'since', of: version.of };
    }
    const before = linesOf(version.before);
    const there = matches(before, after).get(here);
    if (there === undefined && !version.restore) return { type: 'written', of: version.of, line: here + 1 };
    anyEarlier = there === undefined;
    [later, at] = there === undefined ? [after, here] : [before, there];
  }
  return { type: 'before' };
}

function linesOf(text: string | null): string[] {
  return text === null ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/** For each line of `fresh` that `old` has as well, where it stands there (both from 0). */
function matches(old: readonly string[], fresh: readonly string[]): Map<number, number> {
  const found = new Map<number, number>();
  const changes = diffArrays([...old], [...fresh], { maxEditLength });
  if (changes === undefined) {
    for (let at = 0; at < Math.min(old.length, fresh.length) && old[at] === fresh[at]; at++) found.set(at, at);
    for (let back = 1; back <= Math.min(old.length, fresh.length) && old.at(-back) === fresh.at(-back); back++)
      found.set(fresh.length - back, old.length - back);
    return found;
  }
  let [from, to] = [0, 0];
  for (const { added, removed, count = 0 } of changes) {
    if (added) to += count;
    else if (removed) from += count;
    else for (let step = 0; step < count; step++) found.set(to++, from++);
  }
  return found;
}
