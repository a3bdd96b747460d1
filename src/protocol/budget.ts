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

/** Hard limits of a run; an absent one is not enforced. `turns` counts model calls of the executor. */
export const Limits = z.object({
  turns: z.number().int().positive().optional(),
  minutes: z.number().positive().optional(),
});
export type Limits = z.infer<typeof Limits>;

export const LimitName = z.enum(['turns', 'minutes']);
export type LimitName = z.infer<typeof LimitName>;
