import { z } from 'zod';

/** Something in a text that speaks against it: a code with its place and a short, masked piece of the text. */
export const Suspicion = z.object({ code: z.string(), line: z.number().int().nonnegative(), excerpt: z.string() });
export type Suspicion = z.infer<typeof Suspicion>;

export const ScreenVerdict = z.enum(['pass', 'ask', 'refuse']);
export type ScreenVerdict = z.infer<typeof ScreenVerdict>;

/** A file of the repository that tells agents what it wishes. `left`: why it was not passed on, or null. */
export const WishFile = z.object({
  path: z.string(),
  bytes: z.number().int().nonnegative(),
  /** Only its beginning was passed on. */
  cut: z.boolean(),
  left: z.enum(['flagged', 'unreadable', 'outside']).nullable(),
  marks: z.array(Suspicion),
});
export type WishFile = z.infer<typeof WishFile>;
