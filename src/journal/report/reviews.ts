import type { DiffReviewOutcome, ReviewFinding } from '../../protocol/diffReview.ts';
import type { RunEvent } from '../../protocol/event.ts';

/** A finding of the reviewer before merge and what became of it. */
export interface ReportedFinding {
  finding: ReviewFinding;
  state: 'open' | 'fixed' | 'waived';
  /** Why the person let it be. */
  reason: string | null;
}

export interface ReportedReviews {
  /** How often the diff was read. */
  rounds: number;
  /** Of the last review; null where there was none. */
  outcome: DiffReviewOutcome | null;
  model: string | null;
  /** Files that no model has read in the last one. */
  unread: string[];
  findings: ReportedFinding[];
}

export function reviewsOf(events: readonly RunEvent[]): ReportedReviews {
  const found = new Map<string, ReportedFinding>();
  const reviews: ReportedReviews = { rounds: 0, outcome: null, model: null, unread: [], findings: [] };
  for (const event of events) {
    if (event.kind === 'review.finished') {
      reviews.rounds += 1;
      Object.assign(reviews, { outcome: event.outcome, model: event.model, unread: event.unread });
      for (const finding of event.findings) {
        const before = found.get(finding.id);
        const waived = before?.state === 'waived';
        found.set(finding.id, { finding, state: waived ? 'waived' : 'open', reason: waived ? before.reason : null });
      }
    } else if (event.kind === 'finding.fixed') settle(event.finding, 'fixed', null);
    else if (event.kind === 'finding.waived') settle(event.finding, 'waived', event.reason);
  }
  reviews.findings = [...found.values()];
  return reviews;

  function settle(id: string, state: ReportedFinding['state'], reason: string | null): void {
    const known = found.get(id);
    if (known !== undefined) Object.assign(known, { state, reason });
  }
}
