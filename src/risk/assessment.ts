import { z } from 'zod';
import { Category, Tier } from './tier.ts';

/** What an effect may touch. Paths are real and absolute; a directory stands for all below it. */
export const Footprint = z.object({
  reads: z.array(z.string()),
  writes: z.array(z.string()),
  deletes: z.array(z.string()),
  hosts: z.array(z.string()),
  /** Something is touched whose name the text does not tell: paths or hosts. */
  unknownPaths: z.boolean(),
  unknownHosts: z.boolean(),
  /** Whether a checkpoint can undo all of it. */
  reversible: z.boolean(),
  /** Secrets may be seen. */
  secrets: z.boolean(),
});
export type Footprint = z.infer<typeof Footprint>;

/** One finding: why the tier is at least this. `args` fill the sentence that the host has for `code`. */
export const Finding = z.object({
  tier: Tier,
  category: Category,
  code: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Finding = z.infer<typeof Finding>;

export const Assessment = z.object({
  tier: Tier,
  categories: z.array(Category),
  footprint: Footprint,
  /** Strictest first; the first says why the tier is what it is. */
  findings: z.array(Finding),
  /** Fully understood: nothing can run that is not in the findings. */
  understood: z.boolean(),
  /** A floor of the gate: not lifted by rules. */
  floor: z.enum(['none', 'ask', 'deny']),
  /** The programs that will run, in order, for cards and rules. */
  programs: z.array(z.string()),
});
export type Assessment = z.infer<typeof Assessment>;
