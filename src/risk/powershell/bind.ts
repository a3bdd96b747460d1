import type { Claim } from '../claim.ts';
import type { Invocation } from '../shell/script.ts';
import { roleClaims } from '../shell/sort.ts';
import { claimed, type Note, note, type Role } from '../shell/spec.ts';
import type { Word } from '../shell/word.ts';
import { alsoPrograms } from './names.ts';
import { placed } from './places.ts';
import { unknown } from './word.ts';

/** One of PowerShell's commands as data. What cannot be said as data is said by `inspect`. */
export interface Cmdlet {
  /** By lower-case name without the dash: the role of its value, or that it takes none. Any beginning of a name is that name. */
  parameters?: Readonly<Record<string, Role | 'switch'>>;
  /** Parameters that words without one belong to, in order; the last takes the rest. */
  positions?: readonly string[];
  /** The parameter that gets what comes through the pipe. */
  piped?: string;
  /** Applies whatever the arguments. */
  notes?: readonly Note[];
  inspect?: (bound: Bound) => Claim[];
}

/** An invocation whose words were given to parameters. */
export interface Bound {
  name: string;
  invocation: Invocation;
  has: (...parameters: string[]) => boolean;
  values: (...parameters: string[]) => Word[];
}

export type Cmdlets = Readonly<Record<string, Cmdlet>>;

/** Parameters that every command has. */
const common: Readonly<Record<string, Role | 'switch'>> = {
  verbose: 'switch',
  vb: 'switch',
  debug: 'switch',
  db: 'switch',
  whatif: 'switch',
  wi: 'switch',
  confirm: 'switch',
  cf: 'switch',
  erroraction: 'ignore',
  ea: 'ignore',
  warningaction: 'ignore',
  wa: 'ignore',
  informationaction: 'ignore',
  infa: 'ignore',
  progressaction: 'ignore',
  errorvariable: 'ignore',
  ev: 'ignore',
  warningvariable: 'ignore',
  wv: 'ignore',
  outvariable: 'ignore',
  ov: 'ignore',
  outbuffer: 'ignore',
  ob: 'ignore',
  pipelinevariable: 'ignore',
  pv: 'ignore',
};

const strange = (parameter: string): Claim => claimed(note('medium', 'obscure', 'powershell.parameter'), { parameter });

/** Gives the words of an invocation to the parameters and returns what the command would do. */
export function bind(
  cmdlet: Cmdlet,
  name: string,
  invocation: Invocation,
  groups: readonly (readonly Word[])[],
): Claim[] {
  const parameters = cmdlet.parameters ?? {};
  // A parameter that the command does not have is a flag of the program by that name, which is judged by itself.
  const isProgram = alsoPrograms.has((invocation.name.text ?? '').toLowerCase());
  const bound = new Map<string, Word[]>();
  const claims: Claim[] = (cmdlet.notes ?? []).map(each => claimed(each));
  const positional: (readonly Word[])[] = [];
  for (let i = 0; i < groups.length; i++) {
    const [first, ...more] = groups[i] ?? [];
    if (first === undefined) continue;
    if (!/^--?[A-Za-z?]/.test(first.raw)) {
      if (first.raw.startsWith('@') && first.text === null && first.splits) claims.push(strange(first.raw));
      positional.push([first, ...more]);
      continue;
    }
    const colon = first.prefix.indexOf(':');
    const written = (colon < 0 ? first.prefix : first.prefix.slice(0, colon)).replace(/^--?/, '').toLowerCase();
    const key = parameterNamed(written, parameters);
    if (key === null && cmdlet.parameters !== undefined && !isProgram) claims.push(strange(`-${written}`));
    const role = key === null ? 'switch' : (parameters[key] ?? common[key] ?? 'switch');
    const given = bound.get(key ?? written) ?? [];
    bound.set(key ?? written, given);
    if (colon >= 0) given.push(after(first, colon + 1), ...more);
    else if (role !== 'switch') {
      const next = groups[i + 1];
      if (next === undefined || /^--?[A-Za-z?]/.test(next[0]?.raw ?? '')) continue;
      given.push(...next);
      i++;
    }
  }
  place(positional, cmdlet.positions ?? [], bound);
  const { stdin } = invocation;
  if (cmdlet.piped !== undefined && !bound.has(cmdlet.piped) && !bound.has('literalpath')) {
    if (stdin.type === 'text')
      bound.set(cmdlet.piped, [{ ...unknown('$input'), text: stdin.text, prefix: stdin.text ?? '' }]);
    else if (stdin.type === 'pipe') bound.set(cmdlet.piped, [unknown('$input')]);
  }
  for (const [key, words] of bound) {
    const role = parameters[key];
    if (role === undefined || role === 'switch') continue;
    for (const word of words)
      claims.push(...placed(word, key === 'literalpath', role, each => roleClaims(role, [each])));
  }
  const has = (...names: string[]): boolean => names.some(each => bound.has(each));
  const values = (...names: string[]): Word[] => names.flatMap(each => bound.get(each) ?? []);
  return [...claims, ...(cmdlet.inspect?.({ name, invocation, has, values }) ?? [])];
}

function place(groups: readonly (readonly Word[])[], positions: readonly string[], bound: Map<string, Word[]>): void {
  const free = positions.filter(each => !bound.has(each));
  const last = free.at(-1) ?? positions.at(-1);
  for (const [at, words] of groups.entries()) {
    const key = free[at] ?? last;
    if (key !== undefined) bound.set(key, [...(bound.get(key) ?? []), ...words]);
  }
}

/** Of several that begin so, the one that touches something: PowerShell itself would refuse, in some version at least. */
function parameterNamed(written: string, parameters: Readonly<Record<string, Role | 'switch'>>): string | null {
  if (Object.hasOwn(parameters, written) || Object.hasOwn(common, written)) return written;
  const all = [...Object.keys(parameters), ...Object.keys(common)].filter(each => each.startsWith(written));
  return all.find(each => !/^(switch|ignore)$/.test(parameters[each] ?? 'ignore')) ?? all[0] ?? null;
}

function after(word: Word, at: number): Word {
  return {
    ...word,
    raw: word.raw.slice(word.raw.indexOf(':') + 1),
    text: word.text === null ? null : word.text.slice(at),
    prefix: word.prefix.slice(at),
  };
}
