import { z } from 'zod';
import { Digest } from './effect.ts';

/** From most to least permissive. */
export const verdicts = ['allow', 'review', 'ask', 'deny'] as const;
export const Verdict = z.enum(verdicts);
export type Verdict = z.infer<typeof Verdict>;

/** Who or what decided. */
export const DecidedBy = z.discriminatedUnion('type', [
  z.object({ type: z.literal('person'), surface: z.string(), afterMs: z.number().int().nonnegative() }),
  z.object({ type: z.literal('rule'), rule: z.string(), layer: z.enum(['managed', 'user', 'workspace', 'default']) }),
  z.object({ type: z.literal('static') }),
  z.object({ type: z.literal('model'), model: z.string(), promptDigest: Digest }),
]);
export type DecidedBy = z.infer<typeof DecidedBy>;

/** Why, as a code with its arguments; hosts and tools turn it into a sentence for their reader. */
export const Reason = z.object({ code: z.string(), args: z.record(z.string(), z.union([z.string(), z.number()])) });
export type Reason = z.infer<typeof Reason>;

/** A verdict with everything that led to it. Reasons of every stage are kept, the strictest stage's first. */
export const Decision = z.object({ verdict: Verdict, by: DecidedBy, reasons: z.array(Reason) });
export type Decision = z.infer<typeof Decision>;

/** The strictest of several decisions, carrying the reasons of all, the winner's first. Throws on an empty list. */
export function strictest(decisions: readonly Decision[]): Decision {
  const [first, ...rest] = decisions;
  if (first === undefined) throw new Error('strictest() of no decision');
  let winner = first;
  for (const decision of rest)
    if (verdicts.indexOf(decision.verdict) > verdicts.indexOf(winner.verdict)) winner = decision;
  const others = decisions.filter(decision => decision !== winner);
  return { ...winner, reasons: [...winner.reasons, ...others.flatMap(decision => decision.reasons)] };
}
