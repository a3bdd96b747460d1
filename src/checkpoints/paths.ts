import { isAbsolute, relative, sep } from 'node:path';
import { RawPath } from '../protocol/checkpoint.ts';

/** The raw form of a path's text. */
export function rawPath(text: string): RawPath {
  return RawPath.parse(Buffer.from(text, 'utf8').toString('latin1'));
}

/** An absolute path as a raw one below the root; null where it lies outside, is the root, or is a part of a `.git`. */
export function rawBelow(root: string, path: string): RawPath | null {
  const way = relative(root, path);
  const parts = way.split(sep);
  if (way === '' || isAbsolute(way) || parts[0] === '..') return null;
  return parts.some(part => part.toLowerCase() === '.git') ? null : rawPath(parts.join('/'));
}

/** As a person reads it; bytes that are no UTF-8 as `\xe4`. Not made safe for a terminal. */
export function shownPath(path: RawPath): string {
  const bytes = Buffer.from(path, 'latin1');
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text;
  return path.replaceAll(/[\x80-\xff]/g, byte => `\\x${byte.charCodeAt(0).toString(16)}`);
}

/** The folders above a path, the outermost first, without the root. */
export function foldersAbove(path: RawPath): RawPath[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => RawPath.parse(parts.slice(0, index + 1).join('/')));
}

export function isBelow(path: RawPath, folder: RawPath): boolean {
  return path.startsWith(`${folder}/`);
}

/** Whether one of these names the path or a folder above it; the empty path names all. */
export function covers(chosen: readonly RawPath[], path: RawPath): boolean {
  return chosen.some(each => each === '' || each === path || isBelow(path, each));
}

/** For sorting: raw paths compare by their bytes. */
export function byPath(a: { path: RawPath }, b: { path: RawPath }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}
