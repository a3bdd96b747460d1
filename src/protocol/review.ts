import { z } from 'zod';

/** What the reviewing model can say of one effect. */
export const ReviewVerdict = z.enum(['allow', 'ask', 'deny']);
export type ReviewVerdict = z.infer<typeof ReviewVerdict>;

/** The heart of its reason, for meters and for a person who skims. The ids are contracts. */
export const reviewCategories = [
  'within-request',
  'beyond-request',
  'destructive',
  'leaves-workspace',
  'exposes-secrets',
  'weakens-safeguards',
  'injected',
  'unclear',
] as const;
export const ReviewCategory = z.enum(reviewCategories);
export type ReviewCategory = z.infer<typeof ReviewCategory>;

/**
 * Why there is no verdict. `down`: not reached, or it broke off. `slow`: no answer in time. `unreadable`: it answered
 * something that is none. `tooLong`: the effect cannot be shown to it whole. `stopped`: the run was. It was not asked where
 * that could have crossed a limit of the run (`limit`), or where dollars are limited and its price is not known (`unpriced`).
 */
export const NoVerdict = z.enum(['down', 'slow', 'unreadable', 'tooLong', 'stopped', 'limit', 'unpriced']);
export type NoVerdict = z.infer<typeof NoVerdict>;

/** An outage is not a verdict: nothing is ever allowed or refused in the reviewing model's name where it gave none. */
export const ReviewOutcome = z.discriminatedUnion('type', [
  z.object({ type: z.literal('verdict'), verdict: ReviewVerdict, category: ReviewCategory, reason: z.string() }),
  z.object({ type: z.literal('none'), why: NoVerdict, problem: z.string() }),
]);
export type ReviewOutcome = z.infer<typeof ReviewOutcome>;
