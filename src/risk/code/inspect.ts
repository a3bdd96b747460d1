import type { Claim, Language } from '../claim.ts';
import { claimed, note } from '../shell/spec.ts';
import { literal } from '../shell/word.ts';
import {
  type Act,
  type Acts,
  actClaims,
  decoded,
  decodes,
  type PathClaim,
  pathClaim,
  type Setting,
  wordOf,
} from './acts.ts';
import { type CallSite, callsIn, fold, type Grammar, type Known, type Names } from './calls.ts';
import { type Lexis, type Token, tokenize } from './tokens.ts';

/** A language, as data for reading its programs. */
export interface Dialect {
  language: Language;
  lexis: Lexis;
  grammar: Grammar;
  /** Calls by their full path, or by `.last` where the last name alone says it. */
  acts: Acts;
  /** What the imports and assignments make names mean. */
  names(tokens: readonly Token[], names: Names, grammar: Grammar): void;
  /** Calls that only compute or print. Tested against the full path. */
  plain: RegExp;
  /** Modules that may be brought in to compute. */
  modules: RegExp;
  /** Names that undo what can be said about a program, wherever they stand. */
  unsafe: RegExp;
  /** Methods of path objects: the path is what they are called on, `Path("x").unlink()`. */
  pathMethods?: Readonly<Record<string, PathClaim>>;
  /** Modules that a text brings in. */
  imported(tokens: readonly Token[]): string[];
}

const doesMore = claimed(note('medium', 'inline-code', 'code.doesMore'));
const keyNamed =
  /(^|[/~])\.(ssh|gnupg|aws|kube|azure|netrc|pgpass|git-credentials|password-store|pypirc|config\/(gcloud|gh|op)|docker\/config\.json|bash_history|zsh_history)(\/|$)|(^|\/)id_(rsa|dsa|ecdsa|ed25519)$|^\/etc\/(shadow|gshadow|sudoers)|^\/proc\/(self|\d+|\*)\/(environ|mem)|docker\.sock$|(^|\/)(login data|wallet\.dat|cookies\.sqlite|logins\.json|key4\.db)$/i;

/** Program text → what it plainly does, and for code on the line whether it does more than print. */
export function inspectWith(dialect: Dialect, text: string, where: Setting['where'], home: string, depth = 0): Claim[] {
  const tokens = tokenize(text, dialect.lexis);
  const names: Names = { aliases: new Map(), constants: new Map(), home };
  dialect.names(tokens, names, dialect.grammar);
  const { calls, whole } = callsIn(tokens, dialect.grammar, names);
  const acts = calls.map(call => ({ call, act: actOf(dialect.acts, call) }));
  const moves = acts.some(({ act }) => act?.does === 'directory');
  const setting: Setting = { where, grammar: dialect.grammar, names, moves };
  const claims: Claim[] = whole ? [] : [claimed(note('medium', 'obscure', 'code.textUnknown'))];
  for (const { call, act } of acts) if (act !== undefined) claims.push(...actClaims(act, call, setting));
  for (const call of calls) claims.push(...methodClaims(dialect, call, tokens, setting));
  for (const token of tokens)
    if (token.kind === 'shell')
      claims.push(
        token.open === true
          ? claimed(note('medium', 'inline-code', 'code.startsUnknown'))
          : { does: 'shell', text: literal(token.text) },
      );
  claims.push(...mentions(tokens, where), ...chains(tokens, acts, claims, where), ...hidden(tokens, setting));
  if (where === 'inline')
    for (const path of dialect.imported(tokens))
      if (/^\.{0,2}\/(?!.*\.json$)/.test(path))
        claims.push({ does: 'script', path: literal(path), language: dialect.language });
  if (where === 'inline' && !isPlain(dialect, tokens, acts)) claims.push(doesMore);
  // Literal text that is evaluated is judged as what it stands in.
  return claims.flatMap(claim =>
    claim.does === 'code' && claim.text?.text !== undefined && claim.text.text !== null && depth < 4
      ? inspectWith(dialect, claim.text.text, where, home, depth + 1)
      : [claim],
  );
}

/** Tokens of the longest object that a method is called on. */
const maxChain = 400;

function methodClaims(
  { pathMethods = {} }: Dialect,
  call: CallSite,
  tokens: readonly Token[],
  setting: Setting,
): Claim[] {
  const does = Object.hasOwn(pathMethods, call.last) ? pathMethods[call.last] : undefined;
  if (does === undefined || tokens[call.at - 1]?.text !== '.' || tokens[call.at - 2]?.text !== ')') return [];
  let depth = 0;
  let from = call.at - 2;
  for (; from >= 0 && call.at - from < maxChain; from--) {
    if (tokens[from]?.text === ')') depth++;
    if (tokens[from]?.text === '(' && --depth === 0) break;
  }
  while (from > 0 && (tokens[from - 1]?.kind === 'name' || tokens[from - 1]?.text === '.')) from--;
  const path = wordOf(fold(tokens.slice(from, call.at - 1), setting.grammar, setting.names), setting.moves);
  return setting.where === 'inline' || path.text !== null ? [pathClaim(does, path)] : [];
}

export function actOf(acts: Acts, call: CallSite): Act | undefined {
  // An imported name may be another's: `import { execSync as x }`.
  const keys = [call.path, `.${call.path.slice(call.path.lastIndexOf('.') + 1)}`, `.${call.last}`];
  const key = keys.find(each => Object.hasOwn(acts, each));
  return key === undefined ? undefined : acts[key];
}

/** Names of key material, wherever they stand: how they are joined to a path may not be readable. */
function mentions(tokens: readonly Token[], where: Setting['where']): Claim[] {
  const named = tokens.find(token => token.kind === 'string' && keyNamed.test(token.text));
  if (named === undefined) return [];
  return [
    claimed(note(where === 'inline' ? 'critical' : 'high', 'credential-access', 'code.namesKeys'), {
      path: named.text.slice(0, 80),
    }),
  ];
}

/** Effects that are worse together: what was fetched or decoded is run. */
function chains(
  tokens: readonly Token[],
  acts: readonly { act: Act | undefined; call: CallSite }[],
  claims: readonly Claim[],
  where: Setting['where'],
): Claim[] {
  if (answers(acts, claims)) return [claimed(note('critical', 'unusual-network', 'shell.overSocket'))];
  if (acts.some(({ act, call }) => runs(act) && call.args.some(fetchesText)))
    return [claimed(note('critical', 'download', 'code.runsFetched'))];
  // In a longer program the two need not have to do with each other.
  if (where === 'file') return [];
  const computed = claims.some(
    claim => claim.does === 'note' && (claim.code === 'code.evaluates' || claim.code === 'code.startsUnknown'),
  );
  if (!computed) return [];
  const fetches = acts.some(({ act }) => act?.does === 'net');
  return [
    ...(fetches ? [claimed(note('critical', 'download', 'code.runsFetched'))] : []),
    ...(decodes(tokens) ? [decoded] : []),
  ];
}

function runs(act: Act | undefined): boolean {
  return act?.does === 'eval' || act?.does === 'shell' || act?.does === 'argv';
}

function fetchesText(known: Known): boolean {
  return known.tokens.some(
    token =>
      token.kind === 'name' &&
      /^(fetch|urlopen|requests|httpx|axios|curl_exec|getstore|Net|HTTParty)$/.test(token.text),
  );
}

/** A socket and a shell in one program: the shell takes its orders from elsewhere. */
function answers(acts: readonly { act: Act | undefined; call: CallSite }[], claims: readonly Claim[]): boolean {
  if (!acts.some(({ act, call }) => act?.does === 'net' && /socket|connect|Socket/.test(call.path))) return false;
  return claims.some(claim => {
    const program =
      claim.does === 'shell' ? claim.text.text : claim.does === 'run' ? (claim.argv[0]?.text ?? null) : null;
    return program !== null && /^(\S*\/)?((ba|da|z|k|a)?sh|cmd(\.exe)?|powershell|pwsh)\b/.test(program);
  });
}

const dangerous =
  /^(system|popen|exec|execSync|eval|spawn|spawnSync|child_process|subprocess|rmtree|unlink|rmSync|Function|constructor|os|socket)$/;

/** A dangerous name that is put together from pieces, so that nobody finds it. */
function hidden(tokens: readonly Token[], { grammar, names }: Setting): Claim[] {
  for (let i = 0; i < tokens.length; i++) {
    if (tokens[i]?.kind !== 'string' || !grammar.joins.includes(tokens[i + 1]?.text ?? '')) continue;
    let end = i + 1;
    while (grammar.joins.includes(tokens[end]?.text ?? '') && tokens[end + 1]?.kind === 'string') end += 2;
    if (end === i + 1 || end > i + 60) {
      i = end;
      continue;
    }
    const name = fold(tokens.slice(i, end), grammar, names).text;
    if (name !== null && dangerous.test(name)) return [claimed(note('high', 'obscure', 'code.hidesName'), { name })];
    i = end;
  }
  return [];
}

const harmless = new Set(['read', 'nothing']);

function isPlain(
  dialect: Dialect,
  tokens: readonly Token[],
  acts: readonly { call: CallSite; act: Act | undefined }[],
): boolean {
  if (tokens.some(token => token.kind === 'shell')) return false;
  if (tokens.some((token, i) => token.kind === 'name' && dialect.unsafe.test(token.text) && !readsOne(tokens, i)))
    return false;
  // A call of something computed: `x[y]()`, `f()()`.
  if (tokens.some((token, i) => /^[\])]$/.test(token.text) && token.kind === 'mark' && tokens[i + 1]?.text === '('))
    return false;
  const local = localNames(tokens);
  for (const { call, act } of acts) {
    if (act !== undefined) {
      const known = call.args[0]?.text ?? null;
      if (act.does === 'open' && known !== null && call.args.length === 1) continue;
      if (!harmless.has(act.does) || (act.does === 'read' && known === null)) return false;
      continue;
    }
    if (dialect.plain.test(call.path)) continue;
    if (call.path === call.last && local.has(call.last)) continue;
    return false;
  }
  // What an unknown module does when it is brought in is the project's own affair; its functions were seen to above.
  return dialect.imported(tokens).every(module => dialect.modules.test(module) || /^[\w@/.-]+$/.test(module));
}

/** `process.env.NODE_ENV`: one variable, whose name promises no secret. */
function readsOne(tokens: readonly Token[], i: number): boolean {
  const name = tokens[i + 2];
  return (
    tokens[i]?.text === 'env' &&
    tokens[i + 1]?.text === '.' &&
    name?.kind === 'name' &&
    !/SECRET|TOKEN|PASS|KEY|CREDENTIAL|AUTH|DSN|DATABASE_URL/i.test(name.text)
  );
}

/** Functions that the text itself defines. */
function localNames(tokens: readonly Token[]): Set<string> {
  const names = new Set<string>();
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (token.kind !== 'name' || next?.kind !== 'name') continue;
    if (/^(function|def|sub|fn)$/.test(token.text)) names.add(next.text);
    if (
      /^(const|let|var)$/.test(token.text) &&
      tokens[i + 2]?.text === '=' &&
      (tokens[i + 3]?.text === '(' || tokens[i + 4]?.text === '=>')
    )
      names.add(next.text);
  }
  return names;
}

/** `name = "literal"`, given once. */
export function constantsIn(
  tokens: readonly Token[],
  names: Names,
  grammar: Grammar,
  assign: readonly string[] = ['='],
): void {
  void grammar;
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'name' || !assign.includes(tokens[i + 1]?.text ?? '') || tokens[i + 1]?.kind !== 'mark')
      continue;
    const [value, end] = [tokens[i + 2], tokens[i + 3]];
    const ends = end === undefined || end.kind === 'line' || /^[;,)}]$/.test(end.text);
    const literalValue = value?.kind === 'string' && value.open !== true && ends ? value.text : null;
    names.constants.set(token.text, names.constants.has(token.text) ? null : literalValue);
  }
}
