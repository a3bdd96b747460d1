import { readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { FileLook, Place, Workspace } from '../ports/workspace.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { isMissing } from './errno.ts';
import { openRegular, readWhole, refOf } from './open.ts';

/** As many links as Linux follows in one path. */
const maxLinks = 40;

/** Opens the folder at `root` for looking. Rejects with `workspace.missing` where there is no folder. */
export async function openWorkspace(root: string): Promise<Workspace> {
  const real = await realpath(root).catch(() => null);
  if (real === null || !(await stat(real)).isDirectory())
    throw new GatehouseError(failures.workspaceMissing({ path: root }));
  return {
    root: real,
    locate: (path, from = real) => locate(real, resolve(from, path)),
    look,
  };
}

/** Whether `path` is `root` or lies below it. Both are absolute and normalized; links are the caller's matter. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

async function locate(root: string, path: string): Promise<Place> {
  const real = path.includes('\0') ? path : await resolveLinks(path, maxLinks);
  const place = { path, real, inside: isInside(root, real) && !path.includes('\0') };
  try {
    const stats = await stat(real);
    const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
    return { ...place, kind, links: stats.nlink };
  } catch (error) {
    return { ...place, kind: isMissing(error) ? 'missing' : 'other', links: 0 };
  }
}

/** Also follows a link whose target does not exist, since a write through it would create that target. */
async function resolveLinks(path: string, linksLeft: number): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    if (parent === path) return path;
    const realParent = await resolveLinks(parent, linksLeft);
    const here = join(realParent, basename(path));
    const target = await readlink(here).catch(() => null);
    return target === null || linksLeft === 0 ? here : resolveLinks(resolve(realParent, target), linksLeft - 1);
  }
}

async function look(path: string): Promise<FileLook | null> {
  const opened = await openRegular(path);
  if (opened === null) return null;
  try {
    const bytes = await readWhole(opened.handle, path);
    return { ref: refOf(bytes), bytes, mode: opened.stats.mode & 0o7777 };
  } finally {
    await opened.handle.close();
  }
}
