import { setImmediate } from 'node:timers/promises';
import { diffArrays } from 'diff';
import type { ChangedLines, GitId, PathChange } from '../protocol/checkpoint.ts';

/** As git does: what holds a NUL in its beginning is no text. */
const sniffBytes = 8_000;
/** A changed region with more bytes than this is not compared line by line. */
const maxBytes = 1024 * 1024;
/** Lines that a comparison may add and remove; its time grows with their square. */
const maxEditLength = 1_000;
/** The squares of all comparisons of one count, less than a second. */
const maxSteps = 4_000_000;
/** Events name no more files than this; the sums count all. */
const maxNamed = 100_000;

/** Bytes that are compared at once; where two pieces differ is looked for byte by byte. */
const pieceBytes = 64 * 1024;
/** So many bytes are gone through before others get their turn. */
const sliceBytes = 1024 * 1024;

const newline = 10;

/**
 * How many lines the changes added and removed, as a unified diff has them. `read` gives the bytes of a state. Linear in
 * those, and bounded beyond that: what is too much to be compared counts as it is at worst. Others get their turn between
 * files, and within large ones. Never rejects.
 */
export async function countChangedLines(
  changes: readonly PathChange[],
  read: (id: GitId) => Promise<Uint8Array>,
): Promise<ChangedLines> {
  const sum: ChangedLines = { added: 0, removed: 0, atMost: false, uncounted: 0, each: [] };
  const work = { steps: maxSteps };
  for (const { before, after } of changes) {
    const sides = await Promise.all([bytesOf(before, read), bytesOf(after, read)]).catch(() => null);
    const counted = sides === null ? null : await countOf(sides[0], sides[1], work);
    await setImmediate();
    if (sum.each.length < maxNamed) sum.each.push(counted === null ? null : [counted.added, counted.removed]);
    if (counted === null) {
      sum.uncounted += 1;
      continue;
    }
    sum.added += counted.added;
    sum.removed += counted.removed;
    sum.atMost ||= counted.atMost;
  }
  return sum;
}

/** Nothing where there is nothing, or a folder; rejects where nobody holds it. */
async function bytesOf(side: PathChange['before'], read: (id: GitId) => Promise<Uint8Array>): Promise<Buffer> {
  if (side === null || side.type === 'folder') return Buffer.alloc(0);
  if (!('id' in side)) throw new RangeError('not held');
  const bytes = await read(side.id);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

interface Counted {
  added: number;
  removed: number;
  atMost: boolean;
}

/** null where it is no text. A text that stops being one is replaced by what stands there then, and one that begins to be one is added. */
async function countOf(before: Buffer, after: Buffer, work: { steps: number }): Promise<Counted | null> {
  const [was, is] = [isText(before), isText(after)];
  if (!was && !is) return null;
  if ((!was && after.length === 0) || (!is && before.length === 0)) return null;
  if (!was) return { added: await linesIn(after), removed: 0, atMost: false };
  if (!is) return { added: await linesIn(after), removed: await linesIn(before), atMost: false };
  const { old, fresh } = changedRegion(before, after);
  const all = { added: await linesIn(fresh), removed: await linesIn(old) };
  if (all.added === 0 || all.removed === 0) return { ...all, atMost: false };
  const room = Math.min(maxEditLength, Math.floor(Math.sqrt(Math.max(0, work.steps))));
  if (room < 2 || old.length > maxBytes || fresh.length > maxBytes) return { ...all, atMost: true };
  const [theirs, ours] = [lines(old), lines(fresh)];
  const least = { added: lacking(ours, theirs), removed: lacking(theirs, ours) };
  if (least.added === all.added && least.removed === all.removed) return { ...all, atMost: false };
  if (least.added + least.removed > room) return { ...all, atMost: true };
  const found = diffArrays(theirs, ours, { maxEditLength: room });
  if (found === undefined) {
    work.steps -= room * room;
    return { ...all, atMost: true };
  }
  const counted: Counted = { added: 0, removed: 0, atMost: false };
  for (const { added, removed, count = 0 } of found) {
    if (added) counted.added += count;
    if (removed) counted.removed += count;
  }
  work.steps -= (counted.added + counted.removed) ** 2;
  return counted;
}

function isText(bytes: Buffer): boolean {
  return !bytes.subarray(0, sniffBytes).includes(0);
}

/** What is left without the lines that both begin with, and those that both end with. */
function changedRegion(before: Buffer, after: Buffer): { old: Buffer; fresh: Buffer } {
  const most = Math.min(before.length, after.length);
  let start = commonStart(before, after, most);
  if (start < before.length || start < after.length)
    start = start === 0 ? 0 : before.lastIndexOf(newline, start - 1) + 1;
  let end = commonEnd(before, after, most - start);
  const [old, fresh] = [before.subarray(start), after.subarray(start)];
  end = wholeLines(old, fresh, end);
  return { old: old.subarray(0, old.length - end), fresh: fresh.subarray(0, fresh.length - end) };
}

/** How many bytes both begin with, of `most`. */
function commonStart(before: Buffer, after: Buffer, most: number): number {
  let at = 0;
  for (let to = Math.min(pieceBytes, most); at < most; to = Math.min(to + pieceBytes, most)) {
    if (!before.subarray(at, to).equals(after.subarray(at, to))) break;
    at = to;
  }
  while (at < most && before[at] === after[at]) at += 1;
  return at;
}

/** How many bytes both end with, of `most`. */
function commonEnd(before: Buffer, after: Buffer, most: number): number {
  const piece = (bytes: Buffer, from: number, to: number): Buffer =>
    bytes.subarray(bytes.length - to, bytes.length - from);
  let at = 0;
  for (let to = Math.min(pieceBytes, most); at < most; to = Math.min(to + pieceBytes, most)) {
    if (!piece(before, at, to).equals(piece(after, at, to))) break;
    at = to;
  }
  while (at < most && before[before.length - 1 - at] === after[after.length - 1 - at]) at += 1;
  return at;
}

/** How much of a common ending of so many bytes begins with a line in both. */
function wholeLines(old: Buffer, fresh: Buffer, end: number): number {
  const begins = (bytes: Buffer): boolean => end === bytes.length || bytes[bytes.length - end - 1] === newline;
  if (end === 0 || (begins(old) && begins(fresh))) return end;
  const next = old.indexOf(newline, old.length - end);
  return next === -1 ? 0 : old.length - next - 1;
}

/** A last line without an end is one too. */
async function linesIn(bytes: Buffer): Promise<number> {
  let found = 0;
  let turn = sliceBytes;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) {
    found += 1;
    if (at < turn) continue;
    turn = at + sliceBytes;
    await setImmediate();
  }
  return found + (bytes.length > 0 && bytes.at(-1) !== newline ? 1 : 0);
}

/** How many lines there are beyond those that the other side has as well, wherever they stand there. */
function lacking(these: readonly string[], others: readonly string[]): number {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  let found = 0;
  for (const line of these) {
    const more = left.get(line) ?? 0;
    if (more > 0) left.set(line, more - 1);
    else found += 1;
  }
  return found;
}

/** With their ends; one character for each byte. */
function lines(bytes: Buffer): string[] {
  return bytes.toString('latin1').match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
