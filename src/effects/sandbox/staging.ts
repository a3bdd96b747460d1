import { cpSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { errnoOf } from '../errno.ts';
import { pinned } from './pinned.ts';
import type { Staged } from './profiles.ts';

/**
 * What a command makes at places that its permit names and where nothing stands yet. The folder around each is for the
 * command an empty one of ours; when the command is over, what stands at the named place, and nothing beside it, is
 * moved to where it was meant to be.
 */
export class Staging {
  readonly #base: string;
  readonly #staged: readonly Staged[];

  /** `base` is a path for a new folder of ours that no other command can write. */
  constructor(base: string, staged: readonly Staged[]) {
    this.#base = base;
    this.#staged = staged;
    for (const { dir } of this.binds()) mkdirSync(dir, { recursive: true, mode: 0o700 });
  }

  /** The folders of ours, and where the command sees each. */
  binds(): { dir: string; folder: string }[] {
    return this.#staged.map(({ folder }, at) => ({ dir: join(this.#base, String(at)), folder }));
  }

  /** To be called when none of the command's processes is left. Returns the places where what was made could not go. */
  deliver(): string[] {
    const refused: string[] = [];
    for (const [at, { folder, targets }] of this.#staged.entries())
      for (const target of targets) {
        const made = join(this.#base, String(at), relative(folder, target));
        if (isMade(made) && !isMovable(this.#base, made)) refused.push(target);
        else if (isMade(made) && !move(made, target)) refused.push(target);
      }
    this.discard();
    return refused;
  }

  discard(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }
}

function isMade(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A file stands where a folder should.
    return false;
  }
}

/** A file or a folder, reached without links. */
function isMovable(base: string, path: string): boolean {
  const parts = relative(base, path).split(sep);
  return parts.every((_part, at) => {
    const stats = lstatSync(join(base, ...parts.slice(0, at + 1)));
    return stats.isDirectory() || (at === parts.length - 1 && stats.isFile());
  });
}

function move(from: string, to: string): boolean {
  const done = pinned(
    to,
    at => {
      if (isMade(at)) return false;
      try {
        renameSync(from, at);
      } catch (error) {
        if (errnoOf(error) !== 'EXDEV') return false;
        cpSync(from, at, { recursive: true, verbatimSymlinks: true, errorOnExist: true, force: false });
      }
      return true;
    },
    true,
  );
  return done === true;
}
