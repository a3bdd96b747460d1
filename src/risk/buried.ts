import { posix } from 'node:path';
import type { PathFact } from './facts.ts';
import { globRegExp, type List, type Look } from './places.ts';

/** Folders further down, more of them, and more names that match, are not gone through. */
const maxDepth = 4;
const maxFolders = 200;
const maxMatches = 500;

/** Names with an ending are files, so that none of them is listed. */
const ending = /.\.[A-Za-z]\w*$/;

/**
 * The first thing of that name below a folder that no checkpoint holds, as far as the disk was gone through. `lasts` tells
 * whether a path is worth anything: what builds make anew is passed by.
 */
export function buriedBelow(
  folder: string,
  pattern: string,
  { look, list, lasts }: { look: Look; list: List; lasts: (path: string) => boolean },
): PathFact | null {
  const matches = globRegExp(pattern);
  let level = [folder];
  let left = maxFolders;
  let matched = 0;
  for (let depth = 0; depth < maxDepth && level.length > 0; depth++) {
    const next: string[] = [];
    for (const at of level) {
      if (left-- <= 0) return null;
      for (const name of list(at) ?? []) {
        const path = posix.join(at, name);
        if (name === '.git' || !lasts(path)) continue;
        if (matches.test(name) && matched++ < maxMatches) {
          const fact = look(path);
          if (fact?.inside === true && fact.kind !== 'missing' && fact.held === 'ignored') return fact;
        }
        if (!ending.test(name)) next.push(path);
      }
    }
    level = next;
  }
  return null;
}
