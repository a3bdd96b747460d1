import type { Assessment } from '../protocol/assessment.ts';
import type { Usage } from '../protocol/budget.ts';
import type { Mode } from '../protocol/command.ts';
import type { Terms } from '../protocol/containment.ts';
import type { Digest, Effect } from '../protocol/effect.ts';
import type { ReviewOutcome } from '../protocol/review.ts';

/** What stands at one path that an effect touches. */
export interface Target {
  /** As the effect names it, absolute. */
  path: string;
  /** Where that leads, links resolved. */
  real: string;
  inside: boolean;
  kind: 'file' | 'directory' | 'missing' | 'other';
  held: 'tracked' | 'untracked' | 'ignored' | 'unknown';
}

/** One effect that the static risk leaves open, and what is known of it without asking the model that wants it. */
export interface ReviewCase {
  /** Its id in the run. */
  effect: string;
  value: Effect;
  assessment: Assessment;
  terms: Terms;
  targets: readonly Target[];
  mode: Mode;
  contained: boolean;
  sandbox: boolean;
}

export interface Reviewed {
  outcome: ReviewOutcome;
  model: string;
  /** SHA-256 of the instructions that it judged by. */
  promptDigest: Digest;
  calls: number;
  usage: Usage;
  /** US dollars; null where the price of the model is not known. */
  usd: number | null;
}

/** A second model that judges one effect in the person's place. Never rejects, and answers within its own time limit. */
export interface Reviewer {
  review(subject: ReviewCase, signal: AbortSignal): Promise<Reviewed>;
}
