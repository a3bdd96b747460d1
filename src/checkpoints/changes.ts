import type { GitStore } from '../effects/snapshots/gitStore.ts';
import type { Held, Manifest, NotHeld, PathChange, RawPath, Unheld } from '../protocol/checkpoint.ts';
import { above, byBytes, joinPath, readRaw } from './records.ts';

/** git knows this tree without having it. */
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/**
 * What differs between two states, sorted by path. A path counts the same whichever part it lies in, so a folder that
 * became a repository is no change. Where only one of them holds what stands there, the other has it as unheld; what
 * neither holds is left out, and what could not be read, since nobody knows what stands there.
 */
export async function compareManifests(git: GitStore, before: Manifest, after: Manifest): Promise<PathChange[]> {
  const [old, now] = [treesOf(before), treesOf(after)];
  const found = new Map<RawPath, PathChange>();
  const put = (path: RawPath, was: Held | null, is: Held | null): void => {
    const known = found.get(path) ?? { path, before: null, after: null };
    found.set(path, { path, before: was ?? known.before, after: is ?? known.after });
  };
  for (const part of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(part) ?? emptyTree, now.get(part) ?? emptyTree];
    if (was === is) continue;
    const answer = await git.run(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', was, is]);
    for (const line of await readRaw(answer.stdout)) put(joinPath(part, line.path), line.before, line.after);
  }
  const [oldFolders, newFolders] = [new Set(before.emptyFolders), new Set(after.emptyFolders)];
  for (const path of oldFolders) if (!newFolders.has(path)) put(path, { type: 'folder' }, null);
  for (const path of newFolders) if (!oldFolders.has(path)) put(path, null, { type: 'folder' });
  const [oldUnheld, nowUnheld] = [unheldIn(before), unheldIn(after)];
  const unread = new Set<string>(
    [...before.notHeld, ...after.notHeld].filter(({ why }) => why === 'unreadable').map(({ path }) => path),
  );
  return [...found.values()]
    .filter(({ path }) => !unread.has(path) && !above(path).some(each => unread.has(each)))
    .map(change => ({
      ...change,
      before: oldUnheld.has(change.path) ? unheld : change.before,
      after: nowUnheld.has(change.path) ? unheld : change.after,
    }))
    .filter(change => !same(change.before, change.after))
    .sort((a, b) => byBytes(a.path, b.path));
}

const unheld: Unheld = { type: 'special' };

function unheldIn({ notHeld }: Manifest): Set<NotHeld['path']> {
  return new Set(notHeld.map(({ path }) => path));
}

function treesOf(manifest: Manifest): Map<RawPath, string> {
  return new Map(manifest.parts.map(part => [part.path, part.tree]));
}

/** Between an unheld thing and a folder or nothing there is nothing that could be restored. */
function same(a: PathChange['before'], b: PathChange['before']): boolean {
  if (a?.type === 'special' || b?.type === 'special') return !isContent(a) && !isContent(b);
  if (a === null || b === null) return a === b;
  return a.type === 'folder' || b.type === 'folder' ? a.type === b.type : a.type === b.type && a.id === b.id;
}

const isContent = (each: PathChange['before']): boolean => each !== null && 'id' in each;
