import type { StopRule } from './rule.ts';

/** A few more than announced are always needed: a test, an export, a line of documentation. */
const grace = 5;

/**
 * More changed files than so many times those that the accepted plan names, and a few besides. Without a plan that names
 * files nothing was announced. Twice: a plan that is off by more is another plan. Our judgement.
 */
export const largeDiff: StopRule = {
  limit: 2,
  find({ plan, files }, limit) {
    const announced = new Set(plan?.steps.flatMap(step => step.files ?? []));
    if (announced.size === 0 || files.size <= announced.size * limit + grace) return null;
    return {
      evidence: [...new Set(files.values())].slice(-10),
      args: { files: files.size, announced: announced.size },
    };
  },
};
