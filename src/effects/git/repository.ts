import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isInside } from '../workspace.ts';

/** A repository as folders. Found by us rather than by git, which would read the repository's configuration for it. */
export interface Repository {
  /** The top of the working tree. */
  top: string;
  /** What belongs to this working tree: HEAD and index. */
  gitDir: string;
  /** What all working trees share: objects, refs and config. */
  commonDir: string;
  objectFormat: 'sha1' | 'sha256';
}

/**
 * The repository that `workspace` (a real path) lies in; null where there is none, or one that we do not read: a bare
 * one, one with reftables, one of another user above the workspace, or a `.git` that leads elsewhere without that place
 * leading back.
 */
export function findRepository(workspace: string): Repository | null {
  for (let top = workspace; ; top = dirname(top)) {
    const found = lookFor(join(top, '.git'));
    if (found !== null) {
      if (top !== workspace && process.getuid !== undefined && found.uid !== process.getuid()) return null;
      return found.isDirectory() ? readFolder(top, join(top, '.git')) : followFile(top);
    }
    if (dirname(top) === top) return null;
  }
}

function lookFor(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** `.git` as a file: a linked working tree or a submodule, which must name this place in turn. */
function followFile(top: string): Repository | null {
  const gitDir = pointed(join(top, '.git'), /^gitdir: (.+?)\r?\n*$/, top);
  if (gitDir === null) return null;
  const back = smallText(join(gitDir, 'gitdir'))?.trim();
  if (back !== undefined) return real(resolve(gitDir, back)) === join(top, '.git') ? readFolder(top, gitDir) : null;
  if (!/[\\/]\.git[\\/]modules[\\/]/.test(gitDir)) return null;
  const outer = gitDir.slice(0, gitDir.search(/[\\/]\.git[\\/]modules[\\/]/));
  return isInside(outer, top) ? readFolder(top, gitDir) : null;
}

function readFolder(top: string, gitDir: string): Repository | null {
  const commonDir =
    lookFor(join(gitDir, 'commondir')) === null ? gitDir : pointed(join(gitDir, 'commondir'), /^(.+?)\r?\n*$/, gitDir);
  if (commonDir === null || smallText(join(gitDir, 'HEAD')) === null) return null;
  if (lookFor(join(commonDir, 'objects'))?.isDirectory() !== true) return null;
  if (lookFor(join(commonDir, 'reftable')) !== null) return null;
  const config = smallText(join(commonDir, 'config'), 1024 * 1024) ?? '';
  const sha256 = /^\s*objectformat\s*=\s*"?sha256"?\s*$/im.test(config);
  return { top, gitDir, commonDir, objectFormat: sha256 ? 'sha256' : 'sha1' };
}

function pointed(file: string, pattern: RegExp, from: string): string | null {
  const path = pattern.exec(smallText(file) ?? '')?.[1];
  return path === undefined ? null : real(isAbsolute(path) ? path : resolve(from, path));
}

function real(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

/** The text of a regular file that is no link; null where there is none or where it is longer than `maxBytes`. */
export function smallText(path: string, maxBytes = 64 * 1024): string | null {
  const bytes = smallBytes(path, maxBytes);
  return bytes === null ? null : bytes.toString('utf8');
}

/** As `smallText`, as bytes. Never waits: a pipe is opened without waiting and then refused. */
export function smallBytes(path: string, maxBytes: number): Buffer | null {
  let descriptor: number;
  try {
    const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW, O_NOCTTY } = constants;
    descriptor = openSync(path, O_RDONLY | (O_NONBLOCK ?? 0) | (O_NOFOLLOW ?? 0) | (O_NOCTTY ?? 0));
  } catch {
    return null;
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > maxBytes) return null;
    const buffer = Buffer.allocUnsafe(maxBytes + 1 < stats.size + 4096 ? maxBytes + 1 : stats.size + 4096);
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, buffer, length, buffer.length - length, length);
      if (count === 0) return buffer.subarray(0, length);
      length += count;
      if (length === buffer.length || length > maxBytes) return null;
    }
  } catch {
    return null;
  } finally {
    closeSync(descriptor);
  }
}
