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
