import type { Claim } from '../claim.ts';
import { hostOfWord } from '../hosts.ts';
import { moved } from './moved.ts';
import { flagsByName, once, specsByName } from './rows.ts';
import type { Invocation } from './script.ts';
import { type Call, claimed, type Flag, type Operands, type Role, type Spec } from './spec.ts';
import { unlistedClaims, valueClaims } from './unlisted.ts';
import type { Word } from './word.ts';

/** Sorts an invocation's words by its spec and returns what the program would do. */
export function claimsOf(name: string, spec: Spec, invocation: Invocation): Claim[] {
  return follow([name], spec, invocation, invocation.args);
}

function follow(path: readonly string[], spec: Spec, invocation: Invocation, words: readonly Word[]): Claim[] {
  const whole = wholeOf(spec);
  const sorted = sortWords(whole, words);
  return [...sorted.places, ...moved(claimsAt(path, whole, invocation, words, sorted), sorted.directories)];
}

function claimsAt(
  path: readonly string[],
  whole: Spec,
  invocation: Invocation,
  words: readonly Word[],
  sorted: Sorted,
): Claim[] {
  const claims: Claim[] = [...sorted.claims, ...(whole.notes ?? []).map(each => claimed(each))];
  if (whole.sub !== undefined) {
    const [first] = sorted.operands;
    const after = first === undefined ? [] : words.slice(words.indexOf(first) + 1);
    const call = callOf(path, invocation, words, sorted);
    const own = whole.inspect?.(call) ?? [];
    if (first === undefined)
      return whole.noSub === undefined
        ? [...claims, ...own]
        : [...claims, ...own, ...follow(path, whole.noSub, invocation, [])];
    const known = first.text === null ? undefined : specsByName(whole.sub).get(first.text);
    if (known === undefined && whole.abbreviates === true) {
      const specs = abbreviated(whole.sub, first.text);
      if (specs.length > 0)
        return [
          ...claims,
          ...own,
          ...specs.flatMap(each => follow([...path, first.text ?? ''], each, invocation, after)),
        ];
    }
    const next = known ?? whole.otherSub;
    if (next === undefined) return [...claims, ...own];
    return [...claims, ...own, ...follow([...path, first.text ?? ''], next, invocation, after)];
  }
  claims.push(...operandClaims(sorted.operandRole ?? whole.operands ?? 'ignore', sorted.operands));
  const call = callOf(path, invocation, words, sorted);
  return [...claims, ...(whole.inspect?.(call) ?? [])];
}

/** The subcommands that a word is the beginning of; where there are several, the program may take any. */
function abbreviated(sub: NonNullable<Spec['sub']>, text: string | null): Spec[] {
  if (text === null || text.length < 2) return [];
  const found = new Set<Spec>();
  for (const [name, spec] of specsByName(sub)) if (name.startsWith(text)) found.add(spec);
  return [...found];
}

/** A spec with what it extends. */
const wholeOf = once((spec: Spec): Spec => (spec.like === undefined ? spec : merge(spec.like, spec)));

function merge(base: Spec, spec: Spec): Spec {
  const inner = wholeOf(base);
  const inspect = [inner.inspect, spec.inspect].filter(each => each !== undefined);
  return {
    ...inner,
    ...spec,
    flags: { ...inner.flags, ...spec.flags },
    notes: [...(inner.notes ?? []), ...(spec.notes ?? [])],
    ...(inspect.length > 0 ? { inspect: (call: Call) => inspect.flatMap(each => each(call)) } : {}),
  };
}

interface Sorted {
  operands: Word[];
  flags: Map<string, (Word | null)[]>;
  claims: Claim[];
  operandRole: Operands | undefined;
  /** Where the program goes before it does anything, in order. */
  directories: Word[];
  /** What these places come to. */
  places: Claim[];
}

function sortWords(spec: Spec, words: readonly Word[]): Sorted {
  const sorted: Sorted = {
    operands: [],
    flags: new Map(),
    claims: [],
    operandRole: undefined,
    directories: [],
    places: [],
  };
  const stop = spec.stopAtOperand === true || spec.sub !== undefined;
  let literalOnly = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) break;
    const text = word.text ?? word.prefix;
    if (literalOnly || text === '-' || !text.startsWith('-') || text === '') {
      sorted.operands.push(word);
      if (stop) {
        sorted.operands.push(...words.slice(i + 1));
        break;
      }
      continue;
    }
    if (text === '--') {
      literalOnly = true;
      continue;
    }
    i += takeFlag(spec, sorted, words, i, word, text);
  }
  return sorted;
}

const noFlags: NonNullable<Spec['flags']> = {};

/** Reads one flag word; returns how many further words it took. */
function takeFlag(spec: Spec, sorted: Sorted, words: readonly Word[], i: number, word: Word, text: string): number {
  const flags = flagsByName(spec.flags ?? noFlags);
  const long = text.startsWith('--') || spec.longSingle === true;
  if (long) {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const key = keyOf(spec, flags, name);
    const flag = key === null ? undefined : flags.get(key);
    const attached = equals < 0 ? null : tail(word, equals + 1);
    if (flag === undefined) return unknown(spec, sorted, name, attached, words[i + 1]);
    return apply(spec, flag, key ?? name, sorted, words, i, attached);
  }
  // A whole word such as `-exec` or `-pe` may be a flag of a program that also bundles.
  const single = text.length > 2 ? flags.get(text) : undefined;
  if (single !== undefined) return apply(spec, single, text, sorted, words, i, null);
  sorted.claims.push(...asWord(spec, flags, word, text, words[i + 1]));
  for (let at = 1; at < text.length; at++) {
    const key = `-${text[at]}`;
    const flag = flags.get(key);
    if (flag === undefined) {
      unknown(spec, sorted, key, null, spec.values === true && text.length === 2 ? words[i + 1] : undefined);
      continue;
    }
    if (flag.value !== undefined || flag.attached === true || flag.rest !== undefined) {
      const attached = at + 1 < text.length || word.text === null ? tail(word, at + 1) : null;
      return apply(spec, flag, key, sorted, words, i, attached);
    }
    apply(spec, flag, key, sorted, words, i, null);
  }
  return 0;
}

function apply(
  spec: Spec,
  flag: Flag,
  key: string,
  sorted: Sorted,
  words: readonly Word[],
  i: number,
  attached: Word | null,
): number {
  const given = sorted.flags.get(key) ?? [];
  sorted.flags.set(key, given);
  if (flag.note !== undefined) sorted.claims.push(claimed(flag.note));
  if (flag.operands !== undefined) sorted.operandRole = flag.operands;
  if (flag.rest !== undefined) {
    const rest = [...(attached === null ? [] : [attached]), ...words.slice(i + 1)];
    sorted.claims.push(...roleClaims(flag.rest, rest));
    given.push(...rest);
    return words.length;
  }
  if (flag.value === undefined) {
    if (spec.values === true && attached !== null) sorted.claims.push(...valueClaims(key, attached));
    given.push(attached);
    return 0;
  }
  // Where a value may be left out, the next option is none.
  const optional = spec.values === true && words[i + 1]?.prefix.startsWith('--') === true;
  const next = attached ?? (flag.attached === true || optional ? null : (words[i + 1] ?? null));
  given.push(next);
  if (spec.values === true && flag.value === 'ignore' && next !== null) sorted.claims.push(...valueClaims(key, next));
  if (next !== null && (flag.value === 'directory' || flag.value === 'project')) {
    // Seen from the folders before it, and not from itself.
    if (flag.value === 'project') sorted.places.push(...moved([{ does: 'load', path: next }], sorted.directories));
    sorted.directories.push(next);
  } else if (next !== null) sorted.claims.push(...roleClaims(flag.value, [next]));
  return attached === null && flag.attached !== true && !optional ? 1 : 0;
}

/** The spelling in the table of a flag as written: with another number of dashes, in other case, or abbreviated. */
function keyOf(spec: Spec, flags: ReadonlyMap<string, Flag>, name: string): string | null {
  if (flags.has(name)) return name;
  const other = name.startsWith('--') ? name.slice(1) : `-${name}`;
  if (spec.longSingle === true && flags.has(other)) return other;
  if (spec.caseless === true) {
    const small = name.replace(/^-+/, '').toLowerCase();
    for (const key of flags.keys()) if (key.replace(/^-+/, '').toLowerCase() === small) return key;
  }
  return spec.exact === true ? name : unabbreviate(flags, name);
}

/** `-out x` where `-o` is a flag: some programs take it for one long flag, whatever the table says of its letters. */
function asWord(
  spec: Spec,
  flags: ReadonlyMap<string, Flag>,
  word: Word,
  text: string,
  next: Word | undefined,
): Claim[] {
  const [, name = '', mark] = /^(-[a-zA-Z][\w.-]+)([=:])?/.exec(text) ?? [];
  if (name === '' || (name.length < 4 && mark === undefined)) return [];
  const attached = mark === undefined ? null : tail(word, name.length + 1);
  const listed = spec.values === true ? flags.get(`-${name}`) : undefined;
  const value = attached ?? next ?? null;
  if (listed?.value !== undefined && value !== null)
    return listed.value === 'ignore' ? valueClaims(name, value) : roleClaims(listed.value, [value]);
  if (attached === null && spec.values !== true) return [];
  return unlistedClaims(name, attached, spec.values === true ? (next ?? null) : null);
}

function unknown(spec: Spec, sorted: Sorted, name: string, attached: Word | null = null, next?: Word): number {
  if (attached !== null || next !== undefined) {
    // Behind an option that we do not know, a word with blanks or a place in it is more than a choice.
    const behind = spec.values === true || /\s|^\.{0,2}\//.test(next?.prefix ?? '');
    const claims = unlistedClaims(name, attached, behind ? (next ?? null) : null);
    sorted.claims.push(...claims.filter(claim => attached !== null || spec.values === true || claim.does === 'shell'));
  }
  sorted.flags.set(name, [...(sorted.flags.get(name) ?? []), null]);
  if (spec.unknownFlag !== undefined) sorted.claims.push(claimed(spec.unknownFlag, { flag: name }));
  return 0;
}

/** GNU's getopt takes any unambiguous beginning of a long option, and so may an attacker. */
function unabbreviate(flags: ReadonlyMap<string, Flag>, name: string): string | null {
  if (!name.startsWith('--') || name.length < 3) return null;
  for (const key of flags.keys()) if (key.startsWith(name)) return key;
  return null;
}

/** The rest of a word from character `at`. */
export function tail(word: Word, at: number): Word {
  return {
    raw: word.raw,
    text: word.text === null ? null : word.text.slice(at),
    prefix: word.prefix.slice(at),
    glob: word.glob,
    splits: word.splits,
  };
}

function operandClaims(roles: Operands, operands: readonly Word[]): Claim[] {
  if (roles === 'sourcesThenTarget' || roles === 'movesThenTarget') {
    const sources = operands.slice(0, -1);
    const target = operands.at(-1);
    const from: Claim[] = sources.flatMap(path =>
      roles === 'movesThenTarget'
        ? [
            {
              does: 'delete' as const,
              path,
              recursive: true,
              moved: true,
              ...(target === undefined ? {} : { to: target }),
            },
          ]
        : roleClaims('tree', [path]),
    );
    return target === undefined ? from : [...from, { does: 'write', path: target, into: sources }];
  }
  if (typeof roles === 'string') {
    if (roles === 'argv') return roleClaims('argv', operands);
    return operands.flatMap(operand => roleClaims(roles, [operand]));
  }
  return operands.flatMap((operand, i) => {
    const role = roles[Math.min(i, roles.length - 1)] ?? 'ignore';
    if (role !== 'argv') return roleClaims(role, [operand]);
    return i === roles.indexOf('argv') ? roleClaims('argv', operands.slice(i)) : [];
  });
}

/** What a word in this role comes to. */
export function roleClaims(role: Role, words: readonly Word[]): Claim[] {
  const [word] = words;
  if (word === undefined) return [];
  switch (role) {
    case 'ignore':
    case 'directory':
    case 'project':
      return [];
    case 'load':
      return [{ does: 'load', path: word }];
    case 'look':
      return [{ does: 'read', path: word, look: true }];
    case 'read':
    case 'tree':
      return [{ does: 'read', path: word, recursive: role === 'tree' }];
    case 'write':
    case 'append':
      return [{ does: 'write', path: word, append: role === 'append' }];
    case 'delete':
    case 'deleteTree':
      return [{ does: 'delete', path: word, recursive: role === 'deleteTree' }];
    case 'command':
      return [{ does: 'shell', text: word }];
    case 'argv':
    case 'program':
      return [{ does: 'run', argv: [...words] }];
    case 'script':
      return [{ does: 'script', path: word, language: null }];
    case 'url':
    case 'host':
      return [{ does: 'net', host: hostOfWord(word), send: false }];
    case 'upload':
      return [
        { does: 'read', path: word },
        { does: 'net', host: null, send: true },
      ];
  }
}

function callOf(path: readonly string[], invocation: Invocation, words: readonly Word[], sorted: Sorted): Call {
  return {
    path,
    invocation,
    words,
    operands: sorted.operands,
    flags: sorted.flags,
    has: (...flags) => flags.some(flag => sorted.flags.has(flag)),
    values: (...flags) => flags.flatMap(flag => (sorted.flags.get(flag) ?? []).filter(value => value !== null)),
  };
}
