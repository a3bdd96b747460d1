import { diffArrays } from 'diff';

/** Lines `from` to `to` of one text (from 0, exclusive) became `lines`, which begin at the line `at` of the other. */
export interface Change {
  from: number;
  to: number;
  at: number;
  /** With their ends. */
  lines: readonly string[];
}

/** Steps that the search for the shortest change may take, about; never a matter of time, so that equal texts give equal changes. */
const maxSteps = 30_000_000;

/** Lines with their ends; of an empty text none. */
export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The places that differ, in order and apart from each other; one place where two long texts have little in common. */
export function changesBetween(before: string, after: string): Change[] {
  return changesOf(linesOf(before), linesOf(after), line => line);
}

/** `before` with the changes made that were found in it; leaving one out drops it. */
export function withChanges(before: string, changes: readonly Change[]): string {
  const lines = linesOf(before);
  const parts: string[] = [];
  let done = 0;
  for (const { from, to, lines: fresh } of changes) {
    parts.push(...lines.slice(done, from), ...fresh);
    done = to;
  }
  return [...parts, ...lines.slice(done)].join('');
}

/**
 * The places that differ in nothing but white space at the beginnings and ends of their lines (line ends included), which
 * a diff editor leaves out as it comes. They may be parts of a larger place.
 */
export function blankChanges(before: string, after: string): Change[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const found: Change[] = [];
  const common = (from: number, at: number, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const line = fresh[at + index] ?? '';
      if (old[from + index] === line) continue;
      const last = found.at(-1);
      if (last !== undefined && last.to === from + index && last.at + last.lines.length === at + index) {
        last.to += 1;
        last.lines = [...last.lines, line];
      } else found.push({ from: from + index, to: from + index + 1, at: at + index, lines: [line] });
    }
  };
  let [from, at] = [0, 0];
  for (const change of changesOf(old, fresh, line => line.trim())) {
    common(from, at, change.from - from);
    [from, at] = [change.to, change.at + change.lines.length];
  }
  common(from, at, old.length - from);
  return found;
}

/**
 * What `base` → `next` makes of `current`, which came of the same base: both sides' changes together. null where they
 * meet or touch, unless both made the same one there.
 */
export function rebased(base: string, next: string, current: string): string | null {
  const ours = changesBetween(base, current);
  const theirs = changesBetween(base, next);
  const all = [...ours];
  for (const change of theirs) {
    const met = ours.filter(({ from, to }) => from <= change.to && change.from <= to);
    if (met.length === 0) all.push(change);
    else if (met.length > 1 || !met.every(other => same(other, change))) return null;
  }
  return withChanges(
    base,
    all.sort((a, b) => a.from - b.from),
  );
}

function same(a: Change, b: Change): boolean {
  return a.from === b.from && a.to === b.to && a.lines.join('') === b.lines.join('');
}

function changesOf(old: readonly string[], fresh: readonly string[], key: (line: string) => string): Change[] {
  const maxEditLength = Math.min(2_000, Math.max(20, Math.floor(maxSteps / (old.length + fresh.length + 1))));
  const found = diffArrays(old.map(key), fresh.map(key), { maxEditLength });
  if (found === undefined) return [between(old, fresh, key)];
  const changes: Change[] = [];
  let [from, at] = [0, 0];
  for (const { added, removed, value } of found) {
    if (!added && !removed) {
      from += value.length;
      at += value.length;
      continue;
    }
    const last = changes.at(-1);
    const open = last !== undefined && last.to === from && last.at + last.lines.length === at ? last : null;
    const change = open ?? { from, to: from, at, lines: [] };
    if (open === null) changes.push(change);
    if (removed) change.to = from += value.length;
    else {
      change.lines = [...change.lines, ...fresh.slice(at, at + value.length)];
      at += value.length;
    }
  }
  return changes;
}

/** All between the common beginning and the common end. */
function between(old: readonly string[], fresh: readonly string[], key: (line: string) => string): Change {
  const equal = (a: string | undefined, b: string | undefined): boolean => key(a ?? '') === key(b ?? '');
  const most = Math.min(old.length, fresh.length);
  let start = 0;
  while (start < most && equal(old[start], fresh[start])) start += 1;
  let end = 0;
  while (end < most - start && equal(old[old.length - 1 - end], fresh[fresh.length - 1 - end])) end += 1;
  return { from: start, to: old.length - end, at: start, lines: fresh.slice(start, fresh.length - end) };
}
