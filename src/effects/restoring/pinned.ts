import { constants, existsSync } from 'node:fs';
import { chmod, type FileHandle, lstat, mkdir, open, readdir, realpath, rmdir } from 'node:fs/promises';
import { sep } from 'node:path';
import { RawPath } from '../../protocol/checkpoint.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { errnoOf, isMissing } from '../errno.ts';

/** Linux: names a folder without a right to list it. Node has no constant for it. */
const O_PATH = 0x20_0000;
const pinned = O_PATH | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
const canPin = existsSync('/proc/self/fd');

/** The folder that holds a path, for as long as it is open the same one. Names are bytes, one a character. */
export interface Parent {
  /** The path's own entry, for Node's file functions. */
  entry: Buffer;
  /** Another entry beside it. */
  beside: (name: string) => Buffer;
  /** The folder itself. */
  folder: Buffer;
  /** Those that had to be made on the way, the outer first. */
  made: RawPath[];
  close: () => Promise<void>;
}

/**
 * Walks from the root to the folder of `path` without following a link. null where one of the folders is missing, a link
 * or a file; with `make`, missing ones are made, and what is no folder rejects with `restore.changed`.
 */
export async function openParent(root: string, path: RawPath, make = false): Promise<Parent | null> {
  const parts = path.split('/');
  // No checkpoint has such a path, and none of ours may lead out or into what belongs to git.
  if (parts.some(part => ['', '.', '..', '.git'].includes(part.toLowerCase()))) throw changed(path);
  const name = parts.pop() ?? '';
  const made: RawPath[] = [];
  const walked = canPin ? await pin(root, parts, make, made, path) : await compare(root, parts, make, made, path);
  if (walked === null) return null;
  const at = (entry: string): Buffer => Buffer.concat([walked.folder, Buffer.from(`/${entry}`, 'latin1')]);
  return { entry: at(name), beside: at, folder: at('.'), made, close: walked.close };
}

interface Walked {
  folder: Buffer;
  close: () => Promise<void>;
}

async function pin(
  root: string,
  parts: readonly string[],
  make: boolean,
  made: RawPath[],
  path: RawPath,
): Promise<Walked | null> {
  let current = await open(root, pinned);
  try {
    for (const [index, part] of parts.entries()) {
      const here = Buffer.concat([Buffer.from(`/proc/self/fd/${current.fd}/`), Buffer.from(part, 'latin1')]);
      const next = await step(here, make, path, () => {
        made.push(RawPath.parse(parts.slice(0, index + 1).join('/')));
      });
      await current.close();
      if (next === null) return null;
      current = next;
    }
  } catch (error) {
    await current.close().catch(() => undefined);
    throw error;
  }
  return { folder: Buffer.from(`/proc/self/fd/${current.fd}`), close: () => current.close() };
}

async function step(here: Buffer, make: boolean, path: RawPath, onMade: () => void): Promise<FileHandle | null> {
  try {
    return await open(here, pinned);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOTDIR' || code === 'ELOOP') {
      if (make) throw changed(path);
      return null;
    }
    if (code !== 'ENOENT') throw error;
    if (!make) return null;
  }
  await writable(here, () => mkdir(here)).then(onMade, error => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
  return open(here, pinned);
}

/** Where folders cannot be pinned: what the path leads to is compared. */
async function compare(
  root: string,
  parts: readonly string[],
  make: boolean,
  made: RawPath[],
  path: RawPath,
): Promise<Walked | null> {
  let folder = Buffer.from(root);
  for (const [index, part] of parts.entries()) {
    folder = Buffer.concat([folder, Buffer.from(sep), Buffer.from(part, 'latin1')]);
    const found = await lstat(folder).catch(error => (isMissing(error) ? null : Promise.reject(error)));
    if (found === null && make) {
      await mkdir(folder);
      made.push(RawPath.parse(parts.slice(0, index + 1).join('/')));
    } else if (found?.isDirectory() !== true) {
      if (make) throw changed(path);
      return null;
    }
  }
  if (!(await realpath(folder, { encoding: 'buffer' })).equals(folder)) throw changed(path);
  return { folder, close: () => Promise.resolve() };
}

/**
 * Does something in the folder of `entry`, and lends the folder its owner's right to write where it was taken away:
 * what a checkpoint holds there is the person's as well.
 */
export async function writable<T>(entry: Buffer, act: () => Promise<T>): Promise<T> {
  const folder = Buffer.concat([entry.subarray(0, entry.lastIndexOf('/')), Buffer.from('/.')]);
  const { mode } = await lstat(folder);
  if ((mode & 0o300) === 0o300) return act();
  await chmod(folder, (mode & 0o7777) | 0o300);
  try {
    return await act();
  } finally {
    await chmod(folder, mode & 0o7777);
  }
}

/** Removes a folder where it is empty, and tells its mode; null where it is not, or no folder is there. */
export async function removeEmpty(entry: Buffer): Promise<number | null> {
  const found = await lstat(entry).catch(error => (isMissing(error) ? null : Promise.reject(error)));
  if (found?.isDirectory() !== true) return null;
  if ((await readdir(entry, { encoding: 'buffer' }).catch(() => [entry])).length > 0) return null;
  try {
    await writable(entry, () => rmdir(entry));
    return found.mode & 0o7777;
  } catch (error) {
    const code = errnoOf(error);
    // Filled or removed meanwhile; or it cannot go, as where something is mounted.
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT' || code === 'EBUSY') return null;
    throw error;
  }
}

export function changed(path: RawPath): GatehouseError {
  return new GatehouseError(failures.restoreChanged({ path: Buffer.from(path, 'latin1').toString('utf8') }));
}
