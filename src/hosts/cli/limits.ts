import type { Limits } from '../../protocol/budget.ts';
import type { OptionSpec } from './args.ts';

const count = (about: string) => ({ kind: 'count', value: 'n', about }) as const;
const amount = (value: string, about: string) => ({ kind: 'amount', value, about }) as const;

/** The options that set a run's limits, by `defaults` in words where one has any. */
export const limitOptions = (defaults: { turns: string; minutes: string }) =>
  ({
    'max-turns': count(`stop before turn N + 1${defaults.turns}`),
    'max-tokens': count('stop before a call that could bring all models of the run above N tokens'),
    'max-usd': amount('x', 'stop before a call that could bring the run above X US dollars'),
    'max-minutes': amount('n', `stop after N minutes of work${defaults.minutes}`),
    'max-files': count('stop before an edit that would change more than N files'),
    'max-lines': count('stop before an edit that would bring added and removed lines above N'),
    'max-refusals': count('stop after N refusals'),
    'max-usd-per-day': amount('x', 'the same as --max-usd, for all runs of this workspace on one day'),
  }) as const satisfies Record<string, OptionSpec>;

type Given = { [O in keyof ReturnType<typeof limitOptions>]: number | undefined };

const names = {
  'max-turns': 'turns',
  'max-tokens': 'tokens',
  'max-usd': 'usd',
  'max-minutes': 'minutes',
  'max-files': 'files',
  'max-lines': 'lines',
  'max-refusals': 'refusals',
  'max-usd-per-day': 'usdPerDay',
} as const satisfies { [O in keyof Given]: keyof Limits };

/** Those that were given. */
export function limitsFrom(options: Given): Limits {
  const given = Object.entries(names).map(([option, name]) => [name, options[option as keyof Given]] as const);
  return Object.fromEntries(given.filter(([, figure]) => figure !== undefined));
}
