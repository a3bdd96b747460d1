import type { RuleText } from '../policy/rule.ts';
import type { Target } from '../ports/reviewer.ts';
import type { Assessment } from '../protocol/assessment.ts';
import type { Terms } from '../protocol/containment.ts';
import { type Decision, type Reason, verdicts } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import type { Shown } from './grants.ts';
import type { Seen } from './seen.ts';
import type { Containment } from './terms.ts';

/** An effect as the gate sees it at one moment. */
export interface Judged {
  decision: Decision;
  assessment: Assessment | null;
  recorded: Assessment | null;
  terms: Terms;
  halt: boolean;
  /** A floor asks: the answer is for this once. */
  once: boolean;
  /** What a rule of theirs would have to be for the person not to be asked; null where none should stand. */
  rule(): RuleText | null;
  seen: readonly Seen[];
  /** What the person's own words say against it. */
  crossed: readonly Reason[];
  targets: readonly Target[];
  containment: Containment;
}

export function stricter(now: Judged, before: Judged): boolean {
  return verdicts.indexOf(now.decision.verdict) > verdicts.indexOf(before.decision.verdict);
}

/** Whether an answer can hold for the rest of the run: for commands and a host's pages, and not where it is asked each time. */
export function mayLast({ kind }: Effect, { once }: Judged): boolean {
  return (kind === 'exec' || kind === 'fetch') && !once;
}

export type Scope = 'once' | 'run' | 'workspace';

/** How long an answer is kept: what is critical, or asked about each time, never beyond the run. */
export function lasting(scope: Scope = 'once', { assessment, once }: Judged): Scope {
  return scope === 'workspace' && (assessment?.tier === 'critical' || once) ? 'run' : scope;
}

export function shownOf(judged: Judged): Shown {
  return { signature: signatureOf(judged), found: foundOf(judged) };
}

/** What was found in the effect itself, whatever it may do. */
export function foundOf({ assessment, seen }: Pick<Judged, 'assessment' | 'seen'>): string {
  return JSON.stringify([assessment?.tier, assessment?.findings, assessment?.footprint, seen]);
}

/** All of what a person is shown: where it differs, their answer was to something else. */
export function signatureOf({ assessment, terms, seen, crossed }: Judged): string {
  const beyond = crossed.length > 0 ? [crossed] : [];
  return JSON.stringify([assessment?.tier, assessment?.findings, assessment?.footprint, terms, seen, ...beyond]);
}
