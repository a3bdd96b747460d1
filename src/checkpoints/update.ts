import type { Look } from '../effects/snapshots/look.ts';
import { type PartState, type Place, type Workshop } from './part.ts';
import { joinRecords } from './records.ts';

type Missing = PartState['notHeld'][number];

/** What is to change in an index, and what cannot be held. */
export interface Update {
  add: Map<string, Look>;
  remove: string[];
  notHeld: Missing[];
}

/**
 * Names that git holds in no index, whatever the file system says of them: another spelling of its own folder, and a
 * link in the place of its list of submodules.
 */
function isReserved(path: string, look: Look): boolean {
  const names = path.split('/');
  if (look.type === 'link' && names.at(-1)?.toLowerCase() === '.gitmodules') return true;
  return names.some(name => name.toLowerCase() === '.git');
}

/** Sorts one path into an update, by what stands there; `held`: the index names it. */
export function sortInto(update: Update, path: string, look: Look, held: boolean, fileBytes: number): void {
  const miss = (why: Missing['why'], bytes: number): void => {
    update.notHeld.push({ path, why, bytes });
    if (held) update.remove.push(path);
  };
  if (look.type === 'missing' || look.type === 'folder') {
    if (held) update.remove.push(path);
  } else if (look.type === 'special' || isReserved(path, look)) miss('special', look.type === 'file' ? look.bytes : 0);
  else if (look.type === 'unreadable') miss('unreadable', look.bytes);
  else if (look.type === 'file' && look.bytes > fileBytes) miss('tooLarge', look.bytes);
  else update.add.set(path, look);
}

/** From so many files on they go into one pack rather than into a file each. */
const packFrom = 1_000;

const zeros = '0'.repeat(40);

/** Brings the index up to date. The removals come first and look at nothing, so that nothing stands in the way. */
export async function applyUpdate(shop: Workshop, place: Place, update: Update, signal?: AbortSignal): Promise<void> {
  const { folder, index } = place;
  await shop.indexes.unlock(index);
  if (update.remove.length > 0) {
    const input = await joinRecords(update.remove.map(path => `0 ${zeros}\t${path}`));
    await shop.git.run(['update-index', '-z', '--index-info'], { folder, index, input, signal });
  }
  if (update.add.size === 0) return;
  const input = await joinRecords([...update.add.keys()]);
  const many = update.add.size >= packFrom;
  const options = many ? ['-c', 'core.bigFileThreshold=1', '-c', 'core.compression=1'] : [];
  await shop.git.run([...options, 'update-index', '-z', '--add', '--replace', '--remove', '--stdin'], {
    folder,
    index,
    input,
    signal,
  });
}

/** The tree of an index. Rejects where an object is missing that it names. */
export async function writeTree(shop: Workshop, place: Place, signal?: AbortSignal): Promise<string> {
  await shop.indexes.unlock(place.index);
  const answer = await shop.git.run(['write-tree'], { folder: place.folder, index: place.index, signal });
  return answer.stdout.toString('latin1').trim();
}
