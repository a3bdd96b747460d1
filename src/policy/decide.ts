import { compile, type Matcher } from './match.ts';
import { type Outcome, outcomes, type Policy, type Rule } from './rule.ts';
import type { Subject } from './subject.ts';

export interface PolicyDecision {
  /** The strictest outcome of all rules that match; null where none does. */
  outcome: Outcome | null;
  /** The rule that it comes from: the strongest layer's first. */
  by: Rule | null;
  /** Every rule that matched, strictest first. */
  matched: readonly Rule[];
}

/** A policy made ready for one workspace. */
export interface Judge {
  decide(subject: Subject): PolicyDecision;
}

export function createJudge(policy: Policy, root: string): Judge {
  const matchers: Matcher[] = policy.rules.map(rule => compile(rule, root));
  return {
    decide(subject) {
      const matched = matchers.filter(matcher => matcher.matches(subject)).map(matcher => matcher.rule);
      matched.sort((a, b) => outcomes.indexOf(a.decision) - outcomes.indexOf(b.decision));
      const lifted = withoutLiftedDefaults(matched);
      const by = lifted[0] ?? null;
      return { outcome: by?.decision ?? null, by, matched };
    },
  };
}

/** Our defaults ask on behalf of a person; where that person (or their administrator) allows it in so many words, they have spoken. */
function withoutLiftedDefaults(matched: readonly Rule[]): readonly Rule[] {
  const allowed = matched.some(
    rule => rule.decision === 'allow' && (rule.layer === 'user' || rule.layer === 'managed'),
  );
  return allowed ? matched.filter(rule => !(rule.layer === 'default' && rule.decision === 'ask')) : matched;
}
