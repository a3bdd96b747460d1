import { compile, type ProbeRule } from './rule.ts';
import { actionRules } from './rules/actions.ts';
import { addressedRules } from './rules/addressed.ts';
import { forgedRules } from './rules/forged.ts';
import { languageRules } from './rules/languages.ts';
import { linkRules } from './rules/links.ts';
import { overrideRules } from './rules/overrides.ts';

export const probeRules: readonly ProbeRule[] = [
  ...overrideRules,
  ...addressedRules,
  ...actionRules,
  ...forgedRules,
  ...linkRules,
  ...languageRules,
];

export interface Compiled {
  rule: ProbeRule;
  regex: RegExp;
}

/** Rules by what they begin with: a word of an alphabet, a word of a script without spaces, or a sign. */
export interface RuleTable {
  /** First word → rules. */
  words: ReadonlyMap<string, readonly Compiled[]>;
  /** Which hashes of words are in `words`; a hit may be by chance. */
  hashes: Uint8Array;
  /** First character's code, ASCII → rules. */
  signs: readonly (readonly Compiled[] | undefined)[];
  /** Finds the starts of scripts that put no spaces between words. */
  dense: RegExp;
  denseRules: readonly Compiled[];
}

const hashMask = 0xffff;

/** A letter, lower case; beyond ASCII, whatever is no common punctuation. */
export function isLetter(code: number): boolean {
  if (code < 128) return code >= 97 && code <= 122;
  return (
    code > 0xbf &&
    (code < 0x2000 || code > 0x206f) &&
    (code < 0x3000 || code > 0x303f) &&
    (code < 0xff00 || code > 0xff0f)
  );
}

/** The next value of a word's running hash, which begins with 0. */
export function mixed(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}

export function mayBeKnown(table: RuleTable, hash: number): boolean {
  return table.hashes[hash & hashMask] === 1;
}

function hashOf(word: string): number {
  let hash = 0;
  for (let i = 0; i < word.length; i++) hash = mixed(hash, word.charCodeAt(i));
  return hash;
}

function isDense(start: string): boolean {
  return /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/.test(start);
}

export function tableOf(rules: readonly ProbeRule[]): RuleTable {
  const words = new Map<string, Compiled[]>();
  const signs: (Compiled[] | undefined)[] = Array.from({ length: 128 });
  const denseStarts: string[] = [];
  const denseRules: Compiled[] = [];
  for (const rule of rules) {
    const compiled = { rule, regex: compile(rule.pattern) };
    if (rule.starts.some(isDense)) {
      denseStarts.push(...rule.starts);
      denseRules.push(compiled);
      continue;
    }
    for (const start of rule.starts) {
      const word = firstWord(start);
      if (word === '') signs[start.charCodeAt(0)] = [...new Set([...(signs[start.charCodeAt(0)] ?? []), compiled])];
      else push(words, word, compiled);
    }
  }
  const hashes = new Uint8Array(hashMask + 1);
  for (const word of words.keys()) hashes[hashOf(word) & hashMask] = 1;
  const dense = new RegExp(denseStarts.length === 0 ? '$^' : denseStarts.join('|'), 'g');
  return { words, hashes, signs, dense, denseRules };
}

function push(map: Map<string, Compiled[]>, key: string, compiled: Compiled): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [compiled]);
  else if (!known.includes(compiled)) known.push(compiled);
}

/** Empty for a start that is a sign. */
function firstWord(start: string): string {
  let end = 0;
  while (end < start.length && isLetter(start.charCodeAt(end))) end += 1;
  return start.slice(0, end);
}
