import type { StopRule } from './rule.ts';

/**
 * Every acceptance command passes, and one of them had not before the first edit. Not while steps of the plan are left, for
 * the criteria need not cover what those are about, and not where something was changed since.
 */
export const acceptanceMet: StopRule = {
  limit: 1,
  find({ accepted, baselineFailed, plan, stepsDone }) {
    if (accepted === null || baselineFailed === false) return null;
    return plan !== null && stepsDone < plan.steps.length ? null : { evidence: [accepted], args: {} };
  },
};
