import type { Facts } from '../../src/risk/facts.ts';
import { expandCommand } from '../../src/risk/shell/expand.ts';
import { programs } from '../../src/risk/shell/programs/table.ts';
import type { Invocation } from '../../src/risk/shell/script.ts';
import type { Word } from '../../src/risk/shell/word.ts';
import { parseBash } from '../risk/shell/support.ts';
import { type Run, start } from './bash.ts';

/** What the classifier takes a text to run, and whether it says that this is all. */
export interface Reading {
  obscure: readonly string[];
  invocations: readonly Invocation[];
}

/**
 * What bash did and the classifier did not say. `hidden`: a program that it does not list; `words`: a listed program with
 * other words; `folder`: a listed program somewhere else.
 */
export interface Counterexample {
  kind: 'hidden' | 'words' | 'folder';
  text: string;
  run: Run;
}

const facts: Facts = {
  root: start.directory,
  home: start.home,
  ownState: [],
  trustedHosts: new Set(),
  path: path => ({ real: path, inside: path.startsWith(start.directory), kind: 'file', held: 'tracked', links: 1 }),
  text: () => null,
  manifest: () => null,
};

export function read(text: string): Reading {
  const { parts, obscure } = expandCommand({ parse: parseBash, table: programs, facts }, text, start.directory);
  return { obscure, invocations: parts.map(part => part.invocation) };
}

/** The first run that the reading does not account for; null where it accounts for all. */
export function compare(text: string, { invocations }: Reading, runs: readonly Run[]): Counterexample | null {
  for (const run of runs) {
    const [name, ...args] = run.words;
    const named = invocations.filter(each => each.name.text !== null && bytes(each.name.text) === name);
    if (named.length === 0) return { kind: 'hidden', text, run };
    const same = named.filter(each => fits(each.args, args));
    if (same.length === 0) return { kind: 'words', text, run };
    // A read-only PWD hides where bash is.
    if (
      !/(readonly|declare|typeset)[^\n]*PWD/.test(text) &&
      !same.some(({ directories }) => directories === null || directories.includes(run.directory))
    )
      return { kind: 'folder', text, run };
  }
  return null;
}

/** Whether words as read may come to these: an unknown or a pattern stands for anything that begins like it. */
function fits(words: readonly Word[], args: readonly string[]): boolean {
  const [word, ...rest] = words;
  if (word === undefined) return args.length === 0;
  const many = word.splits || word.glob;
  if (!many) return args.length > 0 && matches(word, args[0] ?? '') && fits(rest, args.slice(1));
  for (let taken = 0; taken <= args.length; taken++) if (fits(rest, args.slice(taken))) return true;
  return false;
}

function matches(word: Word, arg: string): boolean {
  return word.text === null ? arg.startsWith(bytes(word.prefix)) : arg === bytes(word.text);
}

/** As the sandbox reports them: a character for each byte, and a newline for the one that stands for it there. */
function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1').replaceAll('\x01', '\n');
}
