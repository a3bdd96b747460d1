import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { chmod, lstat, mkdir, open, readdir, readFile, realpath, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** The system's error code (`ENOENT`, `ENOSPC` …), or the message where there is none. */
export function errorCode(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}

/** One open file. Every method rejects with the system's error. */
export interface OpenFile {
  /** Writes all bytes at the file's end, or at `position` where one is given and the file was opened for update. */
  write(bytes: Uint8Array, position?: number): Promise<void>;
  /** Data is on disk when it resolves. */
  sync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** Absent on Windows, where opening a link for writing cannot be refused this way. */
const noFollow = constants.O_NOFOLLOW ?? 0;

/** A new file of mode 0600, open for appending; rejects with EEXIST where anything stands at the path. */
export async function createFile(path: string): Promise<OpenFile> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL | noFollow;
  return wrap(await open(path, flags, 0o600));
}

export async function openForAppend(path: string): Promise<OpenFile> {
  return wrap(await open(path, constants.O_WRONLY | constants.O_APPEND | noFollow));
}

/** For writing in place, at explicit positions. */
export async function openForUpdate(path: string): Promise<OpenFile> {
  return wrap(await open(path, constants.O_RDWR | noFollow));
}

function wrap(handle: FileHandle): OpenFile {
  return {
    async write(bytes, position) {
      let done = 0;
      while (done < bytes.length) {
        const at = position === undefined ? null : position + done;
        done += (await handle.write(bytes, done, bytes.length - done, at)).bytesWritten;
      }
    },
    sync: () => handle.datasync(),
    truncate: bytes => handle.truncate(bytes),
    size: async () => (await handle.stat()).size,
    close: () => handle.close(),
  };
}

/** Makes the names in a folder durable. Windows cannot open folders and needs no such thing. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates a folder and what is missing above it, mode 0700; one that exists stays as it is. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** Names in a folder, unsorted; none where there is no folder. */
export async function listFolder(path: string): Promise<string[]> {
  return (await orNull(readdir(path))) ?? [];
}

/** The whole file, or null where there is none. */
export async function readWhole(path: string): Promise<Uint8Array | null> {
  return orNull(readFile(path));
}

/** The file's bytes piece by piece; each piece is the caller's to keep. Rejects with ENOENT where there is no file. */
export async function* readPieces(path: string, bytes = 1 << 16): AsyncGenerator<Buffer> {
  const handle = await open(path, constants.O_RDONLY | noFollow);
  try {
    for (;;) {
      const piece = Buffer.allocUnsafe(bytes);
      const { bytesRead } = await handle.read(piece, 0, bytes, null);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

export async function fileSize(path: string): Promise<number | null> {
  const found = await orNull(lstat(path));
  return found?.isFile() === true ? found.size : null;
}

/** A regular file's size, and when it was last written to, in ms since 1970; null where there is none. */
export async function fileTimes(path: string): Promise<{ bytes: number; modified: number } | null> {
  const found = await orNull(lstat(path));
  return found?.isFile() === true ? { bytes: found.size, modified: found.mtimeMs } : null;
}

export interface Standing {
  directory: boolean;
  link: boolean;
  /** Owner and permission bits; of what a link leads to in `followed`, of the name itself in `named`. */
  uid: number;
  mode: number;
}

/** What stands at a path: the name itself, and what it leads to (null for a link to nothing). Null where nothing does. */
export async function standing(path: string): Promise<{ named: Standing; followed: Standing | null } | null> {
  const named = await orNull(lstat(path));
  if (named === null) return null;
  const followed = await orNull(stat(path));
  return { named: toStanding(named), followed: followed === null ? null : toStanding(followed) };
}

function toStanding(stats: { isDirectory(): boolean; isSymbolicLink(): boolean; uid: number; mode: number }): Standing {
  return {
    directory: stats.isDirectory(),
    link: stats.isSymbolicLink(),
    uid: stats.uid,
    mode: stats.mode & 0o777,
  };
}

/** Resolves links as far as the path exists and appends the rest. */
export async function realPath(path: string): Promise<string> {
  const found = await orNull(realpath(path));
  if (found !== null) return found;
  const parent = dirname(path);
  return parent === path ? path : join(await realPath(parent), basename(path));
}

export async function setMode(path: string, mode: number): Promise<void> {
  await chmod(path, mode);
}

export async function moveFile(from: string, to: string): Promise<void> {
  await rename(from, to);
}

/** Makes the file as if it had been written to now. */
export async function touchFile(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now);
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
