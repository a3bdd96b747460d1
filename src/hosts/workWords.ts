import type { AcceptanceResult, TestCounts } from '../protocol/acceptance.ts';
import type { EventOf } from '../protocol/event.ts';
import type { AskReason, Fit, PlanAcceptedBy, PlanComment } from '../protocol/plan.ts';

/** What a plan says of itself, its steps and the checks that measure it, in a person's words. */

const fits: { [F in Fit]: string } = {
  auto: 'The planner finds this suitable for an agent.',
  ask: 'The planner wants you beside it: changes and commands are asked about, whatever the mode.',
  no: 'The planner would not leave this to an agent.',
};

export function fitSentence(fit: Fit, reason: string | undefined): string {
  return reason === undefined ? fits[fit] : `${fits[fit]} ${ended(reason)}`;
}

/** What a person should know of a plan's commands before they accept it. Without a result the baseline was not run. */
export function acceptanceSentences(
  acceptance: readonly string[],
  baseline: readonly AcceptanceResult[] | null,
): string[] {
  if (acceptance.length === 0)
    return ['It names no command that would tell whether the objective is met, so every change is asked about.'];
  if (baseline === null) return [];
  if (baseline.every(({ passed }) => passed))
    return ['Its checks pass already, before anything was changed: they cannot show that the objective is met.'];
  return [];
}

const acceptedBy: { [B in PlanAcceptedBy]: string } = {
  person: 'You accepted the plan.',
  auto: 'The plan is small enough for Auto to begin with.',
  option: 'The plan is accepted, as you said.',
};

export function acceptedSentence({ by }: { by: PlanAcceptedBy }): string {
  return acceptedBy[by];
}

export function commentLines(comments: readonly PlanComment[]): string[] {
  return comments.map(({ step, text }) => (step === null ? text : `Step ${step}: ${text}`));
}

/** How a check went, as `npm test: passed, 12 tests`. */
export function checkSentence(result: AcceptanceResult): string {
  const { command, coverage } = result;
  const tests = result.tests === undefined ? [] : [countsWords(result.tests)];
  const measured = coverage === undefined ? [] : [`${coverage.toFixed(1)} % of lines covered`];
  const found =
    result.findings === undefined ? [] : [`${result.findings.errors} errors, ${result.findings.warnings} warnings`];
  return `${command}: ${[verdict(result), ...tests, ...measured, ...found].join(', ')}`;
}

function verdict({ passed, refused, exitCode }: AcceptanceResult): string {
  if (passed) return 'passed';
  if (refused === true) return 'not run, it was refused';
  return exitCode === null ? 'did not come to its end' : `failed (exit ${exitCode})`;
}

export function countsWords({ passed, failed, skipped }: TestCounts): string {
  const all = passed + failed + skipped;
  const parts = [...(failed > 0 ? [`${failed} failed`] : []), ...(skipped > 0 ? [`${skipped} skipped`] : [])];
  const noun = all === 1 ? 'test' : 'tests';
  return parts.length === 0 ? `${all} ${noun}` : `${all} ${noun}, ${parts.join(', ')}`;
}

/** What the checks were run for. */
export const checkedWhen = {
  baseline: 'Before any change',
  step: 'After the step',
  end: 'At the end',
} as const;

export function fellSentence({ measure, command, before, after }: EventOf<'tests.fell'>): string {
  return measure === 'tests'
    ? `${command} ran ${after} tests, and ${before} before. Nobody said why there are fewer.`
    : `${command} covered ${after.toFixed(1)} % of lines, and ${before.toFixed(1)} % before. Nobody said why it is less.`;
}

const reasons: { [R in AskReason]: string } = {
  missing: 'Something is missing that only you know.',
  ambiguous: 'What you asked for can be read in more than one way.',
  risky: 'It is not sure that you want this risk taken.',
  conflict: 'Two instructions contradict each other.',
};

export function askReasonSentence(reason: AskReason | null): string | null {
  return reason === null ? null : reasons[reason];
}

function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
