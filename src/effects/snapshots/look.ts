import { constants, lstat, type Stats } from 'node:fs';
import { lstat as lstatNow, open, readdir } from 'node:fs/promises';
import { errnoOf } from '../errno.ts';

/** What stands at a path. `missing` is also what lies beyond a file or a link. */
export type Look =
  | {
      type: 'file';
      bytes: number;
      executable: boolean;
      /** The same as long as nobody writes to the file, as far as the system's clock tells. */
      stamp: string;
      /** When it was last written to, in ms. */
      written: number;
    }
  | { type: 'link' | 'folder' | 'special' | 'missing' }
  | { type: 'unreadable'; bytes: number };

/** A path below `folder` as the file system takes it: `path` has one byte in each character. */
export function rawJoin(folder: string, path: string): Buffer {
  return path === '' ? Buffer.from(folder) : Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')]);
}

const atOnce = 64;

/** Looks at many paths below `folder` without following the last link; `opening` also tries to open the files. */
export async function lookAt(folder: string, paths: readonly string[], opening: boolean): Promise<Look[]> {
  const found: Look[] = [];
  found.length = paths.length;
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < paths.length; at = next++) {
      const path = rawJoin(folder, paths[at] ?? '');
      const look = await lookOne(path);
      found[at] = opening && look.type === 'file' ? await tryOpen(path, look) : look;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, paths.length) }, worker));
  return found;
}

/** By callback: a promise of `fs/promises` costs several times as much, and there may be 100,000. */
function lookOne(path: Buffer): Promise<Look> {
  return new Promise(resolve => {
    lstat(path, (error, stats) => resolve(error === null ? lookOf(stats) : lookOfError(error)));
  });
}

function lookOf(stats: Stats): Look {
  if (stats.isFile()) {
    const { size, mode, mtimeMs, ctimeMs, ino } = stats;
    const stamp = `${size} ${mode} ${mtimeMs} ${ctimeMs} ${ino}`;
    return { type: 'file', bytes: size, executable: (mode & 0o100) !== 0, stamp, written: mtimeMs };
  }
  return { type: stats.isSymbolicLink() ? 'link' : stats.isDirectory() ? 'folder' : 'special' };
}

function lookOfError(error: unknown): Look {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR' ? { type: 'missing' } : { type: 'unreadable', bytes: 0 };
}

async function tryOpen(path: Buffer, look: Look & { type: 'file' }): Promise<Look> {
  try {
    const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);
    await (await open(path, flags)).close();
    return look;
  } catch (error) {
    return lookOfError(error).type === 'missing' ? { type: 'missing' } : { type: 'unreadable', bytes: look.bytes };
  }
}

/** Whether a folder (no link) stands at the path below `folder`. */
export async function isFolder(folder: string, path: string): Promise<boolean> {
  return (await lookOne(rawJoin(folder, path))).type === 'folder';
}

/** The folders above the paths that stand, reached through folders alone and no link. */
export async function foldersAbove(folder: string, paths: readonly string[]): Promise<Set<string>> {
  const candidates = new Set<string>();
  for (const path of paths)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) candidates.add(path.slice(0, at));
  const folders = await Promise.all([...candidates].map(async path => ((await isFolder(folder, path)) ? [path] : [])));
  const standing = new Set<string>();
  for (const path of folders.flat().sort((a, b) => a.length - b.length)) {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    if (parent === '' || standing.has(parent)) standing.add(path);
  }
  return standing;
}

/** As `lookAt`, where a link may stand in the place of any folder above: what lies beyond one is missing. */
export async function lookBelow(folder: string, paths: readonly string[], opening: boolean): Promise<Look[]> {
  const [standing, looks] = await Promise.all([foldersAbove(folder, paths), lookAt(folder, paths, opening)]);
  return looks.map((look, at) => {
    const path = paths[at] ?? '';
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    return parent === '' || standing.has(parent) ? look : { type: 'missing' };
  });
}

/** Whether a folder can be listed; false where nothing stands there. */
export async function isUnreadable(folder: string, path: string): Promise<boolean> {
  return readdir(rawJoin(folder, path), 'latin1').then(
    () => false,
    (error: unknown) => lookOfError(error).type === 'unreadable',
  );
}

/** Whether an empty folder, no link to one, stands at the path. */
export async function isEmptyFolder(folder: string, path: string): Promise<boolean> {
  const real = rawJoin(folder, path);
  const stats = await lstatNow(real).catch(() => null);
  if (stats?.isDirectory() !== true) return false;
  return readdir(real, 'latin1').then(
    names => names.length === 0,
    () => false,
  );
}

export interface Emptiness {
  /** Folders with nothing in them. */
  empty: string[];
  /** Pipes, sockets and devices that were met on the way. */
  special: string[];
  /** Whether there was anything else than folders, or a folder of git's. */
  more: boolean;
}

/** More folders without files than this are not walked through. */
const maxFolders = 50_000;

/**
 * Walks folders that hold nothing git would hold, as far as they hold folders alone. `skip`: nested repositories.
 */
export async function findEmpty(
  folder: string,
  starts: readonly string[],
  skip: ReadonlySet<string>,
): Promise<Emptiness> {
  const result: Emptiness = { empty: [], special: [], more: false };
  const todo = starts.filter(path => !skip.has(path));
  for (let seen = 0; seen < maxFolders; seen += 1) {
    const path = todo.pop();
    if (path === undefined) break;
    const entries = await readdir(rawJoin(folder, path), { encoding: 'buffer', withFileTypes: true }).catch(() => null);
    if (entries === null) continue;
    if (entries.length === 0) result.empty.push(path);
    const below = entries.map(entry => ({ entry, path: `${path}/${entry.name.toString('latin1')}` }));
    const plain = below.every(each => each.entry.isDirectory() && !each.path.endsWith('/.git'));
    if (plain) todo.push(...below.map(each => each.path).filter(each => !skip.has(each)));
    else result.more = true;
    for (const each of below)
      if (!each.entry.isDirectory() && !each.entry.isFile() && !each.entry.isSymbolicLink())
        result.special.push(each.path);
  }
  return result;
}
