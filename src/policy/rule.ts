import { z } from 'zod';
import { Category, Tier } from '../protocol/assessment.ts';

const one = <S extends z.ZodType>(item: S) =>
  z.union([item, z.array(item).min(1)]).transform(value => (Array.isArray(value) ? value : [value]));
/** Few stars: a pattern from a repository must not be able to keep the matcher busy. */
const pattern = z
  .string()
  .min(1)
  .max(400)
  .refine(text => (text.match(/[*(]/g)?.length ?? 0) <= 12, 'has too many wildcards');

/** From most to least strict. `halt` ends the run. */
export const outcomes = ['halt', 'deny', 'ask', 'allow'] as const;
export const Outcome = z.enum(outcomes);
export type Outcome = z.infer<typeof Outcome>;

/**
 * What a rule is about; all that is given must hold. `command` is compared with each program that will run, with its
 * words (`npm run *`); `program` with its name. `paths` and `hosts` are globs: a rule that allows must cover every path
 * and host of the effect, one that asks or denies matches when any is hit. A relative path stands below the workspace.
 */
export const When = z.strictObject({
  effect: one(z.string().min(1)).optional(),
  command: one(pattern).optional(),
  program: one(pattern).optional(),
  paths: one(pattern).optional(),
  hosts: one(pattern).optional(),
  category: one(Category).optional(),
  tier: one(Tier).optional(),
  tool: one(pattern).optional(),
});
export type When = z.infer<typeof When>;

/** One rule as written. `matches` and `differs` are commands that it must and must not match, checked at load. */
export const RuleText = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional(),
  decision: Outcome,
  when: When,
  because: z.string().max(300).optional(),
  matches: z.array(z.string()).optional(),
  differs: z.array(z.string()).optional(),
});
export type RuleText = z.infer<typeof RuleText>;

export const PolicyText = z.strictObject({
  version: z.literal(1),
  rules: z.array(RuleText).default([]),
  /** Hosts that reaching is no risk of its own. A workspace's own list is ignored: it would loosen. */
  trustedHosts: z.array(pattern).default([]),
});
export type PolicyText = z.infer<typeof PolicyText>;

/** Which file a rule comes from, from the strongest. `default` is ours. */
export const layers = ['managed', 'user', 'workspace', 'default'] as const;
export type Layer = (typeof layers)[number];

/** A rule that was loaded, with where it stands. Lines count from 1. */
export interface Rule extends RuleText {
  id: string;
  layer: Layer;
  file: string;
  line: number;
  /** Of one that allows by a pattern: the categories that the words before its `*` have by themselves. */
  covers?: readonly Category[];
}

export interface Policy {
  rules: readonly Rule[];
  trustedHosts: readonly string[];
}

/** Something to say about a policy file, where it stands. Lines and columns count from 1. */
export interface Diagnostic {
  file: string;
  line: number;
  column: number;
  severity: 'error' | 'warning';
  code: PolicyProblem;
  args: Record<string, string | number>;
}

export const policyProblems = [
  'policy.syntax',
  'policy.tooLarge',
  'policy.unreadable',
  'policy.tooManyRules',
  'policy.tooManyExamples',
  'policy.shape',
  'policy.duplicateId',
  'policy.loosens',
  'policy.mustMatch',
  'policy.mustDiffer',
  'policy.tooBroad',
  'policy.emptyWhen',
] as const;
export type PolicyProblem = (typeof policyProblems)[number];
