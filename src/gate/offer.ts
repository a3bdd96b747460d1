import { narrowRule } from '../policy/narrow.ts';
import type { Rule, RuleText } from '../policy/rule.ts';
import type { Assessment } from '../protocol/assessment.ts';
import type { Effect } from '../protocol/effect.ts';
import { type Circumstances, decide } from './decide.ts';
import { subjectOf } from './subject.ts';

/**
 * The rule that the person may be offered beside their answer: the narrowest one that would have let this command pass
 * without the question. null where none would: a floor asks, it is critical, the run is tainted, another rule of somebody's
 * asks; or where none should (see `narrowRule`).
 */
export function offeredRule(
  effect: Effect,
  assessment: Assessment,
  around: Circumstances,
  root: string,
): RuleText | null {
  // What variables stand for may be what nobody should read in a policy.
  if (effect.kind !== 'exec' || /[$`]/.test(effect.command)) return null;
  if (around.policy.matched.some(({ decision, layer }) => decision !== 'allow' && layer !== 'default')) return null;
  const proposed = narrowRule(subjectOf(effect, assessment), root, effect.command);
  if (proposed === null) return null;
  const rule: Rule = { ...proposed, id: proposed.id ?? 'new', layer: 'user', file: '', line: 1 };
  const policy = { outcome: 'allow', by: rule, matched: [rule] } as const;
  return decide(effect, assessment, { ...around, policy }).verdict === 'allow' ? proposed : null;
}
