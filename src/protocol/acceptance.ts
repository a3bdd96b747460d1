import { z } from 'zod';

/** When the acceptance criteria were looked at: before the first edit, where a step ends, where the run ends. */
export const AcceptanceWhen = z.enum(['baseline', 'step', 'end']);
export type AcceptanceWhen = z.infer<typeof AcceptanceWhen>;

/** What one criterion came to. The exit code decides; null where the command was refused, cut off or ended by a signal. */
export const AcceptanceResult = z.object({
  command: z.string(),
  exitCode: z.number().int().nullable(),
  passed: z.boolean(),
});
export type AcceptanceResult = z.infer<typeof AcceptanceResult>;
