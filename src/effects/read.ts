import type { ReadEffect } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { openReal, readWhole, refOf } from './open.ts';
import type { ReadOutcome } from './outcome.ts';
import { decodeText } from './text.ts';

/** Lines of one answer where the effect names no limit. */
export const defaultReadLines = 2_000;
/** A longer line is cut here; the cut says how many characters are missing. */
export const maxLineChars = 2_000;
/** An answer ends at a whole line below this many characters, whatever its limit in lines. */
export const maxReadChars = 100_000;

/** Reads text by lines, with CRLF shown as LF. The digest is of the whole file as it lies on disk. */
export async function read(effect: ReadEffect): Promise<ReadOutcome> {
  const opened = await openReal(effect.path);
  if (opened === null) throw new GatehouseError(failures.fileMissing({ path: effect.path }));
  let bytes: Uint8Array;
  try {
    bytes = await readWhole(opened.handle, effect.path);
  } finally {
    await opened.handle.close();
  }
  const { text: whole } = decodeText(effect.path, bytes);
  return { kind: 'read', path: effect.path, file: refOf(bytes), ...slice(linesOf(whole), effect), whole };
}

/** A last line without a newline counts; an empty text has none. */
function linesOf(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function slice(lines: readonly string[], effect: ReadEffect) {
  const from = effect.offset ?? 1;
  const chosen: string[] = [];
  let cutLines = 0;
  let chars = 0;
  for (const line of lines.slice(from - 1, from - 1 + (effect.limit ?? defaultReadLines))) {
    const cut = cutLine(line);
    if (chars + cut.length > maxReadChars) break;
    if (cut !== line) cutLines += 1;
    chosen.push(cut);
    chars += cut.length + 1;
  }
  const to = lines.length === 0 ? 0 : from - 1 + chosen.length;
  return { text: chosen.join('\n'), from, to, totalLines: lines.length, cutLines };
}

function cutLine(line: string): string {
  if (line.length <= maxLineChars) return line;
  const last = line.charCodeAt(maxLineChars - 1);
  const end = last >= 0xd800 && last < 0xdc00 ? maxLineChars - 1 : maxLineChars;
  return `${line.slice(0, end)}…[+${line.length - end} characters]`;
}
