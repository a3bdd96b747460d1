import { setImmediate } from 'node:timers/promises';
import { type GitId, type Held, RawPath } from '../protocol/checkpoint.ts';

/** So many records are read before others may have the event loop. */
export const slice = 5_000;

/** Cuts git's output at its NUL bytes; one character for each byte. Gives way now and then. */
export async function splitRecords(output: Buffer): Promise<string[]> {
  const records: string[] = [];
  for (let from = 0; from < output.length; ) {
    const to = output.indexOf(0, from);
    if (to === -1) break;
    records.push(output.toString('latin1', from, to));
    from = to + 1;
    if (records.length % slice === 0) await setImmediate();
  }
  return records;
}

/** Paths for git to read, each ended by a NUL byte. */
export async function joinRecords(records: readonly string[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < records.length; at += slice) {
    pieces.push(Buffer.from(`${records.slice(at, at + slice).join('\0')}\0`, 'latin1'));
    await setImmediate();
  }
  return Buffer.concat(pieces);
}

/** A line of `--raw -z`; mode 0 and an id of zeros where nothing stands or where git has not looked. */
export interface RawLine {
  path: string;
  status: string;
  before: Held | null;
  after: Held | null;
}

/** Reads the output of `diff-files` or `diff-tree` with `--raw -z --no-renames`. */
export async function readRaw(output: Buffer): Promise<RawLine[]> {
  const lines: RawLine[] = [];
  const records = await splitRecords(output);
  for (let at = 0; at + 1 < records.length; at += 2) {
    const [oldMode = '', newMode = '', oldId = '', newId = '', status = ''] = (records[at] ?? '').slice(1).split(' ');
    lines.push({
      path: records[at + 1] ?? '',
      status,
      before: heldOf(oldMode, oldId),
      after: heldOf(newMode, newId),
    });
    if (at % slice === 0) await setImmediate();
  }
  return lines;
}

function heldOf(mode: string, id: GitId): Held | null {
  if (mode === '100644') return { type: 'file', id };
  if (mode === '100755') return { type: 'executable', id };
  return mode === '120000' ? { type: 'link', id } : null;
}

/** A path below a part as a path below the workspace. */
export function joinPath(part: string, path: string): RawPath {
  return RawPath.parse(part === '' ? path : path === '' ? part : `${part}/${path}`);
}

/** The order of bytes. */
export const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** All folders above a path, from the nearest; the root is not among them. */
export function above(path: string): string[] {
  const found: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) found.push(path.slice(0, at));
  return found;
}

/** The same bytes as text, for an argument or a variable; null where they are no UTF-8. */
export function textOf(path: string): string | null {
  const bytes = Buffer.from(path, 'latin1');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null;
}
