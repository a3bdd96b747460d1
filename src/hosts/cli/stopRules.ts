import { type RuleSettings, ruleNames } from '../../agent/stopRules/stopping.ts';
import { list, usageError } from './args.ts';
import { nearest } from './nearest.ts';

export const stopRuleOption = {
  kind: 'texts',
  value: 'rule=n',
  about: 'set the threshold of a rule that stops the run by itself, or `off`, as in sameCall=8 (several times)',
} as const;

/** What was given, by rule. Throws `usage`. */
export function stopRulesFrom(given: readonly string[]): { stopRules?: RuleSettings } {
  if (given.length === 0) return {};
  return { stopRules: Object.fromEntries(given.map(entryOf)) };
}

function entryOf(text: string): [string, number | false] {
  const [name = '', figure = ''] = text.split('=', 2);
  const rule = ruleNames.find(each => each === name);
  if (rule === undefined) {
    const meant = nearest(name, ruleNames);
    throw usageError(
      `--stop-rule knows no rule "${name}"${meant === null ? `; there are ${list(ruleNames)}` : `; did you mean ${meant}? See --help`}`,
    );
  }
  if (figure === 'off') return [rule, false];
  if (!/^[1-9]\d{0,5}$/.test(figure)) throw usageError(`--stop-rule ${rule} takes a whole number from 1, or off`);
  return [rule, Number(figure)];
}
