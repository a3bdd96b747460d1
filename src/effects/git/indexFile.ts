import { copyFile, open, rename, rm, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { errnoOf } from '../errno.ts';
import { openParent } from '../folder.ts';

/** git holds its lock for as long as it writes; of a worktree of ours, one that is older was left behind. In ms. */
const lockMs = 2_000;

/**
 * Copies an index. git takes a file for unchanged that looks as it did and is older than the index: with a later time, a
 * copy would hide what was changed in the second in which the index was written.
 */
export async function copyIndex(from: string, to: string): Promise<void> {
  const { mtimeMs } = await stat(from);
  await copyFile(from, to);
  const seconds = Math.floor(mtimeMs / 1000);
  await utimes(to, seconds, seconds);
}

/** Makes `from` the index of a worktree of ours, by git's own lock. */
export async function installIndex(from: string, gitDir: string): Promise<void> {
  const folder = await openParent(join(gitDir, 'index'));
  const lock = folder.at('index.lock');
  try {
    await takeLock(lock);
    try {
      await copyIndex(from, lock);
      await rename(lock, folder.at('index'));
    } catch (error) {
      await unlink(lock).catch(() => undefined);
      throw error;
    }
  } finally {
    await folder.close();
  }
}

async function takeLock(path: string): Promise<void> {
  const until = performance.now() + lockMs;
  for (;;) {
    try {
      return await (await open(path, 'wx', 0o644)).close();
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if (performance.now() > until) await rm(path, { recursive: true, force: true });
      else await wait(20);
    }
  }
}
