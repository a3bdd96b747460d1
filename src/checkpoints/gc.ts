import { remove } from '../effects/files.ts';
import type { GitProgram } from '../effects/git/program.ts';
import { GitProblem, type GitStore, gitStoreAt, sizeOf } from '../effects/snapshots/gitStore.ts';
import { copyIndex, sweepIndexes } from '../effects/snapshots/indexes.ts';
import { tryLock } from '../effects/snapshots/lock.ts';
import { packLock } from '../effects/snapshots/pack.ts';
import type { Manifest } from '../protocol/checkpoint.ts';
import { explain } from './failing.ts';

export { listStores, type StoreEntry, sizeOf, storePath } from '../effects/snapshots/gitStore.ts';

export interface CollectOptions {
  /** The store's folder, as `listStores` names it. */
  store: string;
  program: GitProgram;
  /** The manifests that journals still name, those of live runs included. */
  keep: readonly Manifest[];
  /** Objects that were written within this time stay whatever names them: a run may be about to. Default: an hour. */
  minAgeMs?: number;
  signal?: AbortSignal;
}

export interface Collected {
  bytesBefore: number;
  bytesAfter: number;
  /** How many different trees are kept. */
  trees: number;
  /** Trees that a manifest names and the store has not. */
  missing: number;
}

const refs = 'refs/gatehouse/keep/';
const hourMs = 60 * 60_000;

/**
 * Drops what no manifest to keep needs, and packs the rest. Index files of runs in progress are kept whole. null where
 * another process packs or collects at the moment. Rejects with `checkpoint.failed` or `checkpoint.full`.
 */
export async function collectGarbage(options: CollectOptions): Promise<Collected | null> {
  const { store, program } = options;
  const git = gitStoreAt(store, program);
  try {
    const unlock = await tryLock(packLock(store));
    if (unlock === null) return null;
    const bytesBefore = await sizeOf(store);
    let counts: Awaited<ReturnType<typeof collect>>;
    try {
      counts = await collect(git, options);
    } finally {
      await unlock();
    }
    return { bytesBefore, bytesAfter: await sizeOf(store), ...counts };
  } catch (error) {
    throw await explain(store, error);
  }
}

async function collect(
  git: GitStore,
  { keep, minAgeMs = hourMs, signal }: CollectOptions,
): Promise<Pick<Collected, 'trees' | 'missing'>> {
  const named = new Set<string>(keep.flatMap(manifest => manifest.parts.map(part => part.tree)));
  const here = await existing(git, [...named], signal);
  const trees = new Set([...here, ...(await treesOfIndexes(git, signal))]);
  await pointAt(git, trees, signal);
  const since = new Date(Date.now() - minAgeMs).toISOString();
  await git.run(['repack', '-A', '-d', '-q', `--unpack-unreachable=${since}`], { signal });
  await git.run(['prune', `--expire=${since}`], { signal });
  await git.run(['pack-refs', '--all', '--prune'], { signal });
  return { trees: trees.size, missing: named.size - here.length };
}

/** Deletes a store for good. False where a run that is in progress writes to it. */
export async function purge(store: string): Promise<boolean> {
  if ((await sweepIndexes(store)).files.some(file => file.live)) return false;
  await remove(store);
  return true;
}

async function existing(git: GitStore, ids: readonly string[], signal?: AbortSignal): Promise<string[]> {
  const input = Buffer.from(ids.map(id => `${id}\n`).join(''));
  const { stdout } = await git.run(['cat-file', '--batch-check'], { input, signal });
  const found = stdout
    .toString('latin1')
    .split('\n')
    .filter(line => line.split(' ')[1] === 'tree');
  return found.map(line => line.slice(0, line.indexOf(' ')));
}

/** An index names objects without their being read again, so they must stay as long as it does. */
async function treesOfIndexes(git: GitStore, signal?: AbortSignal): Promise<string[]> {
  const trees: string[] = [];
  for (const { path, live } of (await sweepIndexes(git.path)).files) {
    // git locks what it reads here, and the run that it belongs to must not find a lock.
    const copy = await copyIndex(path, git.path);
    try {
      const { stdout } = await git.run(['write-tree'], { index: copy, folder: git.path, signal });
      trees.push(stdout.toString('latin1').trim());
    } catch (error) {
      if (!(error instanceof GitProblem)) throw error;
      // It names what is no longer there: the next run does better to begin anew.
      if (!live) await remove(path);
    } finally {
      await remove(copy);
    }
  }
  return trees;
}

async function pointAt(git: GitStore, trees: ReadonlySet<string>, signal?: AbortSignal): Promise<void> {
  const { stdout } = await git.run(['for-each-ref', '--format=%(refname)', refs], { signal });
  const old = stdout
    .toString('latin1')
    .split('\n')
    .filter(name => name.startsWith(refs));
  const lines = [
    ...old.filter(name => !trees.has(name.slice(refs.length))).map(name => `delete ${name}\n`),
    ...[...trees].filter(tree => !old.includes(refs + tree)).map(tree => `create ${refs}${tree} ${tree}\n`),
  ];
  await git.run(['update-ref', '--stdin'], { input: Buffer.from(lines.join('')), signal });
}
