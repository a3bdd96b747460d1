import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises';
import type { BlobRef } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { errnoOf, isMissing } from './errno.ts';

/** No file above this many bytes is read or edited. */
export const maxFileBytes = 8 * 1024 * 1024;

const quiet = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
const noFollow = constants.O_NOFOLLOW ?? 0;

/**
 * Opens the regular file at `path`, whose last part must not be a link. A pipe or device is not opened, and none that
 * is swapped in meanwhile is waited for.
 * null where nothing is there. Rejects with `file.notAFile`, or with `file.changed` where a link stands instead.
 */
export async function openRegular(path: string, shown = path): Promise<{ handle: FileHandle; stats: Stats } | null> {
  let handle: FileHandle;
  try {
    // Looked at before it is opened: to open a pipe wakes who writes into it, and a device may act on it.
    const found = await lstat(path);
    if (found.isSymbolicLink()) throw new GatehouseError(failures.fileChanged({ path: shown }));
    if (!found.isFile()) throw new GatehouseError(failures.notAFile({ path: shown, found: kindName(found) }));
    handle = await open(path, quiet | noFollow);
  } catch (error) {
    if (error instanceof GatehouseError) throw error;
    if (isMissing(error)) return null;
    const code = errnoOf(error) ?? 'error';
    if (code === 'ELOOP' || code === 'EMLINK') throw new GatehouseError(failures.fileChanged({ path: shown }));
    if (code === 'ENXIO' || code === 'EOPNOTSUPP')
      throw new GatehouseError(failures.notAFile({ path: shown, found: 'socket or device' }));
    throw new GatehouseError(failures.fileUnreadable({ path: shown, problem: code }), error);
  }
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new GatehouseError(failures.notAFile({ path: shown, found: kindName(stats) }));
    return { handle, stats };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * As `openRegular`, and what was opened must really lie at `path`: a link that was swapped in for one of its folders
 * is `file.changed`.
 */
export async function openReal(path: string): Promise<{ handle: FileHandle; stats: Stats } | null> {
  const opened = await openRegular(path);
  if (opened === null) return null;
  const real = await readlink(`/proc/self/fd/${opened.handle.fd}`).catch(() => realpath(path).catch(() => ''));
  if (real === path) return opened;
  await opened.handle.close();
  throw new GatehouseError(failures.fileChanged({ path }));
}

/** The whole content; rejects with `file.tooLarge` above the limit, also where the file grows meanwhile. */
export async function readWhole(handle: FileHandle, path: string): Promise<Uint8Array> {
  const { size } = await handle.stat();
  if (size > maxFileBytes) throw tooLarge(path, size);
  const chunks: Buffer[] = [];
  let total = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.max(64 * 1024, size - total + 1));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, total);
    if (bytesRead === 0) return Buffer.concat(chunks, total);
    chunks.push(chunk.subarray(0, bytesRead));
    total += bytesRead;
    if (total > maxFileBytes) throw tooLarge(path, total);
  }
}

export function refOf(bytes: Uint8Array): BlobRef {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

function tooLarge(path: string, bytes: number): GatehouseError {
  return new GatehouseError(failures.fileTooLarge({ path, bytes, limit: maxFileBytes }));
}

/** What a path leads to that is no regular file. */
export function kindName(stats: Stats): string {
  if (stats.isDirectory()) return 'directory';
  if (stats.isFIFO()) return 'pipe';
  if (stats.isSocket()) return 'socket';
  return 'device';
}
