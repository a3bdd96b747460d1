import { isEmptyFolder, lookAt, lookBelow } from '../effects/snapshots/look.ts';
import { holds } from './editTree.ts';
import { openPlace, type PartState, type Place, type Workshop } from './part.ts';
import { holdQuickly } from './quick.ts';
import { above, byBytes, splitRecords, textOf } from './records.ts';
import { findEmptied } from './scan.ts';
import { sortInto, type Update } from './update.ts';

/** So many paths are looked at singly; with more a scan is as good. */
const maxPaths = 1_000;

/**
 * The parts with only these paths (relative to the workspace) looked at anew. null where that cannot tell the whole:
 * a path is a folder, is no text, or leads into a repository that is not known yet.
 */
export async function touchParts(
  shop: Workshop,
  parts: readonly PartState[],
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<PartState[] | null> {
  if (paths.length > maxPaths) return null;
  const nearest = parts.toSorted((a, b) => b.path.length - a.path.length);
  const inParts = new Map<PartState, Set<string>>();
  for (const path of paths) {
    const part = nearest.find(each => each.path === '' || path === each.path || path.startsWith(`${each.path}/`));
    if (part === undefined || part.tree === null || path === part.path) return null;
    const below = part.path === '' ? path : path.slice(part.path.length + 1);
    if (below.split('/').includes('.git')) continue;
    inParts.set(part, (inParts.get(part) ?? new Set()).add(below));
  }
  const result: PartState[] = [];
  for (const part of parts) {
    const below = inParts.get(part);
    const state = below === undefined ? part : await touchPart(shop, part, [...below], signal);
    if (state === null) return null;
    result.push(state);
  }
  return result;
}

async function touchPart(
  shop: Workshop,
  before: PartState,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<PartState | null> {
  const place = await openPlace(shop, before.path);
  if (place === null || before.tree === null) return null;
  const update: Update = { add: new Map(), remove: [], notHeld: [] };
  const fresh: string[] = [];
  const tree = before.tree;
  const known = Promise.all(paths.map(path => holds(shop.objects, tree, path)));
  const [looks, answers, inRepository] = await Promise.all([
    lookBelow(place.folder, paths, true),
    known,
    leadsIntoRepository(place.folder, paths),
  ]);
  if (inRepository) return null;
  for (const [at, look] of looks.entries()) {
    const path = paths[at] ?? '';
    const held = answers[at];
    if (held === undefined || held === null || look.type === 'folder') return null;
    if (!held && look.type !== 'missing') fresh.push(path);
    sortInto(update, path, look, held, shop.limits.fileBytes);
  }
  const ignored = fresh.length === 0 ? new Set<string>() : await listIgnored(shop, place, fresh, signal);
  if (ignored === null) return null;
  for (const path of ignored) update.add.delete(path);
  signal?.throwIfAborted();
  const quick = await holdQuickly(shop, place, before, update);
  if (quick === null) return null;

  const looked = new Set(paths);
  const kept = before.notHeld.filter(each => !looked.has(each.path));
  // git lists no pipe, so it cannot say whether one is ignored.
  const added = update.notHeld.filter(each => !ignored.has(each.path) || each.why === 'special');
  const around = new Set(paths.flatMap(path => [path, ...above(path)]));
  const empty = new Set(before.emptyFolders.filter(path => !around.has(path)));
  for (const path of before.emptyFolders)
    if (around.has(path) && (await isEmptyFolder(place.folder, path))) empty.add(path);
  const missing = paths.filter((_, at) => looks[at]?.type === 'missing');
  for (const path of await findEmptied(place.folder, missing)) empty.add(path);
  return {
    ...before,
    ...quick,
    emptyFolders: [...empty].sort(byBytes),
    notHeld: [...kept, ...added].sort((a, b) => byBytes(a.path, b.path)),
  };
}

/** Which of these are ignored; null where git cannot be asked by name. */
async function listIgnored(
  shop: Workshop,
  place: Place,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<Set<string> | null> {
  const texts = paths.map(textOf).filter(text => text !== null);
  if (texts.length < paths.length) return null;
  // An index that is not there is an empty one: what counts here are the rules alone.
  const call = { folder: place.folder, index: `${place.index}.none`, signal };
  const answer = await shop.git.run([...place.listing, '--', ...texts], call);
  const listed = await splitRecords(answer.stdout);
  // A repository that is not known is listed as a folder.
  if (listed.some(path => path.endsWith('/'))) return null;
  const free = new Set(listed);
  return new Set(paths.filter(path => !free.has(path)));
}

async function leadsIntoRepository(folder: string, paths: readonly string[]): Promise<boolean> {
  const marks = [...new Set(paths.flatMap(above))].map(path => `${path}/.git`);
  return (await lookAt(folder, marks, false)).some(look => look.type !== 'missing');
}
