import { lstatSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { PathFact } from '../../risk/facts.ts';
import { Ignored, type RuleFiles } from './ignored.ts';
import type { Tracked } from './tracked.ts';

export interface HeldOptions {
  top: string;
  /** null: no repository; what no rule ignores is then unknown. */
  tracked: Tracked | null;
  /** Files of ignore rules outside the tree, weakest first. */
  outer: readonly string[];
  rules: RuleFiles;
  caseless: boolean;
}

/** Which of git's three states a path in the working tree is in, at one moment. */
export class Held {
  readonly #options: HeldOptions;
  readonly #ignored: Ignored;
  readonly #nested = new Map<string, boolean>();

  constructor(options: HeldOptions) {
    this.#options = options;
    this.#ignored = new Ignored(options.top, options.outer, options.rules);
  }

  /** `real` lies in the working tree. What is in git's own folder or in another repository counts as ignored: not held. */
  state(real: string, kind: PathFact['kind']): PathFact['held'] {
    const { top, tracked, caseless } = this.#options;
    const path = relative(top, real).split(sep).join('/');
    const name = caseless ? path.toLowerCase() : path;
    const otherwise = tracked === null ? 'unknown' : 'untracked';
    if (path === '') return tracked !== null && tracked.files.size > 0 ? 'tracked' : otherwise;
    const parts = path.split('/');
    if (parts.some(part => part.toLowerCase() === '.git') || this.#isNested(parts)) return 'ignored';
    if (tracked?.files.has(name) === true || (kind === 'directory' && tracked?.folders.has(name) === true))
      return 'tracked';
    const ignored = this.#ignored.has(path, kind === 'directory');
    // What does not exist yet may become a folder.
    return ignored || (kind === 'missing' && this.#ignored.has(path, true)) ? 'ignored' : otherwise;
  }

  #isNested(parts: readonly string[]): boolean {
    for (let length = 1; length <= parts.length; length++) {
      const folder = join(this.#options.top, ...parts.slice(0, length));
      let nested = this.#nested.get(folder);
      if (nested === undefined) {
        nested = standsAt(join(folder, '.git'));
        this.#nested.set(folder, nested);
      }
      if (nested) return true;
    }
    return false;
  }
}

/** A link counts as itself, wherever it leads. */
export function standsAt(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
