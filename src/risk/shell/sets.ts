import type { Assignment } from './script.ts';
import { unknown, type Word } from './word.ts';

/** What a builtin sets without a `NAME=value`: the names that can be read, and whether there may be others. */
export interface Sets {
  names: string[];
  any: boolean;
}

/**
 * Which letters of a builtin's options take a value, and which of those values name a variable; where its other words name
 * variables, from which on. Source: bash(1), shell builtin commands.
 */
interface Shape {
  values: string;
  named: string;
  from: number;
}

const lists: Shape = { values: 'dnOsuCc', named: '', from: 0 };
const shapes = new Map<string, Shape>([
  ['read', { values: 'dinNptu', named: 'a', from: 0 }],
  ['mapfile', lists],
  ['readarray', lists],
  ['getopts', { values: '', named: '', from: 1 }],
  ['printf', { values: '', named: 'v', from: Infinity }],
  ['wait', { values: '', named: 'p', from: Infinity }],
  ['unset', { values: '', named: '', from: 0 }],
  ['let', { values: '', named: '', from: 0 }],
  ['coproc', { values: '', named: '', from: 0 }],
]);

/** `args`: the words behind the builtin's name. */
export function setsOf(builtin: string, args: readonly Word[]): Sets {
  const shape = shapes.get(builtin);
  const sets: Sets = { names: [], any: false };
  if (shape === undefined) return sets;
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at];
    if (arg === undefined || isUnknownStart(arg)) break;
    if (!/^-./.test(arg.prefix)) break;
    if (arg.text === '--') {
      at++;
      break;
    }
    const letter = arg.prefix.slice(1).search(new RegExp(`[${shape.values}${shape.named}-]`)) + 1;
    // What is unknown in a cluster may be any of its letters.
    if (letter === 0) {
      if (arg.text === null) sets.any = true;
      continue;
    }
    const attached = arg.prefix.length > letter + 1 || arg.text === null;
    const value: Word | undefined = attached ? { ...arg, prefix: arg.prefix.slice(letter + 1) } : args[++at];
    if (shape.named.includes(arg.prefix[letter] ?? '-') && value !== undefined) addName(sets, value);
  }
  const first = args[at];
  if (first !== undefined && isUnknownStart(first) && hasOptions(shape, args.length - at)) sets.any = true;
  for (const word of args.slice(Math.min(args.length, at + shape.from))) {
    if (builtin === 'let') sets.names.push(...(word.prefix.match(/[A-Za-z_]\w*/g) ?? []));
    else addName(sets, word);
  }
  return sets;
}

/** Nothing is known of its beginning, so that it may be an option; but for text that no name of a variable could hold. */
function isUnknownStart({ text, prefix, raw }: Word): boolean {
  if (text !== null || prefix !== '') return false;
  return !/[% \\]/.test(raw) || !/^"?(\$\w+|\$\{\w+\}|[^$`])*$/.test(raw);
}

/** An option that names a variable needs something behind it to set it to. */
function hasOptions({ named, from }: Shape, left: number): boolean {
  return named !== '' && (from !== Infinity || left > 1);
}

/** A name, with or without a subscript; what is found or split by the shell may come to any. */
function addName(sets: Sets, { text, prefix, glob, splits }: Word): void {
  const name = /^[A-Za-z_]\w*/.exec(prefix)?.[0];
  if (name !== undefined) sets.names.push(name);
  if (text === null || splits || (glob && !/^[A-Za-z_]\w*\[/.test(prefix))) sets.any = true;
}

/** A variable that gets a value which the text does not tell. */
export function implied(name: string): Assignment {
  return { name, value: unknown(''), unexported: true };
}

/** Names that `${NAME:=…}` and arithmetic give a value, in a text of one such construct. */
export function setInText(text: string): string[] {
  const given = /^\$\{!?([A-Za-z_]\w*)(?:\[[^\]]*\])?:?=/.exec(text)?.[1];
  if (given !== undefined) return [given];
  return [
    ...text.matchAll(/([A-Za-z_]\w*)\s*(?:(?:[-+*/%&|^]|<<|>>)?=(?!=)|\+\+|--)|(?:\+\+|--)\s*([A-Za-z_]\w*)/g),
  ].flatMap(([, before, after]) => before ?? after ?? []);
}
