import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, link, lstat, open, rename, unlink } from 'node:fs/promises';
import { basename, isAbsolute, normalize } from 'node:path';
import type { Blobs } from '../ports/blobs.ts';
import type { EditEffect } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { errnoOf } from './errno.ts';
import { type Folder, openParent } from './folder.ts';
import { maxFileBytes, openRegular, readWhole, refOf } from './open.ts';
import type { EditOutcome } from './outcome.ts';

/**
 * Puts `next` at the effect's path in one step: a temporary file beside it, then a rename. What stands there must be
 * `base` and no link may lead there, else `file.changed` and nothing is written. Mode and owner are kept.
 */
export async function edit(effect: EditEffect, blobs: Blobs): Promise<EditOutcome> {
  const { path, next } = effect;
  if (!isAbsolute(path) || normalize(path) !== path) throw new GatehouseError(failures.fileChanged({ path }));
  const bytes = await blobs.get(next);
  if (refOf(bytes).sha256 !== next.sha256) throw new GatehouseError(failures.blobDamaged({ sha256: next.sha256 }));
  const folder = await openParent(path);
  try {
    await replace(folder, effect, bytes);
  } catch (error) {
    if (error instanceof GatehouseError) throw error;
    throw new GatehouseError(failures.fileUnwritable({ path, problem: errnoOf(error) ?? 'error' }), error);
  } finally {
    await folder.close();
  }
  return { kind: 'edit', path, file: next };
}

async function replace(folder: Folder, effect: EditEffect, bytes: Uint8Array): Promise<void> {
  const target = folder.at(basename(effect.path));
  const before = await checkBase(target, effect);
  const temporary = folder.at(`.gatehouse-${randomUUID()}.tmp`);
  try {
    await writeTemporary(temporary, bytes, before);
    await folder.check();
    if (before === null) {
      await place(temporary, target, effect.path);
    } else {
      if (!same(before, await lstat(target).catch(() => null))) throw changed(effect.path);
      await rename(temporary, target);
    }
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await folder.sync();
}

/** What stands at the target, if it is what the effect says; null where both say that there is nothing. */
async function checkBase(target: string, { path, base }: EditEffect): Promise<Stats | null> {
  const opened = await openRegular(target, path);
  if (opened === null) {
    if (base !== null) throw changed(path);
    return null;
  }
  try {
    if (base === null || opened.stats.size > maxFileBytes) throw changed(path);
    if (refOf(await readWhole(opened.handle, path)).sha256 !== base.sha256) throw changed(path);
  } finally {
    await opened.handle.close();
  }
  // Root may write anything, and a rename asks for no right to the file: its mode still says what its owner wants.
  if ((opened.stats.mode & 0o222) === 0)
    throw new GatehouseError(failures.fileUnwritable({ path, problem: 'it is read-only' }));
  await access(target, constants.W_OK);
  return opened.stats;
}

/** A new file gets the mode that the umask leaves; an existing one's content stays private until it has the old mode. */
async function writeTemporary(path: string, bytes: Uint8Array, before: Stats | null): Promise<void> {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(path, flags, before === null ? 0o666 : 0o600);
  try {
    await handle.writeFile(bytes);
    if (before !== null) await keepMode(handle, before);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function keepMode(handle: FileHandle, before: Stats): Promise<void> {
  const now = await handle.stat();
  // Only root may give a file away; for others the file becomes theirs, as with any editor that renames.
  if (now.uid !== before.uid || now.gid !== before.gid)
    await handle.chown(before.uid, before.gid).catch(() => undefined);
  await handle.chmod(before.mode & 0o7777);
}

/** Like a rename that never replaces; file systems without hard links get a rename. */
async function place(temporary: string, target: string, path: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw changed(path);
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(errnoOf(error) ?? '')) throw error;
    if ((await lstat(target).catch(() => null)) !== null) throw changed(path);
    return rename(temporary, target);
  }
  await unlink(temporary);
}

function same(before: Stats, now: Stats | null): boolean {
  return now !== null && now.ino === before.ino && now.dev === before.dev && now.mtimeMs === before.mtimeMs;
}

function changed(path: string): GatehouseError {
  return new GatehouseError(failures.fileChanged({ path }));
}
