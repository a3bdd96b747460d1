import { posix } from 'node:path';
import type { Directories } from '../script.ts';
import { literal, type Word } from '../word.ts';

/** A word as an absolute path; null where it is not known. Of several directories the first is taken. */
export function absolute(word: Word, directories: Directories): string | null {
  if (word.text === null) return null;
  if (posix.isAbsolute(word.text)) return posix.normalize(word.text);
  const [directory] = directories ?? [];
  return directory === undefined ? null : posix.join(directory, word.text);
}

/**
 * The files that a relative word may mean where the directory is one of several: those that are there, or the first. A word
 * that is absolute, or from one directory, is one.
 */
export function candidates(word: Word, directories: Directories, isThere: (path: string) => boolean): Word[] {
  const { text } = word;
  if (text === null || posix.isAbsolute(text) || directories === null || directories.length < 2) return [word];
  const paths = directories.map(directory => posix.join(directory, text));
  const there = paths.filter(isThere);
  return (there.length > 0 ? there : paths.slice(0, 1)).map(literal);
}

/** The directories that a word leads to, from each of these. */
export function within(directories: Directories, word: Word): Directories {
  if (word.text === null) return null;
  if (posix.isAbsolute(word.text)) return [posix.normalize(word.text)];
  const to = word.text;
  return directories?.map(directory => posix.join(directory, to)) ?? null;
}
