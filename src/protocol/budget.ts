import { z } from 'zod';

/** Tokens of one or more model calls, as the API reports them: `input` excludes what was read from or written to the cache. */
export const Usage = z.object({
  input: z.number().int().nonnegative(),
  output: z.number().int().nonnegative(),
  cacheRead: z.number().int().nonnegative(),
  cacheWrite: z.number().int().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;

export const noUsage: Usage = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
  };
}

/** Whose calls of a model: of the agents, of the gate's stage two, of the reviewer that reads the diff. */
export const CallOf = z.enum(['agent', 'gate', 'reviewer']);
export type CallOf = z.infer<typeof CallOf>;

/** Every token that was read or written, cached or not. */
export function tokensOf({ input, output, cacheRead, cacheWrite }: Usage): number {
  return input + output + cacheRead + cacheWrite;
}

const whole = z.number().int().positive();
const amount = z.number().positive();

/**
 * Hard limits of a run; an absent one is not enforced. `turns` counts calls of the working model, `tokens` all that any
 * model of the run read or wrote, `files` those that it changed, `lines` those that its edits and commands added or removed,
 * `refusals` what the gate refused, `unreviewedLines` changed lines that nobody has looked at (`journal/unreviewed.ts`). What
 * git ignores counts as neither file nor line, and what a command changes is only known once it has ended.
 * `usdPerDay` is of the workspace: what all of its runs of one local day spend.
 */
export const Limits = z.object({
  turns: whole.optional(),
  tokens: whole.optional(),
  usd: amount.optional(),
  minutes: amount.optional(),
  files: whole.optional(),
  lines: whole.optional(),
  refusals: whole.optional(),
  unreviewedLines: whole.optional(),
  usdPerDay: amount.optional(),
});
export type Limits = z.infer<typeof Limits>;

export const LimitName = Limits.keyof();
export type LimitName = z.infer<typeof LimitName>;

/** Percent of a limit at which a person is warned. */
export const WarningMark = z.union([z.literal(75), z.literal(90)]);
export type WarningMark = z.infer<typeof WarningMark>;
