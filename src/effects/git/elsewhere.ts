import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isInside } from '../workspace.ts';
import { isHash, readHead, readRef } from './refs.ts';
import { findRepository, type Repository, smallText } from './repository.ts';

/** Another working tree of the same repository, as a command in this one found it. */
interface Other {
  gitDir: string;
  /** The branch that is checked out there. */
  ref: string | null;
  /** What the log of its HEAD says last; null where it keeps none. */
  last: string | null;
}

/** The log comes a moment after the ref: git's own, and that of a run's command twice a second (`sandbox/history.ts`). Long, for busy machines. */
const logMs = 5_000;
const maxLogBytes = 64 * 1024 * 1024;

/**
 * Tells changes of refs that were made in other working trees (by the person, or by other runs) from those of a command
 * in this one. A command cannot write what the others' HEAD and its log say: their folders are read-only to it.
 */
export class Elsewhere {
  readonly #repository: Repository;
  readonly #before: ReadonlyMap<string, Other>;

  /** To be made before the command begins, and before the refs are read: what a log says by then counts no more. */
  constructor(repository: Repository) {
    this.#repository = repository;
    this.#before = new Map(othersOf(repository).map(other => [other.gitDir, other]));
  }

  /**
   * Whether the ref came to `now` (null: it went away) by what was done in another working tree since the command began.
   * `writes` are places that the command may have written beyond its own tree.
   */
  async did(ref: string, now: string | null, writes: readonly string[]): Promise<boolean> {
    if (now === null)
      return [...this.#before.values()].some(other => other.ref === ref && !isThere(join(other.gitDir, 'HEAD')));
    const until = performance.now() + logMs;
    for (;;) {
      const there = this.#there(ref, writes);
      // What it was at in between a command may have put it back to, but for where it has moved on since.
      const isGone = there.length > 0 && readRef(this.#repository, ref) !== now;
      if (there.some(other => values(this.#added(other)).includes(now, isGone ? 0 : -1))) return true;
      if (there.length === 0 || performance.now() > until) return false;
      await wait(20);
    }
  }

  /** Where another working tree has left the ref since the command began; null where none has moved it. */
  left(ref: string, writes: readonly string[]): string | null {
    const [value] = this.#there(ref, writes).flatMap(other => values(this.#added(other)).slice(-1));
    return value !== undefined && isHash(value) ? value : null;
  }

  #there(ref: string, writes: readonly string[]): Other[] {
    return othersOf(this.#repository).filter(other => other.ref === ref && this.#isTrusted(other, writes));
  }

  /** The lines of its log that were not there when the command began. */
  #added({ gitDir }: Other): string[] {
    const lines = logOf(gitDir) ?? [];
    const last = this.#before.get(gitDir)?.last ?? null;
    if (last === null || last === '') return lines;
    const at = lines.lastIndexOf(last);
    return at < 0 ? [] : lines.slice(at + 1);
  }

  #isTrusted({ gitDir }: Other, writes: readonly string[]): boolean {
    const known = this.#before.get(gitDir);
    if (known !== undefined) return known.last !== null;
    // It is new: one that a command made up would have to point to a place where it can write.
    const top = dirname(smallText(join(gitDir, 'gitdir'))?.trim() ?? '');
    const isOut = [this.#repository.top, ...writes].every(each => !isInside(each, top));
    return isOut && findRepository(top)?.gitDir === gitDir;
  }
}

function othersOf({ gitDir, commonDir, ...rest }: Repository): Other[] {
  const linked = names(join(commonDir, 'worktrees')).map(name => join(commonDir, 'worktrees', name));
  return [commonDir, ...linked]
    .filter(path => path !== gitDir)
    .map(path => ({
      gitDir: path,
      ref: readHead({ ...rest, gitDir: path, commonDir })?.ref ?? null,
      last: logOf(path)?.at(-1) ?? null,
    }));
}

/** null where there is none that can be read; an empty one has one empty line. */
function logOf(gitDir: string): string[] | null {
  return smallText(join(gitDir, 'logs/HEAD'), maxLogBytes)?.trimEnd().split('\n') ?? null;
}

/** What HEAD came to, line by line. */
function values(lines: readonly string[]): string[] {
  return lines.flatMap(line => line.split(' ')[1] ?? []);
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
