import type { StopRule } from './rule.ts';

/**
 * Orders of the repository's files for agents of which one wants what another forbids, and on which the person's task says
 * nothing. One is enough: whichever the agent chose, it would go against somebody's word.
 */
export const conflict: StopRule = {
  limit: 1,
  find({ contradictions }, limit) {
    const [first] = contradictions;
    if (first === undefined || contradictions.length < limit) return null;
    return { evidence: [...new Set(contradictions.map(({ seq }) => seq))], args: { excerpt: first.excerpt } };
  },
};
