import { type RuleFinding, StopRuleName } from '../protocol/stopRule.ts';

type Args = RuleFinding['args'];

/** What each rule found, for the person. */
const found: { [R in StopRuleName]: (args: Args) => string } = {
  acceptanceMet: () => 'Every acceptance command passes.',
  sameFailure: ({ times = '', command = '' }) =>
    `The same tests failed ${times} times, with changes in between (${command}).`,
  sameCall: ({ times = '', tool = '' }) => `The same ${tool} call was made ${times} times and gave the same each time.`,
  noChange: ({ turns = '' }) => `Nothing was changed for ${turns} turns.`,
  conflict: ({ excerpt = '' }) => `Instructions contradict each other: ${excerpt}.`,
  unsafe: ({ times = '', source = '' }) =>
    `After it read orders in ${source}, the agent wanted ${times} things that were refused for that.`,
  dependencyChurn: ({ times = '' }) => `Dependencies were changed ${times} times.`,
  configuration: ({ files = '' }) => `Configuration was edited that nobody spoke of: ${files}.`,
  largeDiff: ({ files, lines = '', announced = '' }) =>
    files === undefined
      ? `${lines} lines were changed; the plan names ${announced} ${announced === 1 ? 'file' : 'files'}.`
      : `${files} files were changed; the plan names ${announced}.`,
  halt: () => 'A rule of the policy ends the run.',
  migration: ({ times = '' }) => `Tests of a migration failed ${times} times after the migration was edited.`,
  untested: ({ edits = '' }) =>
    `${edits === 1 ? '1 edit of code was' : `${edits} edits of code were`} made, and no test was run after that.`,
};

/** Why a rule stopped the run, or is about to. */
export function ruleSentence({ rule, args }: Pick<RuleFinding, 'rule' | 'args'>): string {
  return found[rule](args);
}

/** What a person can do about it. */
const ruleAdvice: { [R in StopRuleName]: string } = {
  acceptanceMet: '',
  sameFailure: 'Look at what was tried, and say what to try instead.',
  sameCall: 'Say what to do instead.',
  noChange: 'Say what is missing, or ask for less at once.',
  conflict: 'Say which of them holds.',
  unsafe: 'Look at where the orders come from before you go on.',
  dependencyChurn: 'Say which dependencies you want.',
  configuration: 'Look at the edits, and say whether they are wanted.',
  largeDiff: 'Look at what was changed before you go on.',
  halt: '',
  migration: 'Look at the migration before you go on.',
  untested: 'Say how the changes are to be tested.',
};

export function ruleAdviceSentence(rule: StopRuleName): string {
  return ruleAdvice[rule];
}

/** Why a run was stopped, by its failure's arguments, and what to do; a later version may know more rules. */
export function ruledSentence(args: Readonly<Record<string, string | number | boolean>>): string {
  const rule = StopRuleName.safeParse(args['rule']);
  if (!rule.success) return `A rule ended the run (${String(args['rule'])}). Look at its report before you go on.`;
  const told = Object.entries(args).filter(
    (entry): entry is [string, string | number] => typeof entry[1] !== 'boolean',
  );
  return `${ruleSentence({ rule: rule.data, args: Object.fromEntries(told) })} ${ruleAdvice[rule.data]}`.trim();
}
