import { z } from 'zod';

/**
 * A person's answer to a list of refused effects: those in `allow`, by their ids, may pass once when the model asks for
 * them again; the others stay refused, and `why` tells the model about them. With `keep`, `why` becomes a standing
 * instruction.
 */
export const DenialsAnswer = z.object({
  allow: z.array(z.string()),
  why: z.string().optional(),
  keep: z.boolean().optional(),
});
export type DenialsAnswer = z.infer<typeof DenialsAnswer>;
