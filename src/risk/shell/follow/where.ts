import { posix } from 'node:path';
import type { Directories } from '../script.ts';
import type { Word } from '../word.ts';

/** A word as an absolute path; null where it is not known. Of several directories the first is taken. */
export function absolute(word: Word, directories: Directories): string | null {
  if (word.text === null) return null;
  if (posix.isAbsolute(word.text)) return posix.normalize(word.text);
  const [directory] = directories ?? [];
  return directory === undefined ? null : posix.join(directory, word.text);
}

/** The directories that a word leads to, from each of these. */
export function within(directories: Directories, word: Word): Directories {
  if (word.text === null) return null;
  if (posix.isAbsolute(word.text)) return [posix.normalize(word.text)];
  const to = word.text;
  return directories?.map(directory => posix.join(directory, to)) ?? null;
}
