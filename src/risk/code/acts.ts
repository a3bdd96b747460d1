import type { Claim, Language } from '../claim.ts';
import { hostOf } from '../hosts.ts';
import { claimed, note } from '../shell/spec.ts';
import { literal, type Word } from '../shell/word.ts';
import type { Category, Tier } from '../tier.ts';
import { type CallSite, type Grammar, type Known, members, type Names } from './calls.ts';
import type { Token } from './tokens.ts';

/** What a call does, as data. Numbers are indices of arguments. */
export type Act =
  | { does: 'read' | 'write' | 'append' | 'delete' | 'deleteTree'; at?: number }
  /** The first argument goes away and the second is written. */
  | { does: 'move' | 'copy' }
  /** `open(path, mode)`. */
  | { does: 'open' }
  | { does: 'shell' | 'script' | 'directory' }
  /** `named`: the name that the program is told follows the program. */
  | { does: 'argv'; named?: boolean }
  | { does: 'net'; send?: boolean; at?: number }
  | { does: 'eval'; language: Language }
  | { does: 'note'; tier: Tier; category: Category; code: string }
  | { does: 'nothing' };

export type Acts = Readonly<Record<string, Act>>;

export interface Setting {
  where: 'inline' | 'file';
  grammar: Grammar;
  names: Names;
  /** The program goes to another folder, so that relative paths mean something else. */
  moves: boolean;
}

export function wordOf(known: Known | undefined, moves = false): Word {
  if (known === undefined) return { raw: '', text: null, prefix: '', glob: false, splits: false };
  if (known.text !== null && !(moves && !known.text.startsWith('/'))) return literal(known.text);
  const prefix = moves && !known.prefix.startsWith('/') ? '' : known.prefix;
  return {
    raw: known.tokens
      .map(token => token.text)
      .join(' ')
      .slice(0, 80),
    text: null,
    prefix,
    glob: false,
    splits: false,
  };
}

const decoders =
  /^(atob|b64decode|b32decode|b16decode|a85decode|b85decode|decodebytes|unhexlify|fromhex|fromCharCode|fromCodePoint|decompress|unescape|inflateSync|gunzipSync|base64_decode|gzinflate|gzuncompress|str_rot13|hex2bin|decode64|unpack1|decode_base64|strict_decode64|urlsafe_decode64|rot13|chr|from_base64)$/;

/** Whether tokens decode something: `atob(…)`, `Buffer.from(…, 'base64')`. */
export function decodes(tokens: readonly Token[]): boolean {
  return tokens.some(
    token =>
      (token.kind === 'name' && decoders.test(token.text)) ||
      (token.kind === 'string' && /^(base64|hex|rot_?13|rot13)$/.test(token.text)),
  );
}

/** One call → claims. An act on what is not known is kept where it is inline code, and dropped where it is the project's. */
export function actClaims(act: Act, call: CallSite, setting: Setting): Claim[] {
  const { where, grammar, names, moves } = setting;
  const path = (at: number): Word => wordOf(call.args[at], moves);
  const worth = (word: Word): boolean => where === 'inline' || word.text !== null || word.prefix.startsWith('/');
  switch (act.does) {
    case 'nothing':
    case 'directory':
      return [];
    case 'read':
    case 'write':
    case 'append':
    case 'delete':
    case 'deleteTree': {
      const word = path(act.at ?? 0);
      return worth(word) ? [pathClaim(act.does, word)] : [];
    }
    case 'open': {
      // Perl's begins with the handle. A mode may stand in the name, and a bar makes the rest a command.
      const perl = grammar.dots.includes('->') && grammar.bare;
      const args = perl ? call.args.slice(1) : call.args;
      const mode = args.find(arg => arg.text !== null && /^([rwaxbt+<>]{1,4}|-\||\|-)$/.test(arg.text));
      const [first] = perl ? args.filter(arg => arg !== mode) : args;
      const [, sign = '', rest = ''] = /^\s*(\||\+?[<>]{1,2})?\s*(.*?)\s*$/s.exec(first?.text ?? '') ?? [];
      if (grammar.bare && (sign === '|' || rest.endsWith('|') || mode?.text?.includes('|') === true))
        return [{ does: 'shell', text: literal(rest.replace(/\|$/, '')) }];
      const word = sign !== '' && grammar.bare ? literal(rest) : wordOf(first, moves);
      return worth(word) ? [pathClaim(/[wax+>]/.test(`${mode?.text ?? 'r'}${sign}`) ? 'write' : 'read', word)] : [];
    }
    case 'move':
    case 'copy': {
      const [from, to] = [path(0), path(1)];
      return [
        ...(worth(from) ? [pathClaim(act.does === 'move' ? 'delete' : 'read', from)] : []),
        ...(worth(to) ? [pathClaim('write', to)] : []),
      ];
    }
    case 'shell': {
      const list = call.args[0] === undefined ? null : members(call.args[0], grammar, names);
      if (list !== null || call.args.filter(arg => arg.text !== null).length > 1) return run(list ?? call.args, call);
      return shell(call.args[0], call);
    }
    case 'argv': {
      const [first, second] = call.args;
      if (first === undefined) return [];
      const list = members(first, grammar, names);
      if (list !== null) return run(list, call);
      if (act.named === true) {
        const told = (second === undefined ? null : members(second, grammar, names)) ?? call.args.slice(1);
        return run([first, ...told.slice(1)], call);
      }
      const rest = second === undefined ? null : members(second, grammar, names);
      const args = rest ?? (/[(.]args$|Command$/.test(call.path) ? null : call.args.slice(1)) ?? [];
      // `subprocess.run("text", shell=True)`, `spawn("text", { shell: true })`
      const shellMode = call.args.some(arg =>
        arg.tokens.some((token, i) => token.text === 'shell' && /^(true|True)$/.test(arg.tokens[i + 2]?.text ?? '')),
      );
      if (shellMode && rest === null) return shell(first, call);
      return run([first, ...args.filter(arg => arg.text !== null || arg.tokens[0]?.text !== '{')], call);
    }
    case 'script': {
      const word = path(0);
      return word.text === null ? [computed] : [{ does: 'script', path: word, language: null }];
    }
    case 'net': {
      const host = hostIn(call.args[act.at ?? 0]) ?? call.args.map(hostIn).find(each => each !== null) ?? null;
      const send = act.send === true || call.args.some(sends);
      return [{ does: 'net', host, send }];
    }
    case 'eval': {
      const [first] = call.args;
      const text = first?.text ?? null;
      if (text !== null) return [{ does: 'code', language: act.language, text: literal(text) }];
      if (decodes(first?.tokens ?? [])) return [decoded];
      return [evaluates];
    }
    case 'note':
      return [claimed(note(act.tier, act.category, act.code))];
  }
}

export const decoded = claimed(note('high', 'obscure', 'code.runsDecoded'));
export const evaluates = claimed(note('medium', 'inline-code', 'code.evaluates'));
const computed = claimed(note('medium', 'inline-code', 'code.importsComputed'));
const startsUnknown = claimed(note('medium', 'inline-code', 'code.startsUnknown'));

export type PathClaim = 'read' | 'write' | 'append' | 'delete' | 'deleteTree';

export function pathClaim(does: PathClaim, path: Word): Claim {
  switch (does) {
    case 'read':
      return { does, path };
    case 'write':
    case 'append':
      return { does: 'write', path, append: does === 'append' };
    case 'delete':
    case 'deleteTree':
      return { does: 'delete', path, recursive: does === 'deleteTree' };
  }
}

function shell(text: Known | undefined, call: CallSite): Claim[] {
  const whole = text?.text ?? null;
  if (whole !== null) return [{ does: 'shell', text: literal(whole) }];
  if (decodes(call.args.flatMap(arg => arg.tokens))) return [decoded];
  const known = text?.prefix.trim() ?? '';
  // The program is known though its arguments are not: `rm -rf ${x}`.
  if (/^\S+\s/.test(`${known} `) && known !== '' && /\s$/.test(text?.prefix ?? ''))
    return [startsUnknown, { does: 'run', argv: [...known.split(/\s+/).map(literal), wordOf(undefined)] }];
  return [startsUnknown];
}

function run(argv: readonly Known[], call: CallSite): Claim[] {
  const words = argv.map(each => wordOf(each));
  if ((words[0]?.text ?? null) === null)
    return [decodes(call.args.flatMap(arg => arg.tokens)) ? decoded : startsUnknown];
  return [{ does: 'run', argv: words }];
}

function hostIn(known: Known | undefined): string | null {
  if (known === undefined) return null;
  const text = known.text ?? known.prefix;
  if (/^(\w+:)?\/\/[^/]+/.test(text) && (known.text !== null || /^\w+:\/\/[^/]+\//.test(text))) return hostOf(text);
  if (known.text !== null && /^[\w.-]+\.[a-z]{2,}$|^\d+(\.\d+){3}$|^localhost$/i.test(known.text))
    return hostOf(known.text);
  // `{ host: 'x' }`, `("x", 80)`
  for (const [i, token] of known.tokens.entries()) {
    const value = known.tokens[i + 2];
    if (/^(host|hostname|url|uri)$/.test(token.text) && value?.kind === 'string' && value.open !== true)
      return hostOf(value.text);
  }
  const string = known.tokens.find(
    token =>
      token.kind === 'string' &&
      token.open !== true &&
      /^(\w+:\/\/|[\w.-]+\.[a-z]{2,}$|\d+(\.\d+){3}$|localhost$)/i.test(token.text),
  );
  return string === undefined ? null : hostOf(string.text);
}

/** `{ method: 'POST' }`, `data=…`, `body: …`. */
function sends(known: Known): boolean {
  return known.tokens.some((token, i) => {
    if (token.kind === 'string') return /^(POST|PUT|PATCH|DELETE)$/i.test(token.text);
    const next = known.tokens[i + 1]?.text;
    return /^(data|json|files|body)$/.test(token.text) && (next === '=' || next === ':');
  });
}
