import type { Subject } from '../policy/subject.ts';
import type { Assessment } from '../protocol/assessment.ts';
import type { Effect } from '../protocol/effect.ts';

/** An effect as policy rules see it. */
export function subjectOf(effect: Effect, assessment: Assessment): Subject {
  const { footprint, parts, categories, tier, understood } = assessment;
  const touched =
    effect.kind === 'edit' ? [effect.path] : [...footprint.reads, ...footprint.writes, ...footprint.deletes];
  return {
    kind: effect.kind,
    parts,
    paths: [...new Set(touched)],
    hosts: footprint.hosts,
    categories,
    tier,
    tool: null,
    understood,
  };
}
