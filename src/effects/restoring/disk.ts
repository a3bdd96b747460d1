import { constants } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, rename, symlink, unlink } from 'node:fs/promises';
import type { Content, Disk, Replaced, Standing } from '../../ports/disk.ts';
import { RawPath } from '../../protocol/checkpoint.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { errnoOf } from '../errno.ts';
import { bytesAt, lookAt, statOf } from './look.ts';
import { changed, openParent, type Parent, removeEmpty, writable } from './pinned.ts';

/**
 * The files below `root` (absolute, real). `name` is a part of the names of temporary files: a restore that was killed
 * leaves at most one, and `sweep` under the same name removes it. No checkpoint knows who may read a file: one that is
 * `hidden` is its owner's alone where it is made anew.
 */
export function openDisk(root: string, name: string, hidden: (path: RawPath) => boolean = () => false): Disk {
  const temporary = `.gatehouse-${name}.tmp`;

  async function inParent<T>(path: RawPath, otherwise: T, act: (parent: Parent) => Promise<T>): Promise<T> {
    const parent = await openParent(root, path);
    if (parent === null) return otherwise;
    try {
      return await act(parent);
    } finally {
      await parent.close();
    }
  }

  return {
    look: path =>
      inParent<Standing | null>(path, null, ({ entry }) => lookAt(entry)).catch(error => {
        // What may not be read is held by no checkpoint either.
        if (['EACCES', 'EPERM'].includes(errnoOf(error) ?? '')) return { type: 'special' };
        throw error;
      }),
    read: path => inParent<Uint8Array | null>(path, null, ({ entry }) => bytesAt(entry)),
    below: path => inParent<RawPath[]>(path, [], ({ entry }) => leaves(entry, path)),
    put: (path, to, found) =>
      telling(path, () => put(root, path, hidden(path) ? { hidden: true, ...to } : to, found, temporary)),
    remove: (path, found) =>
      telling(path, () =>
        inParent<Replaced | null>(path, null, async ({ entry }) => {
          const mode = await checked(entry, path, found);
          await writable(entry, () => unlink(entry));
          return { mode, folders: [] };
        }).then(done => done ?? Promise.reject(changed(path))),
      ),
    makeFolder: (path, mode) => telling(path, () => makeFolder(root, path, mode)),
    removeFolder: path => telling(path, () => inParent<number | null>(path, null, ({ entry }) => removeEmpty(entry))),
    async sync(paths) {
      const inFolders = new Map(paths.flatMap(entriesAbove));
      for (const path of inFolders.values()) await inParent(path, undefined, ({ folder }) => syncFolder(folder));
    },
    async sweep(paths) {
      for (const path of paths)
        await inParent(path, undefined, async ({ beside }) => {
          const stray = beside(temporary);
          await writable(stray, () => unlink(stray)).catch(() => undefined);
        });
    },
  };
}

/** The path and the folders above it, each by the folder that it lies in: any of them may have come or gone. */
function entriesAbove(path: RawPath): [folder: string, entry: RawPath][] {
  const parts = path.split('/');
  return parts.map((_, at) => [parts.slice(0, at).join('/'), RawPath.parse(parts.slice(0, at + 1).join('/'))]);
}

/** The system's refusals as `restore.failed`. Nothing was changed by the call that fails. */
async function telling<T>(path: RawPath, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof GatehouseError) throw error;
    const problem = errnoOf(error) ?? 'error';
    const shown = Buffer.from(path, 'latin1').toString('utf8');
    throw new GatehouseError(failures.restoreFailed({ path: shown, problem, rolledBack: true }), error);
  }
}

/** The mode of what stands there, if it is what was found; null where nothing is or it is a link. */
async function checked(entry: Buffer, path: RawPath, found: Standing | null): Promise<number | null> {
  const now = await lookAt(entry);
  const same =
    now === null || found === null
      ? now === found
      : now.type === found.type && (!('id' in now) || !('id' in found) || now.id === found.id);
  if (!same) throw changed(path);
  const stats = await statOf(entry);
  return stats?.isFile() === true ? stats.mode & 0o7777 : null;
}

async function put(
  root: string,
  path: RawPath,
  to: Content & { hidden?: boolean },
  found: Standing | null,
  temporary: string,
): Promise<Replaced> {
  const parent = await openParent(root, path, true);
  if (parent === null) throw changed(path);
  const draft = parent.beside(temporary);
  try {
    const mode = await writable(parent.entry, async () => {
      const before = await checked(parent.entry, path, found);
      await writeDraft(draft, to, before);
      // What stands there is looked at once more: writing a large file takes a while.
      await checked(parent.entry, path, found);
      await rename(draft, parent.entry);
      return before;
    });
    return { mode, folders: parent.made };
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    await parent.close();
    for (const folder of parent.made.toReversed()) await discard(root, folder);
    throw error;
  } finally {
    await parent.close().catch(() => undefined);
  }
}

async function writeDraft(draft: Buffer, to: Content & { hidden?: boolean }, before: number | null): Promise<void> {
  await unlink(draft).catch(() => undefined);
  if (to.type === 'link') return symlink(Buffer.from(to.bytes), draft);
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  const kept = to.mode ?? (before === null ? null : withExecute(before, to.type === 'executable'));
  const fresh = (to.type === 'executable' ? 0o777 : 0o666) & (to.hidden === true ? 0o700 : 0o777);
  const handle = await open(draft, flags, kept !== null ? 0o600 : fresh);
  try {
    await handle.writeFile(to.bytes);
    if (kept !== null) await handle.chmod(kept);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whoever may read may also execute it, or nobody. */
function withExecute(mode: number, executable: boolean): number {
  if (!executable) return mode & ~0o111;
  return (mode & 0o100) === 0 ? mode | ((mode & 0o444) >> 2) : mode;
}

async function makeFolder(root: string, path: RawPath, mode?: number): Promise<Replaced> {
  const parent = await openParent(root, path, true);
  if (parent === null) throw changed(path);
  try {
    const found = await statOf(parent.entry);
    if (found?.isDirectory() === true) return { mode: null, folders: parent.made };
    if (found !== null) throw changed(path);
    await writable(parent.entry, () => mkdir(parent.entry));
    if (mode !== undefined) await chmod(parent.entry, mode);
    return { mode: null, folders: [...parent.made, path] };
  } finally {
    await parent.close();
  }
}

async function discard(root: string, folder: RawPath): Promise<void> {
  const parent = await openParent(root, folder).catch(() => null);
  if (parent === null) return;
  await removeEmpty(parent.entry).catch(() => undefined);
  await parent.close();
}

/** A link that is swapped in for the folder meanwhile is listed at worst, never acted on. */
async function leaves(entry: Buffer, path: RawPath): Promise<RawPath[]> {
  const found: RawPath[] = [];
  for (const name of await readdir(entry, { encoding: 'buffer' })) {
    const inner = Buffer.concat([entry, Buffer.from('/'), name]);
    const below = RawPath.parse(`${path}/${name.toString('latin1')}`);
    const stats = await lstat(inner).catch(() => null);
    const held = stats?.isDirectory() === true ? await leaves(inner, below).catch(() => []) : [];
    found.push(...(held.length > 0 ? held : [below]));
  }
  return found;
}

/** Not every file system lets a folder be synced; the rename stands without it. */
async function syncFolder(folder: Buffer): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
