import { z } from 'zod';

/** From harmless to irreparable. The tier describes the effect alone; mode, containment and policy come after. */
export const tiers = ['low', 'medium', 'high', 'critical'] as const;
export const Tier = z.enum(tiers);
export type Tier = z.infer<typeof Tier>;

export function atLeast(a: Tier, b: Tier): Tier {
  return tiers.indexOf(a) >= tiers.indexOf(b) ? a : b;
}

/** What an effect touches, for people, policy rules and meters. The ids are contracts. */
export const categories = [
  'read',
  'edit',
  'deletion',
  'test-run',
  'build',
  'package-script',
  'outside-workspace',
  'protected-path',
  'runs-on-host',
  'discards-work',
  'unheld-by-checkpoint',
  'network',
  'upload',
  'download',
  'unusual-network',
  'dependency',
  'lock-file',
  'ci',
  'build-configuration',
  'infrastructure',
  'auth',
  'payments',
  'migration',
  'database',
  'production',
  'publish',
  'push',
  'git-history',
  'git-configuration',
  'external-service',
  'cost',
  'credential-access',
  'secret',
  'privilege',
  'persistence',
  'process-control',
  'tampering',
  'tests-weakened',
  'checks-removed',
  'inline-code',
  'obscure',
  'unknown-program',
  'container',
  'sandbox-escape',
  'self-drive',
  'hidden-text',
  'large',
  'public-interface',
] as const;
export const Category = z.enum(categories);
export type Category = z.infer<typeof Category>;

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

/**
 * What one program of a command does: real paths and hosts, at most `mostActs` of each kind with `more` telling that there
 * are others, and its findings as indexes into those of the assessment.
 */
export const Acts = z.object({
  reads: z.array(z.string()),
  writes: z.array(z.string()),
  deletes: z.array(z.string()),
  hosts: z.array(z.string()),
  more: z.boolean(),
  findings: z.array(z.number().int().nonnegative()),
});
export type Acts = z.infer<typeof Acts>;
export const mostActs = 12;

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
  /**
   * The programs that will run, in order, with their words as one text (`npm run lint`). `from` is the index of the one
   * that led to it, as a task leads to its script's programs.
   */
  parts: z.array(
    z.object({
      program: z.string(),
      text: z.string(),
      from: z.number().int().nullable(),
      /** Names of the variables that are set for it alone. */
      sets: z.array(z.string()).optional(),
    }),
  ),
  /** What each of the parts does, by its index. Records of earlier versions do not say. */
  acts: z.array(Acts).optional(),
});
export type Assessment = z.infer<typeof Assessment>;
