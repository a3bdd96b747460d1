import { z } from 'zod';

/**
 * Why a run stops by itself before a limit does. `acceptanceMet` ends it well; after any other a person should look.
 */
export const StopRuleName = z.enum([
  'acceptanceMet',
  'sameFailure',
  'sameCall',
  'noChange',
  'conflict',
  'unsafe',
  'dependencyChurn',
  'configuration',
  'largeDiff',
  'halt',
  'migration',
  'untested',
]);
export type StopRuleName = z.infer<typeof StopRuleName>;

/**
 * What a rule found. `evidence` are numbers (`seq`) of the journal's records that led to it, oldest first; `args` fill the
 * host's sentence.
 */
export const RuleFinding = z.object({
  rule: StopRuleName,
  evidence: z.array(z.number().int().nonnegative()),
  args: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type RuleFinding = z.infer<typeof RuleFinding>;
