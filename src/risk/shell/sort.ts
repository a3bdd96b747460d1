import type { Claim } from '../claim.ts';
import { hostOfWord } from '../hosts.ts';
import { moved } from './moved.ts';
import type { Invocation } from './script.ts';
import { type Call, claimed, type Flag, type Operands, type Role, type Spec } from './spec.ts';
import type { Word } from './word.ts';

/** Sorts an invocation's words by its spec and returns what the program would do. */
export function claimsOf(name: string, spec: Spec, invocation: Invocation): Claim[] {
  return follow([name], spec, invocation, invocation.args);
}

function follow(path: readonly string[], spec: Spec, invocation: Invocation, words: readonly Word[]): Claim[] {
  const whole = spec.like === undefined ? spec : merge(spec.like, spec);
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
    const known =
      first.text === null ? undefined : Object.hasOwn(whole.sub, first.text) ? whole.sub[first.text] : undefined;
    const next = known ?? whole.otherSub;
    if (next === undefined) return [...claims, ...own];
    return [...claims, ...own, ...follow([...path, first.text ?? ''], next, invocation, after)];
  }
  claims.push(...operandClaims(sorted.operandRole ?? whole.operands ?? 'ignore', sorted.operands));
  const call = callOf(path, invocation, words, sorted);
  return [...claims, ...(whole.inspect?.(call) ?? [])];
}

function merge(base: Spec, spec: Spec): Spec {
  const inner = base.like === undefined ? base : merge(base.like, base);
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

/** Reads one flag word; returns how many further words it took. */
function takeFlag(spec: Spec, sorted: Sorted, words: readonly Word[], i: number, word: Word, text: string): number {
  const flags = spec.flags ?? {};
  const long = text.startsWith('--') || spec.longSingle === true;
  if (long) {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const key = Object.hasOwn(flags, name) ? name : spec.exact === true ? null : unabbreviate(flags, name);
    const flag = key === null ? undefined : flags[key];
    if (flag === undefined) return unknown(spec, sorted, name);
    const attached = equals < 0 ? null : tail(word, equals + 1);
    return apply(flag, key ?? name, sorted, words, i, attached);
  }
  // A whole word such as `-exec` or `-pe` may be a flag of a program that also bundles.
  if (text.length > 2 && Object.hasOwn(flags, text) && flags[text] !== undefined)
    return apply(flags[text], text, sorted, words, i, null);
  for (let at = 1; at < text.length; at++) {
    const key = `-${text[at]}`;
    const flag = Object.hasOwn(flags, key) ? flags[key] : undefined;
    if (flag === undefined) {
      unknown(spec, sorted, key);
      continue;
    }
    if (flag.value !== undefined || flag.attached === true || flag.rest !== undefined) {
      const attached = at + 1 < text.length || word.text === null ? tail(word, at + 1) : null;
      return apply(flag, key, sorted, words, i, attached);
    }
    apply(flag, key, sorted, words, i, null);
  }
  return 0;
}

function apply(
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
    given.push(attached);
    return 0;
  }
  const next = attached ?? (flag.attached === true ? null : (words[i + 1] ?? null));
  given.push(next);
  if (next !== null && (flag.value === 'directory' || flag.value === 'project')) {
    // Seen from the folders before it, and not from itself.
    if (flag.value === 'project') sorted.places.push(...moved([{ does: 'load', path: next }], sorted.directories));
    sorted.directories.push(next);
  } else if (next !== null) sorted.claims.push(...roleClaims(flag.value, [next]));
  return attached === null && flag.attached !== true ? 1 : 0;
}

function unknown(spec: Spec, sorted: Sorted, name: string): number {
  sorted.flags.set(name, [...(sorted.flags.get(name) ?? []), null]);
  if (spec.unknownFlag !== undefined) sorted.claims.push(claimed(spec.unknownFlag, { flag: name }));
  return 0;
}

/** GNU's getopt takes any unambiguous beginning of a long option, and so may an attacker. */
function unabbreviate(flags: Readonly<Record<string, Flag>>, name: string): string | null {
  if (!name.startsWith('--') || name.length < 3) return null;
  return Object.keys(flags).find(key => key.startsWith(name)) ?? null;
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
        ? [{ does: 'delete' as const, path, recursive: true, moved: true }]
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
