import type { PolicyDecision } from '../policy/decide.ts';
import { type Assessment, type Tier, tiers } from '../protocol/assessment.ts';
import type { Mode } from '../protocol/command.ts';
import type { Terms } from '../protocol/containment.ts';
import type { DecidedBy, Decision, Reason, Verdict } from '../protocol/decision.ts';
import { strictest } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import { type ReasonCode, reason } from './reasons.ts';
import { goesBeyond, type Taint } from './taint.ts';
import { type Containment, heldBack, leavesSandbox, onlyLooks } from './terms.ts';

export interface Circumstances {
  mode: Mode;
  containment: Containment;
  /** What would hold it: leaving the sandbox is a floor. */
  terms: Terms;
  policy: PolicyDecision;
  /** Where the run read text that gives orders, if it did. */
  taint?: Taint | null;
  /** Why the task's paths, or the person's words, make it a question. */
  crossed?: readonly Reason[];
}

/**
 * The verdict before anybody is asked (DESIGN, "How an effect is decided"): floors, policy, static tier, mode. The
 * strictest wins, but a rule of the person's own that allows lifts what tier and mode would ask; never a floor, never
 * what is critical, never Plan, and nothing in a tainted run.
 */
export function decide(effect: Effect, assessment: Assessment, around: Circumstances): Decision {
  const stages: Decision[] = [];
  const add = (verdict: Verdict, reasons: Reason[], by: DecidedBy = { type: 'static' }): void => {
    stages.push({ verdict, by, reasons });
  };
  const { policy, mode, terms, taint = null, crossed = [] } = around;
  const tier = effectiveTier(effect, assessment, around);
  if (assessment.floor !== 'none') add(assessment.floor, because(assessment, 'floor'));
  if (leavesSandbox(effect, terms, around.containment)) add('ask', [reason('uncontained.leaves')]);
  const held = effect.kind === 'exec' && around.containment.sandbox ? heldBack(assessment, terms) : null;
  if (held !== null) add('allow', [reason('uncontained.alone', { what: held })]);
  if (taint !== null && goesBeyond(effect, assessment, terms, around.containment))
    add('ask', [reason('run.tainted', { source: taint.source, line: taint.line })]);
  if (crossed.length > 0) add('ask', [...crossed]);
  const rule = policy.by;
  const by: DecidedBy | null = rule === null ? null : { type: 'rule', rule: rule.id, layer: rule.layer };
  if (rule !== null && by !== null && rule.decision !== 'allow')
    add(
      rule.decision === 'ask' ? 'ask' : 'deny',
      [reason('policy.rule', { rule: rule.id, because: rule.because ?? '' })],
      by,
    );
  if (mode === 'plan' && !looks(effect, assessment, around.containment)) add('deny', [reason('mode.plan')]);
  const lifted = rule?.decision === 'allow' && by !== null && assessment.tier !== 'critical' && taint === null;
  if (lifted) add('allow', [reason('policy.rule', { rule: rule.id, because: rule.because ?? '' })], by);
  else {
    add(byTier[tier], because(assessment, 'tier', raised(assessment.tier, tier, around.containment)));
    if (mode === 'ask' && !looks(effect, assessment, around.containment)) add('ask', [reason('mode.ask')]);
  }
  const decision = strictest(stages);
  return { ...decision, reasons: once(decision.reasons) };
}

/** Stages may give the same reason; it is told in its first place. */
function once(reasons: readonly Reason[]): Reason[] {
  const seen = new Set<string>();
  return reasons.filter(each => {
    const key = JSON.stringify([each.code, each.args]);
    return seen.size < seen.add(key).size;
  });
}

const byTier: Record<Tier, Verdict> = { low: 'allow', medium: 'review', high: 'ask', critical: 'ask' };

/** Without anything to hold it, a command counts one tier higher; so does one that leaves the sandbox that is there. */
export function effectiveTier(
  effect: Effect,
  { tier }: Assessment,
  { containment, terms }: Pick<Circumstances, 'containment' | 'terms'>,
): Tier {
  const held = containment.contained && !leavesSandbox(effect, terms, containment);
  if (effect.kind !== 'exec' || held) return tier;
  return tiers[Math.min(tiers.indexOf(tier) + 1, tiers.length - 1)] ?? 'critical';
}

/** Reads run in every mode; so does a command that only looks, where a sandbox holds it to that. */
function looks(effect: Effect, assessment: Assessment, { sandbox }: Containment): boolean {
  switch (effect.kind) {
    case 'edit':
    case 'push':
    case 'fetch':
    case 'restore':
      return false;
    case 'exec':
      return sandbox && onlyLooks(assessment);
    case 'read':
    case 'search':
    case 'diagnostics':
      return true;
  }
}

function raised(own: Tier, effective: Tier, { sandbox }: Containment): Reason[] {
  return own === effective || sandbox ? [] : [reason('uncontained', { tier: own })];
}

/** The findings as reasons, strictest first; without any, that there is nothing against it. */
function because({ findings }: Assessment, stage: 'floor' | 'tier', more: Reason[] = []): Reason[] {
  const reasons = findings.map(({ code, args }) => ({ code, args }));
  if (reasons.length === 0 && more.length === 0) return [reason('static.harmless' satisfies ReasonCode)];
  return stage === 'floor' ? reasons.slice(0, 3) : [...more, ...reasons];
}
