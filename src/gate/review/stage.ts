import type { Clock } from '../../ports/clock.ts';
import type { Journal } from '../../ports/journal.ts';
import type { ReviewCase, Reviewed, Reviewer } from '../../ports/reviewer.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import type { Decision, Reason } from '../../protocol/decision.ts';
import type { NoVerdict } from '../../protocol/review.ts';
import { type ReasonCode, reason } from '../reasons.ts';

/**
 * Whether the reviewing model may be asked at all: never where a floor speaks or the tier is more than medium. Stage one
 * never asks for a review there; this holds also if it did.
 */
export function mayBeReviewed(decision: Decision, assessment: Assessment | null): assessment is Assessment {
  return (
    decision.verdict === 'review' &&
    assessment?.floor === 'none' &&
    (assessment.tier === 'low' || assessment.tier === 'medium')
  );
}

/** Has the effect reviewed, and writes down what came of it and what it cost. */
export async function askReviewer(
  reviewer: Reviewer,
  subject: ReviewCase,
  { journal, clock }: { journal: Journal; clock: Clock },
  signal: AbortSignal,
): Promise<Reviewed> {
  const since = clock.now();
  const reviewed = await reviewer.review(subject, signal);
  const { outcome, model, calls, usage, usd } = reviewed;
  const durationMs = Math.max(0, Math.round(clock.now() - since));
  const { effect } = subject;
  const told = { kind: 'effect.reviewed' as const, effect, outcome, model, calls, usage, usd, durationMs };
  await journal.append({ ...told, settled: true });
  return reviewed;
}

/** What comes of a review: it is decided, or the person is asked, who reads why. Reasons of stage one are kept. */
export function decisionAfter({ outcome, model, promptDigest }: Reviewed, judged: Decision): Decision {
  if (outcome.type === 'none')
    return {
      verdict: 'ask',
      by: { type: 'static' },
      reasons: [outage(outcome.why, outcome.problem, model), ...judged.reasons],
    };
  const { verdict, category, reason: why } = outcome;
  return {
    verdict,
    by: { type: 'model', model, promptDigest },
    reasons: [reason(codes[verdict], { why, category }), ...judged.reasons],
  };
}

const codes = { allow: 'review.allowed', ask: 'review.asks', deny: 'review.denied' } as const;

const outages: Record<NoVerdict, ReasonCode> = {
  down: 'review.down',
  slow: 'review.slow',
  unreadable: 'review.unreadable',
  tooLong: 'review.tooLong',
  stopped: 'stopped',
  limit: 'review.limit',
  unpriced: 'review.unpriced',
};

function outage(why: NoVerdict, problem: string, model: string): Reason {
  return reason(outages[why], why === 'down' ? { model, problem } : why === 'unpriced' ? { model } : {});
}
