import type { ChangedLines, GitId, PathChange } from '../protocol/checkpoint.ts';
import { countChangedLines } from './changedLines.ts';
import { shownPath } from './paths.ts';

/** What `checkpoint.made` tells of the changes that it holds. A folder that came or went, with nothing in it, is no file. */
export interface Made {
  files: number;
  /** As a person reads them, as `folders` are. */
  paths: string[];
  folders?: string[];
  lines: ChangedLines;
}

/** No more than `most` files, and as many folders, are named; the sums count all. */
export async function madeOf(
  changes: readonly PathChange[],
  read: (id: GitId) => Promise<Uint8Array>,
  most: number,
): Promise<Made> {
  const files = changes.filter(change => !isFolder(change));
  const named = (some: readonly PathChange[]): string[] => some.slice(0, most).map(({ path }) => shownPath(path));
  const lines = await countChangedLines(files, read);
  lines.each = lines.each.slice(0, most);
  const folders = named(changes.filter(isFolder));
  return { files: files.length, paths: named(files), lines, ...(folders.length === 0 ? {} : { folders }) };
}

function isFolder({ before, after }: PathChange): boolean {
  return [before, after].every(side => side === null || side.type === 'folder');
}
