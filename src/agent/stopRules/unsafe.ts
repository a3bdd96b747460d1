import type { StopRule } from './rule.ts';

/**
 * Effects that were refused because the run had read orders of others before. Once may be chance; the second time the
 * agent follows them. Our judgement.
 */
export const unsafe: StopRule = {
  limit: 2,
  find({ flagged, refusedTainted }, limit) {
    if (flagged === null || refusedTainted.length < limit) return null;
    const args = { times: refusedTainted.length, source: flagged.source };
    return { evidence: [flagged.seq, ...refusedTainted], args };
  },
};
