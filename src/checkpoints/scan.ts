import { setImmediate } from 'node:timers/promises';
import { GitProblem } from '../effects/snapshots/gitStore.ts';
import { countEntries } from '../effects/snapshots/indexes.ts';
import {
  findEmpty,
  isEmptyFolder,
  isFolder,
  isUnreadable,
  type Look,
  lookAt,
  lookBelow,
} from '../effects/snapshots/look.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { openPlace, type PartState, type Place, together, type Workshop } from './part.ts';
import { holdQuickly } from './quick.ts';
import { above, byBytes, readRaw, slice, splitRecords } from './records.ts';
import { applyUpdate, sortInto, type Update, writeTree } from './update.ts';

export interface ScanOptions {
  /** Also open each file that is to be held, to find the ones that git cannot read. */
  careful: boolean;
  signal: AbortSignal | undefined;
}

/** Looks at a whole part and brings its index up to date. null where it cannot be looked at. */
export async function scanPart(
  shop: Workshop,
  path: string,
  before: PartState | undefined,
  { careful, signal }: ScanOptions,
): Promise<PartState | null> {
  const place = await openPlace(shop, path);
  if (place === null || !(await isFolder(place.folder, ''))) return null;
  const { folder, index } = place;
  const entries = await countEntries(index);
  const seen = await list(shop, place, before, entries === 0, signal);
  const files = entries + seen.others.length;
  if (files > shop.limits.files)
    throw new GatehouseError(failures.checkpointTooMany({ files, limit: shop.limits.files }));

  const update = await compare(shop, place, seen, before, careful, signal);
  const again = entries === 0 || (await growsIn(seen.folders, update));
  const held = await hold(shop, place, before, update, careful || again, signal);
  const folders = again ? await listFolders(shop, place, signal) : seen.folders;
  const { empty, special, more } = await findEmpty(folder, folders, new Set(seen.nested));
  const emptied = await findEmptied(folder, update.remove);
  const notHeld = new Map(update.notHeld.map(each => [each.path, each]));
  for (const each of special) notHeld.set(each, { path: each, why: 'special', bytes: 0 });
  return {
    ...held,
    path,
    emptyFolders: [...new Set([...empty, ...emptied])].sort(byBytes),
    notHeld: [...notHeld.values()].sort((x, y) => byBytes(x.path, y.path)),
    nested: seen.nested,
    wide: more,
  };
}

/** Whether something is to be held below one of these folders, which therefore are no longer empty. */
async function growsIn(folders: readonly string[], update: Update): Promise<boolean> {
  if (folders.length === 0) return false;
  const empty = new Set(folders);
  let count = 0;
  for (const path of update.add.keys()) {
    if (above(path).some(each => empty.has(each))) return true;
    count += 1;
    if (count % slice === 0) await setImmediate();
  }
  return false;
}

/** Brings tree and index to what was found; `thorough`: the index first, whatever it costs. */
async function hold(
  shop: Workshop,
  place: Place,
  before: PartState | undefined,
  update: Update,
  thorough: boolean,
  signal?: AbortSignal,
): Promise<Pick<PartState, 'tree' | 'files' | 'ahead'>> {
  if (before !== undefined && before.tree !== null) {
    if (update.add.size === 0 && update.remove.length === 0) return before;
    const quick = thorough ? null : await holdQuickly(shop, place, before, update);
    if (quick !== null) return quick;
  }
  await applyUpdate(shop, place, update, signal);
  const tree = await writeTree(shop, place, signal);
  // An index that another run has left tells of trees without looking for them.
  if (before === undefined && (await shop.objects.readTree(tree)) === null) throw new GitProblem('fatal: missing tree');
  return { tree, files: await countEntries(place.index), ahead: new Map() };
}

interface Seen {
  /** Files that are not in the index. */
  others: string[];
  nested: string[];
  /** Folders with nothing that is in the index. */
  folders: string[];
  dirty: { path: string; gone: boolean }[];
  unreadable: string[];
}

/**
 * What git sees. Its short listing names a folder without tracked files as one; where such a folder may hold any, the
 * full listing names them.
 */
async function list(
  shop: Workshop,
  place: Place,
  before: PartState | undefined,
  fresh: boolean,
  signal?: AbortSignal,
): Promise<Seen> {
  const wide = fresh || before?.wide === true;
  const [short, full, dirty] = await together<[ListAnswer, ListAnswer | null, DirtyAnswer]>(signal, both => [
    fresh ? Promise.resolve({ others: [], folders: [], unreadable: [] }) : listOthers(shop, place, true, both),
    wide ? listOthers(shop, place, false, both) : Promise.resolve(null),
    fresh ? Promise.resolve([]) : listDirty(shop, place, both),
  ]);
  const nested = before === undefined ? [] : await stillNested(place, before.nested, short.folders);
  const doubtful =
    full === null &&
    ((await findEmpty(place.folder, short.folders, new Set(nested))).more || (await hidesFolder(place, dirty)));
  const whole = doubtful ? await listOthers(shop, place, false, signal) : full;
  return {
    others: whole?.others ?? short.others,
    nested: whole?.folders ?? nested,
    folders: short.folders,
    unreadable: whole?.unreadable ?? short.unreadable,
    dirty,
  };
}

/** The short listing leaves out a folder in the place of a file that the index names. */
async function hidesFolder({ folder }: Place, dirty: DirtyAnswer): Promise<boolean> {
  const gone = dirty.filter(each => each.gone).map(each => each.path);
  return (await lookAt(folder, gone, false)).some(look => look.type === 'folder');
}

/** Repositories that were known before. One in a folder of others is left to the full listing. */
async function stillNested(place: Place, known: readonly string[], folders: readonly string[]): Promise<string[]> {
  const listed = new Set(folders);
  const candidates = known.filter(path => listed.has(path));
  const marks = candidates.flatMap(path => [`${path}/.git`, `${path}/.git/HEAD`]);
  const looks = await lookAt(place.folder, marks, false);
  return candidates.filter((_, at) => looks[2 * at]?.type === 'file' || looks[2 * at + 1]?.type === 'file');
}

type ListAnswer = Pick<Seen, 'others' | 'folders' | 'unreadable'>;
type DirtyAnswer = Seen['dirty'];

async function listDirty(shop: Workshop, { folder, index }: Place, signal: AbortSignal): Promise<DirtyAnswer> {
  const args = ['diff-files', '-z', '--raw', '--ignore-submodules=all'];
  const answer = await shop.git.run(args, { folder, index, signal });
  return (await readRaw(answer.stdout)).map(line => ({ path: line.path, gone: line.status === 'D' }));
}

/** Files that are not in the index; folders are repositories and, in the short listing, those without tracked files. */
async function listOthers(shop: Workshop, place: Place, short: boolean, signal?: AbortSignal): Promise<ListAnswer> {
  const { folder, index } = place;
  const args = short ? [...place.listing, '--directory'] : place.listing;
  const answer = await shop.git.run(args, { folder, index, signal });
  const [others, folders, unreadable]: [string[], string[], string[]] = [[], [], []];
  for (const path of await splitRecords(answer.stdout))
    if (path.endsWith('/')) folders.push(path.slice(0, -1));
    else others.push(path);
  // git only says so in words, which are a hint where to look.
  for (const [, named = ''] of answer.stderr.matchAll(/directory '(.+?)\/?': /g)) {
    const path = Buffer.from(named, 'utf8').toString('latin1');
    if (await isUnreadable(folder, path)) unreadable.push(path);
  }
  return { others, folders, unreadable };
}

async function listFolders(shop: Workshop, place: Place, signal?: AbortSignal): Promise<string[]> {
  return (await listOthers(shop, place, true, signal)).folders;
}

/** Sorts what git saw, and what the index does not know, by what stands there. */
async function compare(
  shop: Workshop,
  place: Place,
  seen: Seen,
  before: PartState | undefined,
  careful: boolean,
  signal?: AbortSignal,
): Promise<Update> {
  const update: Update = { add: new Map(), remove: [], notHeld: [] };
  for (const path of seen.unreadable) update.notHeld.push({ path, why: 'unreadable', bytes: 0 });
  const noted = before?.notHeld ?? [];
  const unread = new Set(noted.filter(each => each.why === 'unreadable').map(each => each.path));
  const gone = seen.dirty.filter(each => each.gone).map(each => each.path);
  const present = seen.dirty.filter(each => !each.gone).map(each => each.path);
  const known = new Set([...seen.others, ...present, ...gone]);
  const ahead = [...(before?.ahead ?? [])].filter(([path]) => !known.has(path));
  const removed = new Set(ahead.filter(([, hashed]) => hashed === null).map(([path]) => path));

  const sort = async (paths: readonly string[], looks: readonly Look[], held: boolean): Promise<void> => {
    for (const [at, look] of looks.entries()) {
      sortInto(update, paths[at] ?? '', look, held, shop.limits.fileBytes);
      if (at % slice === slice - 1) await setImmediate();
    }
  };
  const others = seen.others.filter(path => !unread.has(path));
  await sort(others, await lookAt(place.folder, others, careful), false);
  await sort([...unread], await lookBelow(place.folder, [...unread], true), false);
  await sort(present, await lookAt(place.folder, present, careful), true);
  const paths = ahead.map(([path]) => path);
  await sort(paths, await lookBelow(place.folder, paths, careful), true);
  signal?.throwIfAborted();
  update.remove.push(...gone);
  // git lists no pipes: one that stands in the place of a file, or was met before, is looked for.
  const elsewhere = [...gone, ...noted.map(each => each.path).filter(path => !known.has(path) && !removed.has(path))];
  const looks = await lookBelow(place.folder, elsewhere, false);
  for (const [at, look] of looks.entries())
    if (look.type === 'special') update.notHeld.push({ path: elsewhere[at] ?? '', why: 'special', bytes: 0 });
  return update;
}

/** The folders above the paths that are empty now. */
export async function findEmptied(folder: string, removed: readonly string[]): Promise<string[]> {
  const candidates = [...new Set(removed.flatMap(above))];
  const empty = await Promise.all(candidates.map(path => isEmptyFolder(folder, path)));
  return candidates.filter((_, at) => empty[at]);
}
