import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import type { Standing } from '../../ports/disk.ts';
import { GitId } from '../../protocol/checkpoint.ts';
import { errnoOf, isMissing } from '../errno.ts';

const quiet = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
const pieceBytes = 256 * 1024;

/** What stands at the entry of an open folder, by git's names for it. */
export async function lookAt(entry: Buffer): Promise<Standing | null> {
  const stats = await statOf(entry);
  if (stats === null) return null;
  if (stats.isSymbolicLink()) return { type: 'link', id: gitId(await readlink(entry, { encoding: 'buffer' })) };
  if (stats.isDirectory()) return { type: (await isEmpty(entry)) ? 'folder' : 'occupied' };
  if (!stats.isFile()) return { type: 'special' };
  return { type: (stats.mode & 0o100) === 0 ? 'file' : 'executable', id: await idOfFile(entry) };
}

export async function statOf(entry: Buffer): Promise<Stats | null> {
  try {
    return await lstat(entry);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** One that cannot be listed counts as occupied. */
async function isEmpty(entry: Buffer): Promise<boolean> {
  return (await readdir(entry, { encoding: 'buffer' }).catch(() => [entry])).length === 0;
}

/** The id that git gives these bytes as a file's content, in repositories that use SHA-1. */
export function gitId(bytes: Uint8Array): GitId {
  return GitId.parse(createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'));
}

/** Piece by piece, as a file may be larger than memory. One that changes meanwhile gets an id that nothing has. */
async function idOfFile(entry: Buffer): Promise<GitId> {
  const handle = await open(entry, quiet);
  try {
    const hash = createHash('sha1').update(`blob ${(await handle.stat()).size}\0`);
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, piece.length, null);
      if (bytesRead === 0) return GitId.parse(hash.digest('hex'));
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/** The bytes of a file, or where a link leads; null for anything else. */
export async function bytesAt(entry: Buffer): Promise<Uint8Array | null> {
  const stats = await statOf(entry);
  if (stats?.isSymbolicLink() === true) return readlink(entry, { encoding: 'buffer' });
  if (stats?.isFile() !== true) return null;
  const handle = await open(entry, quiet).catch(error => (errnoOf(error) === 'ELOOP' ? null : Promise.reject(error)));
  if (handle === null) return null;
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
