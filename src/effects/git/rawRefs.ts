import { existsSync, readdirSync } from 'node:fs';
import { lstat, open, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { errnoOf } from '../errno.ts';
import { type Folder, openParent } from '../folder.ts';
import { isHash, isRefName, noteChange, packedRefs } from './refs.ts';
import { type Repository, smallText } from './repository.ts';

/** What stands for a ref that is no file which we read, such as a link. */
const unreadable = '?';
const maxRefs = 50_000;
/** git holds a lock for an instant; one that is older than this was left behind. In ms. */
const lockMs = 1_000;
const packedLines = /^[0-9a-f]{40,64} (refs\/.+)$/;

/**
 * Each ref as its own file or the packed ones have it: a hash, or `ref: …` of a symbolic one. A link is a ref of its own
 * and not followed. null where there are too many.
 */
export function rawRefs(repository: Repository): Map<string, string> | null {
  const refs = packedRefs(repository);
  const folders = ['refs'];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (refs.size > maxRefs) return null;
    for (const entry of entries(join(repository.commonDir, folder))) {
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(name);
      else if (isRefName(name)) refs.set(name, looseText(repository, name) ?? unreadable);
    }
  }
  return refs;
}

/**
 * Puts the ref back to `to` (null: it goes) if it is `from` now, by git's own locks and without git. What stands in the
 * way of its file, which the command put there, goes too. Resolves with whether it was done.
 */
export async function putRefBack(
  repository: Repository,
  ref: string,
  from: string | null,
  to: string | null,
): Promise<boolean> {
  if (!isRefName(ref) || to === unreadable) return false;
  const folder = await openParent(join(repository.commonDir, ref)).catch(() => null);
  if (folder === null) return false;
  const name = ref.slice(ref.lastIndexOf('/') + 1);
  try {
    const done = await locked(folder, name, async lock => {
      const isOther = rawRef(repository, ref) !== from;
      if (isOther || (to === null && !(await unpack(repository, ref)))) return false;
      const isFolder = (await lstat(folder.at(name)).catch(() => null))?.isDirectory() === true;
      if (to === null || isFolder) await rm(folder.at(name), { recursive: true, force: true });
      if (to !== null) await lock(`${to}\n`);
      return true;
    });
    if (done) await note(repository, ref, from, to);
    return done;
  } catch {
    return false;
  } finally {
    await folder.close();
  }
}

/** HEAD as it is written; null where it cannot be read. */
export function rawHead(repository: Repository): string | null {
  return smallText(join(repository.gitDir, 'HEAD'))?.trim() ?? null;
}

/** As `putRefBack`, for HEAD. */
export async function putHeadBack(repository: Repository, from: string, to: string): Promise<boolean> {
  const folder = await openParent(join(repository.gitDir, 'HEAD')).catch(() => null);
  if (folder === null) return false;
  try {
    return await locked(folder, 'HEAD', async lock => {
      if (rawHead(repository) !== from) return false;
      await lock(`${to}\n`);
      return true;
    });
  } catch {
    return false;
  } finally {
    await folder.close();
  }
}

function rawRef(repository: Repository, ref: string): string | null {
  const parent = ref.slice(0, ref.lastIndexOf('/'));
  const name = ref.slice(parent.length + 1);
  const entry = entries(join(repository.commonDir, parent)).find(each => each.name === name);
  if (entry === undefined || entry.isDirectory()) return packedRefs(repository).get(ref) ?? null;
  return looseText(repository, ref) ?? unreadable;
}

function looseText(repository: Repository, ref: string): string | null {
  return smallText(join(repository.commonDir, ref))?.trim() ?? null;
}

/** Takes the ref out of the packed ones. Resolves with false where they cannot be written. */
async function unpack(repository: Repository, ref: string): Promise<boolean> {
  if (!packedRefs(repository).has(ref)) return true;
  const path = join(repository.commonDir, 'packed-refs');
  const folder = await openParent(path);
  try {
    return await locked(folder, 'packed-refs', async lock => {
      const kept: string[] = [];
      let dropped = false;
      for (const line of (smallText(path, Number.MAX_SAFE_INTEGER) ?? '').split('\n')) {
        // What a tag stands for is on the line after it.
        dropped = line.startsWith('^') ? dropped : packedLines.exec(line)?.[1] === ref;
        if (!dropped) kept.push(line);
      }
      await lock(kept.join('\n'));
      return true;
    });
  } finally {
    await folder.close();
  }
}

/** Holds git's lock on the file while `work` is done; what is given to `write` becomes the file. */
async function locked(
  folder: Folder,
  name: string,
  work: (write: (text: string) => Promise<void>) => Promise<boolean>,
): Promise<boolean> {
  const path = folder.at(`${name}.lock`);
  const lock = await openLock(path);
  let moved = false;
  try {
    return await work(async text => {
      await lock.writeFile(text);
      await lock.sync();
      await folder.check();
      await rename(path, folder.at(name));
      moved = true;
    });
  } finally {
    await lock.close();
    if (!moved) await unlink(path).catch(() => undefined);
  }
}

/** Waits for another's lock, and takes over one that is left: nothing of the command is alive to take it away. */
async function openLock(path: string) {
  const until = performance.now() + lockMs;
  for (;;) {
    try {
      return await open(path, 'wx', 0o644);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if (performance.now() > until) await rm(path, { recursive: true, force: true });
      else await wait(20);
    }
  }
}

async function note(repository: Repository, ref: string, from: string | null, to: string | null): Promise<void> {
  if (to === null) {
    // A log without its ref would stand in the way of refs below that name.
    const log = join(repository.commonDir, 'logs', ref);
    if (!existsSync(log)) return;
    const folder = await openParent(log).catch(() => null);
    await unlink(folder?.at(log.slice(log.lastIndexOf('/') + 1)) ?? '').catch(() => undefined);
    await folder?.close();
  } else if (isHash(to) && (from === null || isHash(from))) {
    await noteChange(repository, { ref, from, to, why: 'gatehouse: put back', who: 'gatehouse <>' });
  }
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
