import { constants, existsSync } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { errnoOf } from './errno.ts';

/** Linux: names a folder without a right to list it. Node has no constant for it. */
const O_PATH = 0x20_0000;
const pinned = O_PATH | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** A folder that stays the same one, whatever happens to the path that led to it. */
export interface Folder {
  /** A path to the entry `name` for the file functions of Node. */
  at(name: string): string;
  /** Rejects with `file.changed` where the folder is no longer reached by its path without links. */
  check(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Walks to the folder of `path` (absolute, real) and creates what is missing of it. Rejects with `file.changed` where a
 * link stands in the way. On Linux each step is taken from the folder before, so no link can be swapped in meanwhile;
 * elsewhere the real path is compared, here and by `check`.
 */
export function openParent(path: string): Promise<Folder> {
  return existsSync('/proc/self/fd') ? pinParent(path) : compareParent(path);
}

/** `openParent` on Linux. */
export async function pinParent(path: string): Promise<Folder> {
  let current = await open('/', pinned);
  try {
    for (const part of dirname(path).split(sep).filter(Boolean)) {
      const next = await step(below(current, part), path);
      await current.close();
      current = next;
    }
  } catch (error) {
    await current.close();
    throw error;
  }
  return {
    at: name => below(current, name),
    check: () => Promise.resolve(),
    sync: () => syncFolder(`/proc/self/fd/${current.fd}/.`),
    close: () => current.close(),
  };
}

async function step(here: string, path: string): Promise<FileHandle> {
  try {
    return await open(here, pinned);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw await blocked(here, path, error);
  }
  try {
    await mkdir(here);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw await blocked(here, path, error);
  }
  return open(here, pinned).catch(async error => Promise.reject(await blocked(here, path, error)));
}

async function blocked(here: string, path: string, error: unknown): Promise<GatehouseError> {
  const link = await lstat(here).then(
    stats => stats.isSymbolicLink(),
    () => false,
  );
  if (link) return new GatehouseError(failures.fileChanged({ path }));
  return new GatehouseError(failures.fileUnwritable({ path, problem: errnoOf(error) ?? 'error' }), error);
}

/** `openParent` elsewhere. */
export async function compareParent(path: string): Promise<Folder> {
  const parent = dirname(path);
  const check = async () => {
    if ((await deepestReal(parent)) !== parent) throw new GatehouseError(failures.fileChanged({ path }));
  };
  await check();
  await mkdir(parent, { recursive: true }).catch(async error => Promise.reject(await blocked(parent, path, error)));
  await check();
  return { at: name => join(parent, name), check, sync: () => syncFolder(parent), close: () => Promise.resolve() };
}

async function deepestReal(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (errnoOf(error) !== 'ENOENT' || parent === path) return '';
    return join(await deepestReal(parent), path.slice(parent.length));
  }
}

function below(folder: FileHandle, name: string): string {
  return `/proc/self/fd/${folder.fd}/${name}`;
}

/** Not every file system lets a folder be synced; the rename stands without it. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY).catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
