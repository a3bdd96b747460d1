import { posix } from 'node:path';
import { buriedBelow } from './buried.ts';
import type { ClaimOf } from './claim.ts';
import type { Facts, PathFact } from './facts.ts';
import { add, type Ledger, raiseFloor } from './ledger.ts';
import type { PathTrait } from './pathRules.ts';
import { pathTraits } from './paths.ts';

/** Whether `path` is `folder` or below it. Both absolute and normalized. */
export function within(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}

/** What stands at a path; undefined where it is not known yet, and is then wanted. */
export function lookAt(ledger: Ledger, path: string, facts: Facts): PathFact | undefined {
  const fact = facts.path(path);
  if (fact === undefined) ledger.wants.set(`path ${path}`, { about: 'path', path });
  return fact;
}

/** What a folder holds; null where it cannot be told, or not yet. */
export function namesIn(ledger: Ledger, path: string, facts: Facts): readonly string[] | null {
  const fact = facts.path(path);
  if (fact?.names === undefined) ledger.wants.set(`names ${path}`, { about: 'path', path, names: true });
  return fact?.names ?? null;
}

/** Whether a build or an installation makes it anew, and it is no secret. */
export function isMadeAgain(path: string, facts: Facts): boolean {
  const traits = pathTraits(path, facts);
  return traits.some(trait => trait.regenerable === true) && !traits.some(trait => trait.secret !== undefined);
}

/** What tools keep in hidden names is theirs; secrets are not. */
export function isShown(path: string): boolean {
  return !/^\.(?!env)/.test(posix.basename(path));
}

/** Something below the folder that has the name and that nothing holds nor makes again; null where there is none. */
export function buriedIn(ledger: Ledger, folder: string, pattern: string, facts: Facts): PathFact | null {
  return buriedBelow(folder, pattern, {
    look: each => lookAt(ledger, each, facts),
    list: each => namesIn(ledger, each, facts),
    lasts: each => !isMadeAgain(each, facts) && (pattern !== '*' || isShown(each)),
  });
}

/** What a path is called inside the workspace: folders above it say nothing of what is in it. */
export function belowRoot(path: string, { root }: Facts): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

/** What a target has beside its path where it was named plainly. */
export const nowhere = { below: false, names: [], entries: null, all: false, byLink: false };

/** `lost`: a move to a place that does not last: a temporary folder, or one that builds make anew. */
export type Deletion = ClaimOf<'delete'> & { lost?: 'temporary' | 'built' };

export type PathClaim = ClaimOf<'read'> | ClaimOf<'write'> | Deletion;

/** Adds what the name of a path that is written or deleted makes of it. */
export function applyTraits(ledger: Ledger, traits: readonly PathTrait[], path: string): void {
  for (const trait of traits) {
    if (trait.write === undefined) continue;
    add(ledger, trait.write, trait.category, trait.code, { path });
    if (trait.floor === true) raiseFloor(ledger, 'ask');
  }
}
