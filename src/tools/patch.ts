import { formatPatch, OMIT_HEADERS, type StructuredPatch, structuredPatch } from 'diff';
import { quotePath } from '../effects/quotePath.ts';

/** A longer patch is not kept whole. */
const maxPatchChars = 256 * 1024;
/** Places that an outline names, at most. */
const maxPlaces = 1_000;
const context = 3;

/** Steps that the search for the shortest change may take, about; never a matter of time, so that equal texts give equal patches. */
const maxSteps = 30_000_000;

export interface Patch {
  /**
   * A unified diff with three lines of context, complete up to 256 KiB. Beyond that an outline: the heads of the hunks
   * (`@@ -12,7 +12,9 @@`) and nothing below them; both sides are in the blob store.
   */
  patch: string;
  added: number;
  removed: number;
}

type Hunk = StructuredPatch['hunks'][number];

/** `before` is null for a new file. `name` stands in the header, control characters escaped. */
export function unifiedPatch(name: string, before: string | null, after: string): Patch {
  const shown = quotePath(name);
  const from = before === null ? '/dev/null' : shown;
  const hunks = hunksOf(before ?? '', after);
  const lines = hunks.flatMap(hunk => hunk.lines);
  const counts = {
    added: lines.filter(line => line.startsWith('+')).length,
    removed: lines.filter(line => line.startsWith('-')).length,
  };
  const patch = header(from, shown) + format(from, shown, hunks);
  return { patch: patch.length > maxPatchChars ? header(from, shown) + outline(hunks) : patch, ...counts };
}

/** The same unified diff, complete at any length. */
export function wholePatch(name: string, before: string | null, after: string): string {
  const shown = quotePath(name);
  const from = before === null ? '/dev/null' : shown;
  return header(from, shown) + format(from, shown, hunksOf(before ?? '', after));
}

function format(oldFileName: string, newFileName: string, hunks: Hunk[]): string {
  const whole = { oldFileName, newFileName, oldHeader: '', newHeader: '', hunks };
  return formatPatch(whole, OMIT_HEADERS);
}

/** Our own header: the library's would escape every letter beyond ASCII. */
function header(from: string, to: string): string {
  return `--- ${from}\n+++ ${to}\n`;
}

/** Neighbours are joined until the places are few enough. */
function outline(hunks: readonly Hunk[]): string {
  const size = Math.ceil(hunks.length / maxPlaces);
  let text = '';
  for (let at = 0; at < hunks.length; at += size) {
    const [first, last] = [hunks[at], hunks[Math.min(at + size, hunks.length) - 1]];
    if (first === undefined || last === undefined) continue;
    const old = last.oldStart + last.oldLines - first.oldStart;
    const fresh = last.newStart + last.newLines - first.newStart;
    text += `@@ -${first.oldStart},${old} +${first.newStart},${fresh} @@\n`;
  }
  return text;
}

function hunksOf(before: string, after: string): Hunk[] {
  const [old, fresh] = [tokens(before), tokens(after)];
  const maxEditLength = Math.min(2_000, Math.max(20, Math.floor(maxSteps / (old.length + fresh.length + 1))));
  const found: StructuredPatch | undefined = structuredPatch('', '', before, after, '', '', { context, maxEditLength });
  return found?.hunks ?? hunksOfRegions(old, fresh, regions(old, fresh));
}

/** Lines with their ends. */
function tokens(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Lines from `old` to `oldEnd` (from 0, exclusive) became those from `fresh` to `freshEnd`. */
interface Region {
  old: number;
  oldEnd: number;
  fresh: number;
  freshEnd: number;
}

/**
 * What changed between the common beginning and the common end: line by line where both have as many lines, as after a
 * replacement of a word; else all of it. Takes time linear in the lines.
 */
function regions(before: readonly string[], after: readonly string[]): Region[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let [oldEnd, freshEnd] = [before.length, after.length];
  while (oldEnd > start && freshEnd > start && before[oldEnd - 1] === after[freshEnd - 1]) {
    oldEnd -= 1;
    freshEnd -= 1;
  }
  if (oldEnd !== freshEnd) return [{ old: start, oldEnd, fresh: start, freshEnd }];
  const found: Region[] = [];
  for (let at = start; at < oldEnd; at += 1) {
    if (before[at] === after[at]) continue;
    const last = found.at(-1);
    if (last?.oldEnd === at) {
      last.oldEnd = at + 1;
      last.freshEnd = at + 1;
    } else found.push({ old: at, oldEnd: at + 1, fresh: at, freshEnd: at + 1 });
  }
  return found;
}

function hunksOfRegions(before: readonly string[], after: readonly string[], changed: readonly Region[]): Hunk[] {
  const groups: Region[][] = [];
  for (const region of changed) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && region.old - last.oldEnd <= 2 * context) groups.at(-1)?.push(region);
    else groups.push([region]);
  }
  return groups.map(group => hunkOf(before, after, group));
}

function hunkOf(before: readonly string[], after: readonly string[], group: readonly Region[]): Hunk {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) throw new RangeError('a hunk without a change');
  const lead = Math.min(context, first.old);
  const end = Math.min(before.length, last.oldEnd + context);
  const lines: string[] = [];
  let at = first.old - lead;
  for (const region of group) {
    push(lines, ' ', before.slice(at, region.old));
    push(lines, '-', before.slice(region.old, region.oldEnd));
    push(lines, '+', after.slice(region.fresh, region.freshEnd));
    at = region.oldEnd;
  }
  push(lines, ' ', before.slice(at, end));
  return {
    oldStart: first.old - lead + 1,
    oldLines: end - (first.old - lead),
    newStart: first.fresh - lead + 1,
    newLines: last.freshEnd + (end - last.oldEnd) - (first.fresh - lead),
    lines,
  };
}

function push(lines: string[], sign: string, given: readonly string[]): void {
  for (const line of given)
    if (line.endsWith('\n')) lines.push(sign + line.slice(0, -1));
    else lines.push(sign + line, '\\ No newline at end of file');
}
