import type { GitStore } from '../effects/snapshots/gitStore.ts';
import type { Indexes } from '../effects/snapshots/indexes.ts';
import type { Objects } from '../effects/snapshots/objects.ts';
import type { NotHeld } from '../protocol/checkpoint.ts';
import type { Edit } from './editTree.ts';
import { textOf } from './records.ts';

export interface Limits {
  /** Files above this many bytes are noted and not held. */
  fileBytes: number;
  /** More files than this are too many for a snapshot. */
  files: number;
}

/** What the parts of one workspace share. */
export interface Workshop {
  git: GitStore;
  indexes: Indexes;
  objects: Objects;
  /** Real path of the workspace. */
  root: string;
  /** Ignore rules that hold beside the `.gitignore` files of a part. */
  rulesOf(part: string): string;
  limits: Limits;
}

/** A file as it was held without the index; null: a path that was taken out. */
export type Hashed = { stamp: string; settled: boolean; edit: NonNullable<Edit> } | null;

type Missing = Omit<NotHeld, 'path'> & { path: string };

/** The workspace or a repository in it, as it was last seen. Paths are relative to it. */
export interface PartState {
  /** Relative to the workspace; '' is the workspace itself. */
  path: string;
  /** null where the index may have gone on without a tree. */
  tree: string | null;
  files: number;
  emptyFolders: readonly string[];
  notHeld: readonly Missing[];
  /** Repositories directly in it, which are parts of their own. */
  nested: readonly string[];
  /** What the tree has otherwise than the index. These paths are looked at each time. */
  ahead: ReadonlyMap<string, Hashed>;
  /** Whether there are folders that only a second listing tells apart, so that both are made at once. */
  wide: boolean;
}

/** A part that git can be started for. */
export interface Place {
  path: string;
  folder: string;
  index: string;
  /** The beginning of a call that lists what is not in the index and not ignored. */
  listing: readonly string[];
}

/** null where the path of the part is no text, which no process can be given. */
export async function openPlace(shop: Workshop, path: string): Promise<Place | null> {
  const text = textOf(path);
  if (text === null) return null;
  const folder = path === '' ? shop.root : `${shop.root}/${text}`;
  const index = await shop.indexes.prepare(folder);
  const rules = shop.rulesOf(text);
  const more = rules === '' ? [] : [`--exclude-from=${await shop.indexes.rules(index, rules)}`];
  return { path, folder, index, listing: ['ls-files', '-z', '-o', '--exclude-per-directory=.gitignore', ...more] };
}

/** Runs calls side by side; once one fails the others are ended, and it rejects when none is left. */
export async function together<T extends readonly unknown[]>(
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => { [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const all = work(both);
  try {
    return await Promise.all(all);
  } catch (error) {
    stop.abort();
    await Promise.allSettled(all);
    throw error;
  }
}
