import { createHash, randomUUID } from 'node:crypto';
import { copyFile, link, lstat, mkdir, open, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isOwned, writeOwner } from './lock.ts';

/** The folder of index files of runs that have ended; the next run begins with those. */
const last = 'last';
const owner = 'owner';

/** Index files of one run, one for each folder that is held as a repository of its own. */
export interface Indexes {
  /** The path of the index for an absolute folder, begun with the newest one that any run left. */
  prepare(folder: string): Promise<string>;
  /** A file beside the index with these ignore rules. */
  rules(index: string, text: string): Promise<string>;
  /** Removes what a git that was killed has left. */
  unlock(index: string): Promise<void>;
  /** Removes it; this run begins it with nothing. */
  forget(index: string): Promise<void>;
  /** Leaves the index files to the next run. */
  close(): Promise<void>;
}

export async function openIndexes(store: string, run: string): Promise<Indexes> {
  const all = join(store, 'indexes');
  const own = join(all, createHash('sha256').update(run).digest('hex').slice(0, 16));
  await mkdir(own, { recursive: true, mode: 0o700 });
  await writeOwner(join(own, owner));
  const forgotten = new Set<string>();

  return {
    async prepare(folder) {
      const key = createHash('sha256').update(folder).digest('hex').slice(0, 16);
      const path = join(own, key);
      if (!forgotten.has(path) && (await modified(path)) === null) await begin(all, key, path);
      return path;
    },
    async rules(index, text) {
      await writeFile(`${index}.rules`, text, { mode: 0o600 });
      return `${index}.rules`;
    },
    unlock: index => rm(`${index}.lock`, { force: true }),
    async forget(index) {
      forgotten.add(index);
      await rm(index, { force: true });
    },
    async close() {
      try {
        await mkdir(join(all, last), { recursive: true, mode: 0o700 });
        for (const name of await readdir(own))
          if (/^[0-9a-f]{16}$/.test(name)) await rename(join(own, name), join(all, last, name));
        await rm(own, { recursive: true, force: true });
      } catch {
        // The next run finds them where they are, and collecting removes what is left.
      }
    },
  };
}

async function modified(path: string): Promise<number | null> {
  return lstat(path).then(
    stats => stats.mtimeMs,
    () => null,
  );
}

async function begin(all: string, key: string, path: string): Promise<void> {
  let newest: { path: string; at: number } | null = null;
  for (const name of await readdir(all)) {
    const at = await modified(join(all, name, key));
    if (at !== null && (newest === null || at > newest.at)) newest = { path: join(all, name, key), at };
  }
  if (newest === null) return;
  // git replaces an index and never writes into it, so two names may share one. Its time must stay the same or earlier:
  // by it git knows which files may have changed unseen.
  await link(newest.path, path).catch(async () => {
    await copyFile(newest.path, path);
    await utimes(path, newest.at / 1000 - 1, newest.at / 1000 - 1);
  });
}

/** How many files an index names; 0 where there is none. The format has the number in its bytes 8 to 11. */
export async function countEntries(index: string): Promise<number> {
  const handle = await open(index, 'r').catch(() => null);
  if (handle === null) return 0;
  try {
    const head = Buffer.alloc(12);
    const { bytesRead } = await handle.read(head, 0, 12, 0);
    return bytesRead === 12 ? head.readUInt32BE(8) : 0;
  } finally {
    await handle.close();
  }
}

/** All index files of a store. Those of runs whose process has died are removed first. */
export async function sweepIndexes(store: string): Promise<{ files: { path: string; live: boolean }[] }> {
  const all = join(store, 'indexes');
  const files: { path: string; live: boolean }[] = [];
  for (const name of await readdir(all).catch(() => [])) {
    const folder = join(all, name);
    const live = name !== last && (await isOwned(join(folder, owner)));
    if (name === last || live) {
      for (const file of await readdir(folder).catch(() => []))
        if (/^[0-9a-f]{16}$/.test(file)) files.push({ path: join(folder, file), live });
    } else await rm(folder, { recursive: true, force: true });
  }
  return { files };
}

/** A copy in the folder `to`, which is the caller's to remove. */
export async function copyIndex(index: string, to: string): Promise<string> {
  const copy = join(to, `.index-${randomUUID()}`);
  await copyFile(index, copy);
  return copy;
}
