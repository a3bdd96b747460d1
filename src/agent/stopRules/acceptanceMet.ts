import type { StopRule } from './rule.ts';

/**
 * Every acceptance command passes, and one of them was seen to fail before the first edit: what passed from the beginning
 * shows nothing, and neither does what was not run then. Not while steps of the plan are left, for the criteria need not
 * cover what those are about, and not where something was changed since.
 */
export const acceptanceMet: StopRule = {
  limit: 1,
  find({ accepted, baseline, plan, stepsDone }) {
    if (accepted === null || plan?.steps.some((_, index) => !stepsDone.has(index + 1))) return null;
    const failed = accepted.commands.flatMap(command => baseline.get(command)?.failed ?? []);
    if (failed.length === 0) return null;
    const evidence = [...new Set([...failed, ...stepsDone.values(), accepted.seq])].toSorted((a, b) => a - b);
    return { evidence, args: {} };
  },
};
