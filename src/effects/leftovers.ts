import { lstat, readdir, rmdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { openRegular, readWhole } from './open.ts';
import { protectedFolders } from './sandbox/surroundings.ts';

/** As `edit` names them. */
const draftForm = /^\.gatehouse-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/**
 * Removes what a write of `next` to `path` left beside it when its process was killed: a file of our own naming that
 * holds the beginning of just these bytes. Anything else stays. Never rejects; returns the names that are gone.
 */
export async function removeDrafts(path: string, next: Uint8Array): Promise<string[]> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const gone: string[] = [];
  for (const name of names) {
    if (name === basename(path) || !draftForm.test(name)) continue;
    const draft = join(folder, name);
    if ((await isBeginning(draft, next)) && (await unlinked(draft))) gone.push(name);
  }
  return gone;
}

/**
 * Removes the empty folders that a sandbox put into the workspace to mount something on, when it was killed before it could.
 * `held` are those that stood there before, and stay.
 */
export async function removeMountPoints(root: string, held: ReadonlySet<string>): Promise<void> {
  for (const name of protectedFolders) if (!held.has(name)) await rmdir(join(root, name)).catch(() => undefined);
}

async function isBeginning(draft: string, next: Uint8Array): Promise<boolean> {
  const stats = await lstat(draft).catch(() => null);
  if (stats === null || stats.size > next.length) return false;
  const opened = await openRegular(draft).catch(() => null);
  if (opened === null) return false;
  try {
    const bytes = await readWhole(opened.handle, draft);
    return Buffer.compare(bytes, next.subarray(0, bytes.length)) === 0;
  } catch {
    return false;
  } finally {
    await opened.handle.close();
  }
}

function unlinked(path: string): Promise<boolean> {
  return unlink(path).then(
    () => true,
    () => false,
  );
}
