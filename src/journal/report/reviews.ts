import {
  type DiffReviewOutcome,
  distinctFindings,
  isGraver,
  type ReviewFinding,
  type Severity,
} from '../../protocol/diffReview.ts';
import type { RunEvent } from '../../protocol/event.ts';

/** A finding of the reviewer before merge and what became of it. */
export interface ReportedFinding {
  finding: ReviewFinding;
  state: 'open' | 'fixed' | 'waived';
  /** Why the person let it be. */
  reason: string | null;
  /** Who did, where that is written down, and in which place. */
  waived: { user: string | null; surface: string } | null;
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
      for (const finding of distinctFindings(event.findings)) {
        const before = found.get(finding.id);
        const open = { finding, state: 'open', reason: null, waived: null } as const;
        const covered = before?.state === 'waived' && !isGraver(finding.severity, before.finding.severity);
        found.set(finding.id, covered ? { ...before, finding } : open);
      }
    } else if (event.kind === 'finding.fixed') settle(event.finding, { state: 'fixed', reason: null, waived: null });
    else if (event.kind === 'finding.waived') {
      const { user = null, surface } = event;
      settle(event.finding, { state: 'waived', reason: event.reason, waived: { user, surface } });
    }
  }
  reviews.findings = [...found.values()];
  return reviews;

  function settle(id: string, became: Omit<ReportedFinding, 'finding'>): void {
    const known = found.get(id);
    if (known !== undefined) Object.assign(known, became);
  }
}

/** How many there are of each severity in each state; null where nothing was reviewed. */
export type FindingCounts = Record<Severity, Record<ReportedFinding['state'], number>>;

export function countFindings({ rounds, findings }: ReportedReviews): FindingCounts | null {
  if (rounds === 0) return null;
  const counts: FindingCounts = {
    blocking: { open: 0, fixed: 0, waived: 0 },
    warning: { open: 0, fixed: 0, waived: 0 },
    note: { open: 0, fixed: 0, waived: 0 },
  };
  for (const { finding, state } of findings) counts[finding.severity][state] += 1;
  return counts;
}
