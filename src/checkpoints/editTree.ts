import type { Objects, TreeEntry } from '../effects/snapshots/objects.ts';

/** What is to stand at a path; null: nothing. */
export type Edit = { mode: '100644' | '100755'; id: string } | null;

export interface Edited {
  tree: string;
  /** How many more files it holds than before. */
  added: number;
}

const treeMode = '40000';

/**
 * The tree with some paths changed, without an index. null where it cannot tell what should become of other files: a
 * file takes the place of a folder that still holds some, or the other way round, or an object is missing.
 */
export async function editTree(
  objects: Objects,
  root: string,
  edits: ReadonlyMap<string, Edit>,
): Promise<Edited | null> {
  const edited = await editFolder(objects, root, [...edits]);
  if (edited === null) return null;
  return { tree: edited.tree ?? (await objects.writeTree([])), added: edited.added };
}

/** `tree` is null where nothing is left. */
async function editFolder(
  objects: Objects,
  tree: string | null,
  edits: readonly (readonly [path: string, edit: Edit])[],
): Promise<{ tree: string | null; added: number } | null> {
  const old = tree === null ? [] : await objects.readTree(tree);
  if (old === null) return null;
  const entries = new Map(old.map(entry => [entry.name, entry]));
  let added = 0;
  const groups = await Promise.all(
    [...groupByName(edits)].map(async ([name, { here, below }]) => {
      const was = entries.get(name);
      const folder = was?.mode === treeMode ? was.id : null;
      const inTheWay = was !== undefined && was.mode !== treeMode && here === undefined;
      const edited =
        below.length === 0 || inTheWay ? { tree: folder, added: 0 } : await editFolder(objects, folder, below);
      return { name, here, below, was, inTheWay, edited };
    }),
  );
  for (const { name, here, below, was, inTheWay, edited } of groups) {
    if (edited === null || (inTheWay && below.some(([, edit]) => edit !== null))) return null;
    if (inTheWay) continue;
    const folder = edited.tree;
    added += edited.added;
    if (here !== undefined && here !== null && folder !== null) return null;
    const fileBefore = was !== undefined && was.mode !== treeMode;
    const next: TreeEntry | null =
      folder !== null ? { mode: treeMode, name, id: folder } : here ? { name, ...here } : null;
    if (next === null) entries.delete(name);
    else entries.set(name, next);
    added += Number(here !== undefined && here !== null) - Number(fileBefore);
  }
  const now = [...entries.values()];
  if (tree !== null && now.length === old.length && old.every(each => same(each, entries.get(each.name))))
    return { tree, added };
  return { tree: now.length === 0 ? null : await objects.writeTree(now), added };
}

function same(a: TreeEntry, b: TreeEntry | undefined): boolean {
  return b !== undefined && a.mode === b.mode && a.id === b.id;
}

interface Group {
  here?: Edit;
  below: (readonly [string, Edit])[];
}

function groupByName(edits: readonly (readonly [string, Edit])[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const [path, edit] of edits) {
    const slash = path.indexOf('/');
    const name = slash === -1 ? path : path.slice(0, slash);
    const group = groups.get(name) ?? { below: [] };
    if (slash === -1) group.here = edit;
    else group.below.push([path.slice(slash + 1), edit]);
    groups.set(name, group);
  }
  return groups;
}

/** Whether a tree holds a file or link at the path; null where it holds a folder there, or cannot be read. */
export async function holds(objects: Objects, root: string, path: string): Promise<boolean | null> {
  let tree = root;
  const names = path.split('/');
  for (const [at, name] of names.entries()) {
    const found = (await objects.readTree(tree))?.find(entry => entry.name === name);
    if (found === undefined) return false;
    if (found.mode !== treeMode) return at === names.length - 1;
    tree = found.id;
  }
  return null;
}
