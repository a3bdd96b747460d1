import type { Invocation } from './script.ts';
import { setsOf } from './sets.ts';
import type { Word } from './word.ts';

/** Builtins that run text, or make later words and names mean something else. */
const interpreters = new Set([
  'eval',
  'alias',
  'unalias',
  'enable',
  'hash',
  'trap',
  'shopt',
  'coproc',
  '.',
  'source',
  'let',
  'mapfile',
  'readarray',
  'bind',
  'complete',
  'compopt',
  'fc',
  'history',
  'local',
]);

/** A subscript in the name of a variable is evaluated: `read 'a[$(cmd)]'` runs cmd. */
const takesNames = new Set(['read', 'unset', 'export', 'declare', 'typeset', 'readonly', 'getopts', 'wait']);

/** Whether a builtin runs what the tree does not show, or changes how the rest is read. */
export function evaluates(invocation: Invocation): boolean {
  if (invocation.name.text === 'time' && isOddlyTimed(invocation.args)) return true;
  const [name, ...args] = effective([invocation.name, ...invocation.args]);
  if (name === undefined) return false;
  const text = name.text;
  if (text === null) return true;
  if (interpreters.has(text)) return true;
  if (invocation.env.some(each => each.name === 'PS4')) return true;
  if (takesNames.has(text)) {
    if (args.some(arg => arg.prefix.split('=')[0]?.includes('[') === true || /^[$`"]/.test(arg.raw))) return true;
    if (setsOf(text, args).any) return true;
    if (/^(declare|typeset|export|readonly)$/.test(text))
      return args.some(arg => isUnnamed(arg) || (/^[-+]/.test(arg.prefix) && !/^-[xrgp]+$/.test(arg.text ?? '')));
    return text === 'unset' && args.some(arg => arg.prefix.startsWith('-'));
  }
  switch (text) {
    case 'printf': {
      const named = args[0] === undefined || args[0].prefix.startsWith('-v') || args[0].splits;
      return setsOf(text, args).any || (named && !(args[0]?.text === '-v' && isName(args[1])));
    }
    case 'let':
      return !args.every(arg => /^[A-Za-z_]\w*=\d+$/.test(arg.text ?? ''));
    case 'compgen':
      return !args.every(arg => /^(-[abcdefgjksuv]|\w+)$/.test(arg.text ?? ''));
    case 'test':
    case '[':
      if (args.some(arg => /^-[vR]$/.test(arg.text ?? ''))) return !args.every(isNameOrFlag);
      return args.length < 3 && args.some(arg => arg.splits);
    case 'set':
      return !/^(( [-+][eux]+)| [-+][eux]*o (pipefail|errexit|nounset|xtrace))*$/.test(
        args.map(arg => ` ${arg.text ?? '?'}`).join(''),
      );
    default:
      return false;
  }
}

/** The `time` of the shell knows -p alone, and may stand before any keyword; other flags are those of the program. */
function isOddlyTimed(args: readonly Word[]): boolean {
  const first = (args[0]?.text === '-p' ? args[1] : args[0])?.raw ?? '-';
  return first === 'time' || !/^\w[\w./-]*$/.test(first);
}

/** `NAME`, `NAME=value`: the name is known and no pattern. */
const isUnnamed = ({ text, prefix, glob }: Word): boolean =>
  !prefix.includes('=') && (text === null || (glob && !prefix.startsWith('-')));
const isName = (word: Word | undefined): boolean => /^[A-Za-z_]\w*$/.test(word?.text ?? '');
const isNameOrFlag = (word: Word): boolean => /^(-?[A-Za-z_]\w*|[!=])$/.test(word.text ?? '');

/** Words without `command`, `builtin` and `time` before them. */
export function effective(words: readonly Word[]): readonly Word[] {
  let at = 0;
  while (/^(command|builtin|time)$/.test(words[at]?.text ?? '') && words[at + 1] !== undefined) {
    at++;
    while (words[at]?.prefix.startsWith('-') === true) at++;
  }
  return words.slice(at);
}
