import { posix } from 'node:path';
import type { Token } from './tokens.ts';

/** What an expression comes to, as far as the text tells. */
export interface Known {
  /** Null where something decides at run time. */
  text: string | null;
  prefix: string;
  /** The tokens, for what is neither string nor path: a list of arguments, an object. */
  tokens: readonly Token[];
}

/** `path(args)`, or `path arg` where the language needs no brackets. */
export interface CallSite {
  /** With imported names resolved: `subprocess.run`, `fs.rmSync`; `?.name` on something unknown. */
  path: string;
  /** The last name of it. */
  last: string;
  args: readonly Known[];
  /** Index of its first token. */
  at: number;
}

/** How a language joins strings and names. */
export interface Grammar {
  /** Operators that join strings. */
  joins: readonly string[];
  /** What stands between the names of a path. */
  dots: readonly string[];
  /** A string may follow a name without brackets: `system "ls"`. */
  bare: boolean;
  /** Names that bring a module in: `require('x')`. Their result is the module's name. */
  imports: readonly string[];
}

export interface Names {
  /** Local name → what it stands for: `sp` → `subprocess`, `run` → `subprocess.run`. */
  aliases: Map<string, string>;
  /** Variables that were given one literal, once. */
  constants: Map<string, string | null>;
  home: string;
}

const keywords =
  /^(if|for|while|switch|catch|return|function|and|or|not|in|is|elif|with|except|unless|until|foreach|new|await|async|yield|throw|raise|else|do|then|def|lambda|class|typeof|void|delete|import|from|as|assert|del|case|when|my|our|local|echo_|sub|fn|let|const|var|of|instanceof|super|static|get_|set_|try|finally|end|begin|elsif|match)$/;

/** Calls within calls within calls read their tokens again for each: no program of somebody's own comes to as many. */
const maxRead = 150_000;

/** Every call in the tokens, in order; `whole` is false where there are too many to be read. */
export function callsIn(
  tokens: readonly Token[],
  grammar: Grammar,
  names: Names,
): { calls: CallSite[]; whole: boolean } {
  const calls: CallSite[] = [];
  let read = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    const next = tokens[i + 1];
    if (token?.kind !== 'name' || next === undefined || keywords.test(token.text)) continue;
    const bracket = next.kind === 'mark' && next.text === '(';
    const optional = next.text === '?.' && tokens[i + 2]?.text === '(';
    const tagged = next.kind === 'string' && grammar.imports.includes('import') && tokens[i - 1]?.text !== 'from';
    const word =
      grammar.bare &&
      startsValue(next) &&
      !isPrevious(tokens, i, /^(def|sub|function|class|module|package|use|my|our)$/);
    if (!bracket && !optional && !tagged && !word) continue;
    // `function f(`, `def f(` and `fn f(` define.
    if (isPrevious(tokens, i, /^(function|def|sub|class|fn|func)$/)) continue;
    const path = pathAt(tokens, i, grammar, names);
    const open = optional ? i + 2 : i + 1;
    const args =
      bracket || optional ? argumentsAt(tokens, open + 1, ')') : tagged ? [[next]] : argumentsAt(tokens, i + 1, null);
    read += args.reduce((sum, arg) => sum + arg.length, 0);
    if (read > maxRead) return { calls, whole: false };
    calls.push({ path, last: token.text, args: args.map(arg => fold(arg, grammar, names)), at: i });
  }
  return { calls, whole: true };
}

function startsValue(token: Token): boolean {
  return (
    token.kind === 'string' ||
    token.kind === 'shell' ||
    (token.kind === 'name' && /^[$@A-Z]/.test(token.text)) ||
    token.text === '['
  );
}

function isPrevious(tokens: readonly Token[], i: number, names: RegExp): boolean {
  const before = tokens[i - 1];
  return before?.kind === 'name' && names.test(before.text);
}

/** The dotted name that ends at token `i`. */
export function pathAt(tokens: readonly Token[], i: number, grammar: Grammar, names: Names): string {
  const parts: string[] = [tokens[i]?.text ?? ''];
  let at = i - 1;
  while (at >= 1 && tokens[at]?.kind === 'mark' && grammar.dots.includes(tokens[at]?.text ?? '')) {
    const before = tokens[at - 1];
    if (before?.kind === 'name') {
      parts.unshift(before.text);
      at -= 2;
      continue;
    }
    const module = before?.text === ')' ? importAt(tokens, at - 1, grammar) : null;
    parts.unshift(module ?? '?');
    at = -1;
  }
  const [first = '', ...rest] = parts;
  const whole = [names.aliases.get(first) ?? first, ...rest].join('.');
  return whole.replaceAll('::', '.').replace(/^(globalThis|global|window|self|std|builtins|__builtins__|core::)\./, '');
}

/** The module that `require('x')`, closing at `end`, brings in. */
export function importAt(tokens: readonly Token[], end: number, grammar: Grammar): string | null {
  let close = end;
  // `(await import('x'))`
  while (tokens[close]?.text === ')' && tokens[close - 1]?.text === ')') close--;
  const [name, open, string] = [tokens[close - 3], tokens[close - 2], tokens[close - 1]];
  if (open?.text !== '(' || string?.kind !== 'string' || string.open === true) return null;
  return name !== undefined && grammar.imports.includes(name.text) ? moduleName(string.text) : null;
}

export function moduleName(text: string): string {
  return text.replace(/^node:/, '');
}

/** Index of the next token that is so, at most `reach` further on; -1 where there is none. */
export function indexFrom(
  tokens: readonly Token[],
  from: number,
  reach: number,
  is: (token: Token) => boolean,
): number {
  for (let i = from; i < tokens.length && i < from + reach; i++) {
    const token = tokens[i];
    if (token !== undefined && is(token)) return i;
  }
  return -1;
}

/** No call that matters has more tokens among its arguments. */
const maxArguments = 400;

/** Arguments from `from` to the closing bracket, or to the end of the statement. */
function argumentsAt(tokens: readonly Token[], from: number, close: ')' | null): Token[][] {
  const args: Token[][] = [];
  let arg: Token[] = [];
  let depth = 0;
  for (let i = from; i < tokens.length && i < from + maxArguments; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (token.kind === 'mark') {
      if (/^[([{]$/.test(token.text)) depth++;
      if (/^[)\]}]$/.test(token.text)) {
        if (depth === 0) break;
        depth--;
      }
      if (depth === 0 && token.text === ',') {
        args.push(arg);
        arg = [];
        continue;
      }
      if (close === null && depth === 0 && token.text === ';') break;
    }
    if (token.kind === 'line') {
      if (close === null && depth === 0) break;
      continue;
    }
    if (close === null && depth === 0 && /^(or|and|if|unless|for|do)$/.test(token.text) && token.kind === 'name') break;
    arg.push(token);
  }
  if (arg.length > 0) args.push(arg);
  return args;
}

/** Splits a list (`[a, b]`, `(a, b)`) into its members; null where it is none. */
export function members(known: Known, grammar: Grammar, names: Names): Known[] | null {
  const [first] = known.tokens;
  if (first?.text !== '[' && first?.text !== '(') return null;
  return argumentsAt(known.tokens, 1, ')').map(arg => fold(arg, grammar, names));
}

const nothing = (tokens: readonly Token[], prefix = ''): Known => ({ text: null, prefix, tokens });

/** Strings joined, joined paths and the home folder: what an argument comes to. */
export function fold(tokens: readonly Token[], grammar: Grammar, names: Names): Known {
  let prefix = '';
  let term: Token[] = [];
  let depth = 0;
  let known = true;
  const close = (path: boolean): void => {
    if (!known) return;
    const value = foldTerm(term, grammar, names);
    prefix = path && prefix !== '' ? posix.join(prefix, value.prefix) : prefix + value.prefix;
    known = value.text !== null;
    term = [];
  };
  let asPath = false;
  for (const token of tokens) {
    if (
      token.kind === 'mark' &&
      depth === 0 &&
      term.length > 0 &&
      (grammar.joins.includes(token.text) || token.text === '/')
    ) {
      close(asPath);
      asPath = token.text === '/';
      continue;
    }
    if (token.kind === 'mark' && /^[([{]$/.test(token.text)) depth++;
    if (token.kind === 'mark' && /^[)\]}]$/.test(token.text)) depth--;
    // `"a" "b"` is one string.
    if (depth === 0 && token.kind === 'string' && term.length === 1 && term[0]?.kind === 'string') close(asPath);
    term.push(token);
  }
  if (term.length > 0) close(asPath);
  else if (tokens.length === 0) return nothing(tokens);
  return { text: known ? prefix : null, prefix, tokens };
}

const joinsPaths =
  /(^|\.)(path\.join|path\.resolve|path\.posix\.join|path\.posix\.resolve|os\.path\.join|File\.join|File\.expand_path|Path|PurePath|PosixPath|pathlib\.Path|Pathname\.new|join|resolve|expanduser|path\.expanduser|abspath|String|str|fsencode|shlex\.quote|quote|URL|normalize|Buffer\.from)$/;
const isHome = /(^|\.)(homedir|Path\.home|Dir\.home|os\.homedir)$/;

function foldTerm(tokens: readonly Token[], grammar: Grammar, names: Names): Known {
  const [first] = tokens;
  if (first === undefined) return nothing(tokens);
  if (first.kind === 'string' && tokens.length === 1) {
    const text = expandHome(first.text, names.home);
    return first.open === true ? nothing(tokens, text) : { text, prefix: text, tokens };
  }
  if (first.text === '(' && tokens.at(-1)?.text === ')') return fold(tokens.slice(1, -1), grammar, names);
  if (first.kind !== 'name') return nothing(tokens);
  if (tokens.length === 1) {
    const value = names.constants.get(first.text) ?? null;
    return value === null ? nothing(tokens) : { text: value, prefix: value, tokens };
  }
  const plain = tokens.map(token => token.text).join('');
  if (
    /^(process\.env\.HOME|process\.env\[HOME\]|os\.environ\[HOME\]|ENV\[HOME\]|os\.environ\.get\(HOME\)|os\.getenv\(HOME\)|\$ENV\{HOME\}|ENV\.fetch\(HOME\)|getenv\(HOME\)|os\.path\.expanduser\(~\))$/.test(
      plain,
    )
  )
    return { text: names.home, prefix: names.home, tokens };
  const open = tokens.findIndex(token => token.text === '(');
  if (open < 1 || tokens.at(-1)?.text !== ')') return nothing(tokens);
  // Only one call: `path.join(a, b)`, not `f(a).g(b)`.
  if (tokens.slice(0, open).some(token => token.text === ')')) return nothing(tokens);
  const path = pathAt(tokens, open - 1, grammar, names);
  if (isHome.test(path)) return { text: names.home, prefix: names.home, tokens };
  if (!joinsPaths.test(path)) return nothing(tokens);
  let prefix = '';
  for (const arg of argumentsAt(tokens, open + 1, ')')) {
    const value = fold(arg, grammar, names);
    prefix =
      prefix === '' ? value.prefix : value.prefix.startsWith('/') ? value.prefix : posix.join(prefix, value.prefix);
    if (value.text === null) return nothing(tokens, prefix);
  }
  return { text: prefix, prefix, tokens };
}

function expandHome(text: string, home: string): string {
  return text === '~' || text.startsWith('~/') ? home + text.slice(1) : text;
}
