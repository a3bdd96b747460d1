import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { smallText } from '../git/repository.ts';
import { identity } from './tracked.ts';

/** `all`: rules that are there and cannot be read or are too costly to follow. What they may ignore counts as ignored. */
type Rules = Ignore | 'none' | 'all';

const maxBytes = 1024 * 1024;
/** A pattern with more stars in one part may take very long on a long name. */
const maxStars = 3;
const maxDoubleStars = 4;

/** Files of rules, each parsed once for as long as it stays the same. */
export class RuleFiles {
  readonly #caseless: boolean;
  readonly #kept = new Map<string, { identity: string; rules: Rules }>();

  constructor(caseless: boolean) {
    this.#caseless = caseless;
  }

  rules(file: string): Rules {
    const now = identity(file);
    if (now === 'missing') return 'none';
    const kept = this.#kept.get(file);
    if (kept?.identity === now) return kept.rules;
    const rules = this.#read(file);
    this.#kept.set(file, { identity: now, rules });
    return rules;
  }

  #read(file: string): Rules {
    const text = smallText(file, maxBytes);
    if (text === null) return 'all';
    const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
    if (lines.some(isCostly)) return 'all';
    return ignore({ ignorecase: this.#caseless }).add(lines);
  }
}

function isCostly(pattern: string): boolean {
  const parts = pattern.split('/');
  if (parts.filter(part => part === '**').length > maxDoubleStars) return true;
  return parts.some(part => part !== '**' && (part.match(/\*+/g)?.length ?? 0) > maxStars);
}

/** What the rules of one moment ignore: `.gitignore` at all levels, and files of rules from elsewhere. */
export class Ignored {
  readonly #top: string;
  readonly #outer: readonly string[];
  readonly #files: RuleFiles;
  readonly #rules = new Map<string, Rules>();
  readonly #verdicts = new Map<string, boolean>();

  /** `outer`: files of rules for the whole tree, weakest first. */
  constructor(top: string, outer: readonly string[], files: RuleFiles) {
    this.#top = top;
    this.#outer = outer.toReversed();
    this.#files = files;
  }

  /** `path` is relative to the top, with `/`. What lies in an ignored folder is ignored, whatever other rules say. */
  has(path: string, directory: boolean): boolean {
    const parts = path.split('/');
    return parts.some((_, i) => this.#verdict(parts.slice(0, i + 1), directory || i + 1 < parts.length));
  }

  #verdict(parts: readonly string[], directory: boolean): boolean {
    const key = parts.join('/') + (directory ? '/' : '');
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = this.#decide(parts, directory);
    this.#verdicts.set(key, verdict);
    return verdict;
  }

  /** The nearest file that says something decides. */
  #decide(parts: readonly string[], directory: boolean): boolean {
    const end = directory ? '/' : '';
    for (let level = parts.length - 1; level >= 0; level--) {
      const file = join(this.#top, ...parts.slice(0, level), '.gitignore');
      const said = says(this.#at(file), parts.slice(level).join('/') + end);
      if (said !== null) return said;
    }
    for (const file of this.#outer) {
      const said = says(this.#at(file), parts.join('/') + end);
      if (said !== null) return said;
    }
    return false;
  }

  #at(file: string): Rules {
    const known = this.#rules.get(file);
    if (known !== undefined) return known;
    const rules = this.#files.rules(file);
    this.#rules.set(file, rules);
    return rules;
  }
}

function says(rules: Rules, path: string): boolean | null {
  if (rules === 'none') return null;
  if (rules === 'all') return true;
  const { ignored, unignored } = rules.test(path);
  return ignored ? true : unignored ? false : null;
}
