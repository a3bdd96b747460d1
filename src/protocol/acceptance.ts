import { z } from 'zod';

const count = z.number().int().nonnegative();

/** When the acceptance criteria were looked at: before the first edit, where a step ends, where the run ends. */
export const AcceptanceWhen = z.enum(['baseline', 'step', 'end']);
export type AcceptanceWhen = z.infer<typeof AcceptanceWhen>;

/** What a test runner said of itself. */
export const TestCounts = z.object({ passed: count, failed: count, skipped: count });
export type TestCounts = z.infer<typeof TestCounts>;

/** What a linter or scanner found, where it said so in SARIF. */
export const Findings = z.object({ errors: count, warnings: count, notes: count });
export type Findings = z.infer<typeof Findings>;

/**
 * What one criterion, or a run of the project's tests, came to. The exit code decides; null where the command was refused
 * (`refused`), cut off or ended by a signal. `tests` and `coverage` (per cent of lines) where they could be read.
 */
export const AcceptanceResult = z.object({
  command: z.string(),
  exitCode: z.number().int().nullable(),
  passed: z.boolean(),
  refused: z.boolean().optional(),
  tests: TestCounts.optional(),
  coverage: z.number().min(0).max(100).optional(),
  findings: Findings.optional(),
});
export type AcceptanceResult = z.infer<typeof AcceptanceResult>;
