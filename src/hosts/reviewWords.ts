import type { FindingKind, ReviewFinding, Severity } from '../protocol/diffReview.ts';
import type { EventOf } from '../protocol/event.ts';
import type { NoVerdict } from '../protocol/review.ts';

export const kindWords: Record<FindingKind, string> = {
  defect: 'defect',
  security: 'security',
  secret: 'secret',
  'weakened-tests': 'weakened tests',
  'missing-tests': 'missing tests',
  duplicate: 'duplicated code',
  'hides-cause': 'hides the cause',
  'forbidden-path': 'forbidden path',
  policy: 'policy',
};

export const severityWords: Record<Severity, string> = { blocking: 'blocking', warning: 'warning', note: 'note' };

export function findingPlace({ file, line }: Pick<ReviewFinding, 'file' | 'line'>): string {
  return line === null ? file : `${file}:${line}`;
}

/** How a review ended, in one or two sentences; the findings themselves are told one by one. */
export function reviewedSentences({
  outcome,
  findings,
  unread,
  model,
}: Pick<EventOf<'review.finished'>, 'outcome' | 'findings' | 'unread' | 'model'>): string[] {
  const found = foundWords(findings);
  switch (outcome.type) {
    case 'read': {
      const rules = findings.filter(({ by }) => by === 'static');
      const checks = rules.length === 0 ? '' : ` The checks that need no model ${foundWords(rules)}.`;
      return [
        `The reviewer read the whole diff and ${foundWords(findings.filter(({ by }) => by !== 'static'))}.${checks}`,
        ...(unread.length === 0 ? [] : [`Not read, since it is no text: ${listed(unread)}.`]),
      ];
    }
    case 'static':
      return [`No model has read the diff. The checks that need none ${found}.`];
    case 'none': {
      const which = unread.length === 0 ? '' : ` Not read: ${listed(unread)}.`;
      return [
        `There is no verdict of the reviewer: ${noVerdictWords(outcome.why, outcome.problem, model)}.${which}`,
        `What was looked at ${found}.`,
      ];
    }
  }
}

function foundWords(findings: readonly ReviewFinding[]): string {
  const count = findings.length;
  const blocking = findings.filter(({ severity }) => severity === 'blocking').length;
  if (count === 0) return 'found nothing';
  if (count === 1) return `found one thing${blocking === 1 ? ', which blocks' : ''}`;
  return `found ${count} things${blocking === 0 ? '' : `, ${blocking === count ? 'all' : blocking} of them blocking`}`;
}

function noVerdictWords(why: NoVerdict, problem: string, model: string | null): string {
  switch (why) {
    case 'down':
      return `${model ?? 'the model'} could not be reached${problem === '' ? '' : ` (${problem})`}`;
    case 'slow':
      return 'it did not answer in time';
    case 'unreadable':
      return 'its answer was not one';
    case 'tooLong':
      return 'a part of the diff is too long to be shown to it';
    case 'limit':
      return 'a limit of the run stood before it';
    case 'unpriced':
      return `dollars are limited, and the price of ${model ?? 'its model'} is not known`;
    case 'stopped':
      return 'it was stopped';
  }
}

function listed(files: readonly string[]): string {
  const shown = files.slice(0, 5).join(', ');
  return files.length > 5 ? `${shown} and ${files.length - 5} more` : shown;
}
