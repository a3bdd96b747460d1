import { lookBelow } from '../effects/snapshots/look.ts';
import { type Edit, editTree } from './editTree.ts';
import type { Hashed, PartState, Place, Workshop } from './part.ts';
import { applyUpdate, type Update } from './update.ts';

/** So far the tree may go ahead of the index, in paths. */
const maxAhead = 200;

/** A file that was written to within this time before it was read may be written to again with the same time stamp, in ms. */
const clockTickMs = 2_000;

/**
 * Holds a few files by editing the last tree, so that the index of the whole part is neither read nor written: what a
 * change costs then hardly depends on how many files there are. null where that is not possible.
 */
export async function holdQuickly(
  shop: Workshop,
  place: Place,
  before: PartState,
  update: Update,
): Promise<Pick<PartState, 'tree' | 'files' | 'ahead'> | null> {
  if (before.tree === null || update.add.size + update.remove.length + before.ahead.size > maxAhead) return null;
  const ahead = new Map(before.ahead);
  for (const path of update.remove) ahead.set(path, null);
  const hashing: Promise<void>[] = [];
  for (const [path, look] of update.add) {
    if (look.type !== 'file') return null;
    const known = before.ahead.get(path);
    if (known?.settled === true && known.stamp === look.stamp) continue;
    const hash = async (): Promise<void> => {
      const settled = Date.now() - look.written > clockTickMs;
      const id = await shop.objects.writeFile(place.folder, path);
      ahead.set(path, { stamp: look.stamp, settled, edit: { mode: look.executable ? '100755' : '100644', id } });
    };
    hashing.push(hash());
  }
  await Promise.all(hashing);
  const edits = new Map<string, Edit>();
  for (const [path, hashed] of ahead) edits.set(path, hashed?.edit ?? null);
  const edited = await editTree(shop.objects, before.tree, edits);
  return edited === null ? null : { tree: edited.tree, files: before.files + edited.added, ahead };
}

/** Lets the index know what the tree is ahead of it, so that the next run need not look again. */
export async function catchUp(shop: Workshop, place: Place, ahead: ReadonlyMap<string, Hashed>): Promise<void> {
  const paths = [...ahead].filter(([, hashed]) => hashed !== null).map(([path]) => path);
  const update: Update = { add: new Map(), remove: [], notHeld: [] };
  for (const [path, hashed] of ahead) if (hashed === null) update.remove.push(path);
  for (const [at, look] of (await lookBelow(place.folder, paths, true)).entries()) {
    const path = paths[at] ?? '';
    if (look.type === 'file' && look.bytes <= shop.limits.fileBytes) update.add.set(path, look);
    else update.remove.push(path);
  }
  await applyUpdate(shop, place, update);
}
