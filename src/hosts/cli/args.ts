import { parseArgs } from 'node:util';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { nearest } from './nearest.ts';

/**
 * One option of a command. `value` names its argument in the help; `about` says what it does, defaults included. `texts`
 * may be given several times; a `count` begins at 1 where `least` says nothing else.
 */
export type OptionSpec = { about: string } & (
  | { kind: 'flag' }
  | { kind: 'text'; value: string }
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'texts'; value: string }
  | { kind: 'count'; value: string; least?: number; most?: number }
  | { kind: 'amount'; value: string }
);

export interface CommandSpec {
  name: string;
  /** One line, for the list of commands. */
  summary: string;
  /** `many`: the last one may be given several times. */
  positionals: readonly { name: string; about: string; required: boolean; many?: true }[];
  options: Readonly<Record<string, OptionSpec>>;
  /** Paragraphs below the options in the command's help. */
  notes?: readonly string[];
}

type ValueOf<O extends OptionSpec> = O extends { kind: 'flag' }
  ? boolean
  : O extends { kind: 'choice'; choices: readonly (infer C)[] }
    ? C | undefined
    : O extends { kind: 'text' }
      ? string | undefined
      : O extends { kind: 'texts' }
        ? string[]
        : number | undefined;

export interface Parsed<S extends CommandSpec> {
  help: boolean;
  positionals: string[];
  options: { [K in keyof S['options']]: ValueOf<S['options'][K]> };
}

/** Reads a command's arguments by its table. Throws `usage`, naming the argument and, where one is near, what was meant. */
export function parseCommand<const S extends CommandSpec>(spec: S, argv: readonly string[]): Parsed<S> {
  const options: Record<string, string | string[] | number | boolean | undefined> = {};
  for (const [name, option] of Object.entries(spec.options)) options[name] = unset(option);
  const positionals: string[] = [];
  let help = false;
  for (const token of tokensOf(spec, argv)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(spec.options, token.name) ? spec.options[token.name] : undefined;
    if (token.name === 'help') help = true;
    else if (option === undefined) throw unknownOption(spec, token.rawName, token.name);
    else {
      const value = valueOf(token.rawName, option, token.value, token.inlineValue === true);
      const before = options[token.name];
      options[token.name] = Array.isArray(before) ? [...before, String(value)] : value;
    }
  }
  if (!help) checkPositionals(spec, positionals);
  return { help, positionals, options: options as Parsed<S>['options'] };
}

function unset(option: OptionSpec): false | string[] | undefined {
  if (option.kind === 'flag') return false;
  return option.kind === 'texts' ? [] : undefined;
}

export function usageError(problem: string): GatehouseError {
  return new GatehouseError(failures.usage({ problem }));
}

function tokensOf(spec: CommandSpec, argv: readonly string[]) {
  const named = Object.entries(spec.options).map(
    ([name, option]) => [name, { type: option.kind === 'flag' ? 'boolean' : 'string' }] as const,
  );
  const help = { type: 'boolean', short: 'h' } as const;
  const config = { ...Object.fromEntries(named), help };
  return parseArgs({ args: [...argv], options: config, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function unknownOption(spec: CommandSpec, raw: string, name: string): GatehouseError {
  const meant = nearest(name, Object.keys(spec.options));
  const hint = meant === null ? `\`gatehouse ${spec.name} --help\` lists its options` : `Did you mean --${meant}?`;
  return usageError(`\`gatehouse ${spec.name}\` has no option ${raw}. ${hint}`.replace(/\?$/, '? See --help'));
}

function valueOf(
  raw: string,
  option: OptionSpec,
  value: string | undefined,
  inline: boolean,
): string | number | boolean {
  if (option.kind === 'flag') {
    if (value !== undefined) throw usageError(`${raw} takes no value, and was given "${value}"`);
    return true;
  }
  if (value === undefined || (value === '' && !inline)) throw usageError(`${raw} needs a value: ${wanted(option)}`);
  if (!inline && /^-./.test(value))
    throw usageError(
      `${raw} needs a value (${wanted(option)}), and "${value}" looks like an option. Write ${raw}=${value} if it is meant`,
    );
  switch (option.kind) {
    case 'text':
    case 'texts':
      if (value === '') throw usageError(`${raw} needs a value: ${wanted(option)}`);
      return value;
    case 'choice': {
      if (option.choices.includes(value)) return value;
      const meant = nearest(value, option.choices);
      throw usageError(
        `${raw} is ${wanted(option)}, not "${value}"${meant === null ? '' : `; did you mean ${meant}? See --help`}`,
      );
    }
    case 'count': {
      const count = /^\d{1,15}$/.test(value) ? Number(value) : -1;
      if (count < (option.least ?? 1) || count > (option.most ?? count))
        throw usageError(`${raw} is ${wanted(option)}, not "${value}"`);
      return count;
    }
    case 'amount': {
      const amount = /^(\d+(\.\d+)?|\.\d+)$/.test(value) ? Number(value) : 0;
      if (!(amount > 0) || !Number.isFinite(amount)) throw usageError(`${raw} is ${wanted(option)}, not "${value}"`);
      return amount;
    }
  }
}

function wanted(option: Exclude<OptionSpec, { kind: 'flag' }>): string {
  switch (option.kind) {
    case 'text':
    case 'texts':
      return option.value.toLowerCase();
    case 'choice':
      return list(option.choices);
    case 'count':
      return `a whole number from ${option.least ?? 1}${option.most === undefined ? '' : ` to ${option.most}`}`;
    case 'amount':
      return 'a number above 0';
  }
}

function checkPositionals(spec: CommandSpec, given: readonly string[]): void {
  const missing = spec.positionals.find((positional, index) => positional.required && !given[index]?.trim());
  if (missing !== undefined) throw usageError(`\`gatehouse ${spec.name}\` needs ${missing.name}: ${missing.about}`);
  const extra = given[spec.positionals.length];
  if (extra === undefined || spec.positionals.at(-1)?.many === true) return;
  const quote = spec.positionals.length > 0 ? '. Put quotes around a text of several words' : '';
  throw usageError(`\`gatehouse ${spec.name}\` does not know what to do with "${extra}"${quote}`);
}

export function list(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
