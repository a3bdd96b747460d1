import type { Merge, Standing } from '../ports/disk.ts';
import type { Held, Unheld } from '../protocol/checkpoint.ts';
import type { Contents } from './contents.ts';
import type { Transition } from './operations.ts';
import { fits, isRegular, type Regular, withType } from './standing.ts';

/**
 * Why a path cannot simply be taken there. `changed`: somebody changed the same place. `removed`: one side removes what
 * the other changed. `kind`: file, link and folder do not agree. `binary`: both sides changed it and it is no text.
 * `occupied`: files that no checkpoint knows lie in a folder that would have to go. `blocked`: a link or a file stands
 * where a folder above it would have to be. `gone`: bytes that would be needed are not kept any more, or never were.
 * `unheld`: what no checkpoint could hold took its place, and is lost where it is overwritten.
 */
export type ConflictWhy = 'changed' | 'removed' | 'kind' | 'binary' | 'occupied' | 'blocked' | 'gone' | 'unheld';

export type Folded = { to: Standing | null; merged: boolean } | { conflict: ConflictWhy; to: Held | Unheld | null };

export interface FoldDeps {
  contents: Contents;
  /** The bytes of what stands on the disk, where they are no checkpoint's. */
  ours(): Promise<Uint8Array | null>;
  merge: Merge;
}

/** Takes what stands at one path through its steps, in order, without touching it. */
export async function foldPath(found: Standing | null, steps: readonly Transition[], deps: FoldDeps): Promise<Folded> {
  let standing = found;
  let merged = false;
  for (const [at, step] of steps.entries()) {
    const next = passesUnheld(step) ? takeUnheld(standing, step, at === 0) : await takeStep(standing, step, deps);
    if (typeof next === 'string') return { conflict: next, to: lastTarget(steps, found) };
    merged ||= next.merged;
    standing = next.to;
  }
  return { to: standing, merged };
}

/** Where the steps lead when nothing of the present is kept but, after edits alone, the execute bit. */
function lastTarget(steps: readonly Transition[], found: Standing | null): Held | Unheld | null {
  const last = steps.at(-1);
  if (last === undefined) return null;
  return last.contentOnly ? withType(last.to, found) : last.to;
}

const passesUnheld = ({ from, to }: Transition): boolean => from?.type === 'special' || to?.type === 'special';

/** Nothing leads to what is not held, so it stays; and on the disk it gives way to nothing unless somebody says so. */
function takeUnheld(standing: Standing | null, { from, to }: Transition, onDisk: boolean): Stepped {
  if (to?.type === 'special' || from?.type !== 'special') return { to: { type: 'special' }, merged: false };
  if (!onDisk || standing === null || fits(standing, to)) return { to, merged: false };
  return 'unheld';
}

type Stepped = { to: Standing | null; merged: boolean } | ConflictWhy;

async function takeStep(standing: Standing | null, step: Transition, deps: FoldDeps): Promise<Stepped> {
  const { from, to, contentOnly } = step;
  if (contentOnly && isRegular(standing) && isRegular(from) && isRegular(to))
    return mergeFiles(standing, withMode(from, standing), withMode(to, standing), deps);
  if (fits(standing, from)) return { to, merged: false };
  if (fits(standing, to)) return { to: standing, merged: false };
  if (isRegular(standing) && isRegular(from) && isRegular(to)) return mergeFiles(standing, from, to, deps);
  if (standing === null || (to === null && isRegular(standing) && isRegular(from))) return 'removed';
  // Both made a file where there was none.
  if (from === null && isRegular(standing) && isRegular(to) && standing.id === to.id)
    return { to: standing, merged: false };
  return from === null && isRegular(standing) && isRegular(to) ? 'changed' : 'kind';
}

function withMode(file: Regular, like: Regular): Regular {
  return { type: like.type, id: file.id };
}

/** The three-way merge of content, and of the execute bit by itself. */
async function mergeFiles(ours: Regular, base: Regular, theirs: Regular, deps: FoldDeps): Promise<Stepped> {
  const type = ours.type === base.type ? theirs.type : ours.type;
  if (ours.id === base.id || ours.id === theirs.id)
    return { to: { type, id: theirs.id }, merged: ours.type !== base.type };
  if (base.id === theirs.id) return { to: { type, id: ours.id }, merged: true };
  const texts = await bytesOf([base, ours, theirs], deps);
  if (texts === null) return 'gone';
  const [baseText, oursText, theirText] = texts;
  if (texts.some(isBinary)) return 'binary';
  const result = await deps.merge(baseText, oursText, theirText);
  return result === null ? 'changed' : { to: { type, id: deps.contents.keep(result) }, merged: true };
}

async function bytesOf(
  [base, ours, theirs]: [Regular, Regular, Regular],
  deps: FoldDeps,
): Promise<[Uint8Array, Uint8Array, Uint8Array] | null> {
  const read = ({ id }: Regular): Promise<Uint8Array | null> => deps.contents.read(id).catch(() => null);
  const mine = (await read(ours)) ?? (await deps.ours());
  const [first, last] = [await read(base), await read(theirs)];
  if (first === null || mine === null || last === null) return null;
  // What the person has may be kept nowhere else.
  deps.contents.keep(mine);
  return [first, mine, last];
}

/** As git tells: a NUL in the first 8,000 bytes. */
function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8_000).includes(0);
}
