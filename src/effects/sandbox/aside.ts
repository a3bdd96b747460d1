import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pinned } from './pinned.ts';

/** Moves what stands at the path into a new folder below `folder`, which is ours, beside a file `path` that names where it was. */
export function setAside(path: string, folder: string): void {
  const to = join(folder, createHash('sha256').update(`${path}\0${performance.now()}`).digest('hex').slice(0, 16));
  mkdirSync(to, { recursive: true, mode: 0o700 });
  writeFileSync(join(to, 'path'), path, { mode: 0o600 });
  const kept = join(to, basename(path));
  pinned(path, at => {
    try {
      renameSync(at, kept);
    } catch {
      moveByCopy(at, kept);
    }
  });
}

/** Another file system: a copy, in which links stay links. What cannot be copied, as a pipe, is only removed. */
function moveByCopy(from: string, to: string): void {
  try {
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  } catch {
    // The command made it, and it is nothing to keep.
  }
  rmSync(from, { recursive: true, force: true });
}
