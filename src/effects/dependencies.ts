import { constants, type Dirent } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readdir, readlink, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NotCopied } from '../protocol/isolation.ts';
import { openParent } from './folder.ts';

/** Folders in which package managers put what a project needs, beside the file that says what that is. */
const folders = ['node_modules', '.venv', 'venv', 'vendor'];
const manifests =
  /(^|\/)(package\.json|pyproject\.toml|requirements[^/]*\.txt|setup\.py|Pipfile|composer\.json|go\.mod|Gemfile)$/;
const environmentFile = /^\.env(\.|$)/;
const harmlessEnvironment = /\.(example|sample|template|dist)$/;

export interface CopyOptions {
  /** Real paths of the tops of two working trees. */
  from: string;
  to: string;
  /** Paths that git has, relative to the top, with `/`: their folders are looked into. */
  tracked: readonly string[];
  /** Of paths relative to the top, those that git ignores. */
  ignored(paths: readonly string[]): Promise<readonly string[]>;
  /** Whether folders of dependencies are copied; a set-up command makes them anew. */
  dependencies: boolean;
  /** More that the person wants there, relative to the top; also files that are left out else. */
  more: readonly string[];
  /** For all together. */
  maxBytes: number;
  signal?: AbortSignal;
}

export interface Copied {
  copied: { path: string; bytes: number }[];
  notCopied: NotCopied[];
}

/**
 * Copies folders of dependencies that git ignores to the same place in another working tree, sharing their bytes where
 * the file system can. Links stay links. What stands there already is left alone, and nothing is copied by half.
 */
export async function copyDependencies(options: CopyOptions): Promise<Copied> {
  const { from, to, more, maxBytes } = options;
  const result: Copied = { copied: [], notCopied: [] };
  const near = [...new Set(['.', ...options.tracked.filter(path => manifests.test(path)).map(path => dirname(path))])];
  const wanted = options.dependencies ? near.flatMap(place => folders.map(name => below(place, name))) : [];
  const there = await only(wanted, async path => (await isFolder(join(from, path))) && !(await stands(join(to, path))));
  const environment = (await Promise.all(near.map(async place => environmentFiles(from, place)))).flat();
  const ignored = new Set(
    there.length + environment.length === 0 ? [] : await options.ignored([...there, ...environment]),
  );
  const asked = await only(
    [...new Set(more)],
    async path => (await stands(join(from, path))) && !(await stands(join(to, path))),
  );
  let left = maxBytes;
  for (const path of new Set([...asked, ...there.filter(each => ignored.has(each))])) {
    const bytes = await sizeOf(join(from, path), left).catch(() => -1);
    if (bytes > left) result.notCopied.push({ path, why: 'tooLarge' });
    else if (bytes >= 0 && (await copied(join(from, path), join(to, path), options.signal))) {
      result.copied.push({ path, bytes });
      left -= bytes;
    } else result.notCopied.push({ path, why: 'failed' });
  }
  const isCovered = (path: string) => asked.some(each => path === each || path.startsWith(`${each}/`));
  for (const path of environment)
    if (ignored.has(path) && !isCovered(path)) result.notCopied.push({ path, why: 'environment' });
  return result;
}

function below(place: string, name: string): string {
  return place === '.' ? name : `${place}/${name}`;
}

async function environmentFiles(from: string, place: string): Promise<string[]> {
  const entries = await readdir(join(from, place), { withFileTypes: true }).catch((): Dirent[] => []);
  return entries
    .filter(entry => entry.isFile() && environmentFile.test(entry.name) && !harmlessEnvironment.test(entry.name))
    .map(entry => below(place, entry.name));
}

/** Of all files together; stops counting once it is more than `most`. */
async function sizeOf(path: string, most: number): Promise<number> {
  let sum = 0;
  const open = [path];
  for (let next = open.pop(); next !== undefined && sum <= most; next = open.pop()) {
    const stats = await lstat(next);
    if (stats.isFile()) sum += stats.size;
    else if (stats.isDirectory()) for (const name of await readdir(next)) open.push(join(next, name));
  }
  return sum;
}

async function copied(from: string, to: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    // The folders above come from the repository: none of them may be a link that leads out.
    await (await openParent(to)).close();
    await copyEntry(from, to, signal);
    return true;
  } catch {
    await rm(to, { recursive: true, force: true }).catch(() => undefined);
    return false;
  }
}

/** With modes and times; pipes, sockets and devices are left out. */
async function copyEntry(from: string, to: string, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const stats = await lstat(from);
  if (stats.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (stats.isFile()) {
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    await utimes(to, stats.atime, stats.mtime);
  } else if (stats.isDirectory()) {
    await mkdir(to);
    for (const name of await readdir(from)) await copyEntry(join(from, name), join(to, name), signal);
    await chmod(to, stats.mode & 0o777);
    await utimes(to, stats.atime, stats.mtime);
  }
}

async function only(paths: readonly string[], keeps: (path: string) => Promise<boolean>): Promise<string[]> {
  const kept: string[] = [];
  for (const path of paths) if (await keeps(path)) kept.push(path);
  return kept;
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    stats => stats.isDirectory(),
    () => false,
  );
}

async function stands(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
