import { lstatSync, type Stats } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { maxHeldBytes } from '../../protocol/checkpoint.ts';
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
  /** The rules of each folder that is a repository of its own; null where it is none. */
  readonly #nested = new Map<string, Ignored | 'closed' | null>();

  constructor(options: HeldOptions) {
    this.#options = options;
    this.#ignored = new Ignored(options.top, options.outer, options.rules);
  }

  /**
   * `real` lies in the working tree. Ignored, that is, not held: what is in git's own folder, what is too large or no file,
   * and a repository in the tree as a whole, whose history no checkpoint has. The files in it are held.
   */
  state(real: string, kind: PathFact['kind']): PathFact['held'] {
    const { top, tracked, caseless } = this.#options;
    const path = relative(top, real).split(sep).join('/');
    const name = caseless ? path.toLowerCase() : path;
    const otherwise = tracked === null ? 'unknown' : 'untracked';
    if (path === '') return tracked !== null && tracked.files.size > 0 ? 'tracked' : otherwise;
    const parts = path.split('/');
    if (parts.some(part => part.toLowerCase() === '.git') || kind === 'other') return 'ignored';
    if (kind === 'file' && bytesAt(real) > maxHeldBytes) return 'ignored';
    const inner = this.#inNested(parts, kind);
    if (inner !== null) return inner;
    if (tracked?.files.has(name) === true || (kind === 'directory' && tracked?.folders.has(name) === true))
      return 'tracked';
    return isIgnored(this.#ignored, path, kind) ? 'ignored' : otherwise;
  }

  /** null where the path lies in no other repository. */
  #inNested(parts: readonly string[], kind: PathFact['kind']): PathFact['held'] | null {
    let inner: PathFact['held'] | null = null;
    for (let length = 1; length <= parts.length; length++) {
      const rules = this.#rulesOf(join(this.#options.top, ...parts.slice(0, length)));
      if (rules === null) continue;
      const below = parts.slice(length).join('/');
      const missed = rules === 'closed' || below === '' || isIgnored(rules, below, kind);
      if (missed || this.#ignored.has(parts.slice(0, length).join('/'), true)) return 'ignored';
      inner = 'untracked';
    }
    return inner;
  }

  #rulesOf(folder: string): Ignored | 'closed' | null {
    const known = this.#nested.get(folder);
    if (known !== undefined) return known;
    const git = join(folder, '.git');
    const { outer, rules } = this.#options;
    // Its own list takes the place of that of the repository around it. A submodule's lies elsewhere.
    const general = outer.filter(file => basename(dirname(file)) !== 'info');
    const found = !standsAt(git)
      ? null
      : standsAt(join(git, 'HEAD'))
        ? new Ignored(folder, [...general, join(git, 'info/exclude')], rules)
        : 'closed';
    this.#nested.set(folder, found);
    return found;
  }
}

/** What does not exist yet may become a folder. */
function isIgnored(rules: Ignored, path: string, kind: PathFact['kind']): boolean {
  return rules.has(path, kind === 'directory') || (kind === 'missing' && rules.has(path, true));
}

/** A link counts as itself, wherever it leads. */
export function standsAt(path: string): boolean {
  return statsAt(path) !== undefined;
}

const bytesAt = (path: string): number => statsAt(path)?.size ?? 0;

function statsAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
