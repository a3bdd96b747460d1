import type { Diagnostic, PolicyProblem } from '../policy/rule.ts';
import type { EventOf } from '../protocol/event.ts';

const sentences: { [P in PolicyProblem]: (args: Diagnostic['args']) => string } = {
  'policy.syntax': a => `This is not YAML: ${a['problem']}`,
  'policy.tooLarge': a => `It is larger than ${a['limit']} KiB; only what stands before that is read.`,
  'policy.unreadable': () =>
    'It is a link, no plain file, or far too large, so it is not read; until that is mended, everything is asked about.',
  'policy.tooManyRules': a => `It has more than ${a['limit']} rules; the ones after that are not read.`,
  'policy.tooManyExamples': a =>
    `The rule \`${a['id']}\` has more than ${a['limit']} examples; the rest are not checked.`,
  'policy.shape': a =>
    `${a['path'] === '' ? 'The policy' : `\`${a['path']}\``} is not as it should be: ${a['problem']}`,
  'policy.duplicateId': a => `Another rule has the id \`${a['id']}\`. Give this one its own.`,
  'policy.loosens': a =>
    `The rule \`${a['id']}\` allows something; a repository’s policy can only tighten, so it is ignored.`,
  'policy.mustMatch': a => `The rule \`${a['id']}\` should match \`${a['command']}\` and does not.`,
  'policy.mustDiffer': a => `The rule \`${a['id']}\` should not match \`${a['command']}\` and does.`,
  'policy.tooBroad': a =>
    `\`${a['pattern']}\` would allow a program that runs anything it is given. Name the command with its arguments.`,
  'policy.emptyWhen': a => `The rule \`${a['id']}\` is about nothing. Say in \`when\` what it is about.`,
};

export function policySentence({ code, args }: Diagnostic): string {
  return sentences[code](args);
}

/** A diagnostic as one line: place, how bad, what is wrong. Text in it is not made safe for a terminal. */
export function diagnosticLine(diagnostic: Diagnostic): string {
  const { file, line, column, severity } = diagnostic;
  return `${file}:${line}:${column}: ${severity}: ${policySentence(diagnostic)}`;
}

/** What became of a rule that a person agreed to while answering a question. */
export function ruleKeptSentence({ rule, failure }: Pick<EventOf<'policy.ruleKept'>, 'rule' | 'failure'>): string {
  return failure === null
    ? `The rule “${rule}” stands in your policy now. It holds for runs that begin later; in this one the command is allowed as it is.`
    : 'The rule could not be written to your policy. The command is allowed for this run.';
}
