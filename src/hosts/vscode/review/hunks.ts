import { z } from 'zod';
import { type Change, changesBetween, linesOf, rebased, withChanges } from '../../../tools/changes.ts';
import { carried, plain, without } from '../proposals/text.ts';

/** A change as the editor's quick diff names it: lines count from 1, and an end of 0 stands for no lines, after the start. */
const LineChange = z.object({
  originalStartLineNumber: z.number().int(),
  originalEndLineNumber: z.number().int(),
  modifiedStartLineNumber: z.number().int(),
  modifiedEndLineNumber: z.number().int(),
});

/** The same as a change between two texts (plain); null for anything else. */
export function changeOfLines(given: unknown, now: string): Change | null {
  const parsed = LineChange.safeParse(given);
  if (!parsed.success) return null;
  const [from, to] = span(parsed.data.originalStartLineNumber, parsed.data.originalEndLineNumber);
  const [at, end] = span(parsed.data.modifiedStartLineNumber, parsed.data.modifiedEndLineNumber);
  return { from, to, at, lines: linesOf(now).slice(at, end) };
}

function span(start: number, end: number): [number, number] {
  return end === 0 ? [start, start] : [start - 1, end];
}

/** How many lines differ: those that are gone and those that are new. */
export function linesIn(changes: readonly Change[]): number {
  return changes.reduce((sum, { from, to, lines }) => sum + to - from + lines.length, 0);
}

export function linesBetween(before: string | null, after: string | null): number {
  return linesIn(changesBetween(before ?? '', after ?? ''));
}

/** The baseline with one change of what stands there now taken over; to the byte what stands there where nothing else differs. */
export function keptIn(baseline: string | null, now: string, change: Change): string {
  const exact = baseline ?? '';
  const next = withChanges(plain(exact), [change]);
  return next === plain(now) ? now : carried(exact, plain(exact), next);
}

/** What stands there now with one change taken back. */
export function undoneIn(baseline: string | null, now: string, change: Change): string {
  return without(plain(baseline ?? ''), plain(now), change);
}

/** Whether the person changed lines of it, or beside it, after the run. */
export function isOwn(after: string | null, now: string, { at, lines }: Change): boolean {
  return changesBetween(plain(after ?? ''), plain(now)).some(
    own => own.at <= at + lines.length && at <= own.at + own.lines.length,
  );
}

/** What stands there now with all that the run changed since the baseline taken back; null where the person changed the same lines. */
export function allUndone(baseline: string, after: string, now: string): string | null {
  return rebased(plain(after), plain(baseline), plain(now));
}
