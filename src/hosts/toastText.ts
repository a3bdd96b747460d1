import type { Question } from '../ports/approver.ts';
import type { Effect } from '../protocol/effect.ts';

/** What a notification says about a question, and whether a yes may stand on it. */
export interface ToastText {
  text: string;
  /** All of what would be done stands in the text. */
  allow: boolean;
}

/** A command of this length is read at a glance. */
const maxCommand = 60;

/**
 * Words for a notification: our own, a program's plain name, and the command itself only where it is one short, plain line
 * that was understood. Nothing of others gets into it that could be markup, hide something or pass for our words: an editor
 * folds lines there, cuts, and runs `command:` links.
 */
export function toastOf(question: Question): ToastText {
  const { value, assessment } = question;
  const harm = [riskOf(question), whyOf(question)].filter(Boolean).join(' ');
  const say = (what: string, allow: boolean): ToastText => ({ text: `Gatehouse: ${what} ${harm}`.trim(), allow });
  if (value.kind !== 'exec') return say(titles[value.kind], false);
  const calm = assessment !== null && assessment.understood && assessment.tier !== 'critical';
  const plain = isPlainLine(value.command);
  // Where no program is told of, the question is about what the command was seen to want, which its words do not say.
  const said = assessment !== null && assessment.parts.length > 0;
  if (plain && calm && said) return say(`Run “${value.command}”?`, assessment.floor === 'none' && !value.background);
  const tops = assessment?.parts.filter(({ from }) => from === null) ?? [];
  const [first] = tops;
  if (first === undefined || !/^[a-z0-9][\w.+-]{0,30}$/i.test(first.program)) return say('Run a command?', false);
  return say(`Run ${first.program}${tops.length > 1 ? ' and other programs' : ''}?`, false);
}

export const denialsToast = 'Gatehouse: several actions were refused, and the run waits for you.';

/** One line of printable ASCII that no shell and no notification reads anything into. */
export function isPlainLine(command: string): boolean {
  return command.length <= maxCommand && /^[A-Za-z0-9_./-][\w ./:@=,+%'"-]*$/.test(command) && !/:\/\//.test(command);
}

const titles: { [K in Exclude<Effect['kind'], 'exec'>]: string } = {
  read: 'Read a file?',
  search: 'Search a folder?',
  edit: 'Change a file?',
  push: 'Push commits?',
  restore: 'Take files back?',
  fetch: 'Fetch a page?',
  diagnostics: 'Look at the editor’s problems?',
};

function riskOf({ assessment }: Question): string {
  if (assessment === null) return '';
  const touched = assessment.categories.slice(0, 3).map(category => category.replaceAll('-', ' '));
  return `Risk: ${assessment.tier}${touched.length === 0 ? '' : ` (${touched.join(', ')})`}.`;
}

/** The first reason that has words without anybody else's in them. */
function whyOf({ decision }: Question): string {
  return decision.reasons.map(({ code }) => reasons[code]).find(words => words !== undefined) ?? '';
}

const reasons: Readonly<Record<string, string | undefined>> = {
  'mode.ask': 'In mode Ask, everything but looking is asked about.',
  'observed.host': 'It tried to reach a host that it was not allowed to.',
  'observed.write': 'It tried to write a file that it was not allowed to.',
  'observed.hostFile': 'It changed a file that runs outside the sandbox.',
  'observed.restored': 'It changed a protected file.',
  'review.asks': 'The reviewing model leaves it to you.',
  'review.down': 'The reviewing model could not be reached.',
  'review.slow': 'The reviewing model did not answer in time.',
  'review.unreadable': 'The reviewing model gave no verdict.',
  'review.tooLong': 'It is too long for the reviewing model.',
  'review.limit': 'The reviewing model was not asked: its call could cross a limit.',
  'review.unpriced': 'The reviewing model was not asked: nobody knows what it costs.',
  'run.tainted': 'The run has read text that gives orders.',
  'policy.rule': 'A rule of the policy asks about it.',
  uncontained: 'No sandbox holds it.',
  'uncontained.leaves': 'It would run outside the sandbox.',
};
