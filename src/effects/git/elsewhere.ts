import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isInside } from '../workspace.ts';
import { readHead } from './refs.ts';
import { findRepository, type Repository, smallText } from './repository.ts';

/** Another working tree of the same repository, as a command in this one found it. */
interface Other {
  gitDir: string;
  /** The branch that is checked out there. */
  ref: string | null;
  /** It keeps a log of its HEAD. */
  logged: boolean;
}

/** The log comes a moment after the ref: git's own, and that of a run's command twice a second (`sandbox/history.ts`). Long, for busy machines. */
const logMs = 5_000;
const maxLogBytes = 64 * 1024 * 1024;
/** So many of its last entries count: more is not done while one of our looks is under way. */
const recent = 50;

/**
 * Tells changes of refs that were made in other working trees (by the person, or by other runs) from those of a command
 * in this one. A command cannot write what the others' HEAD and its log say: their folders are read-only to it.
 */
export class Elsewhere {
  readonly #repository: Repository;
  readonly #before: ReadonlyMap<string, Other>;

  /** To be made before the command begins. */
  constructor(repository: Repository) {
    this.#repository = repository;
    this.#before = new Map(othersOf(repository).map(other => [other.gitDir, other]));
  }

  /**
   * Whether the ref came to `now` (null: it went away) by what was done in another working tree. `writes` are places
   * that the command may have written beyond its own tree.
   */
  async did(ref: string, now: string | null, writes: readonly string[]): Promise<boolean> {
    if (now === null)
      return [...this.#before.values()].some(other => other.ref === ref && !isThere(join(other.gitDir, 'HEAD')));
    const until = performance.now() + logMs;
    for (;;) {
      const there = othersOf(this.#repository).filter(other => other.ref === ref && this.#isTrusted(other, writes));
      if (there.some(other => hasMoved(other.gitDir, now))) return true;
      if (there.length === 0 || performance.now() > until) return false;
      await wait(20);
    }
  }

  #isTrusted({ gitDir }: Other, writes: readonly string[]): boolean {
    const known = this.#before.get(gitDir);
    if (known !== undefined) return known.logged;
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
      logged: isThere(join(path, 'logs/HEAD')),
    }));
}

function hasMoved(gitDir: string, to: string): boolean {
  const lines = (smallText(join(gitDir, 'logs/HEAD'), maxLogBytes) ?? '').trimEnd().split('\n');
  return lines.slice(-recent).some(line => line.split(' ')[1] === to);
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
