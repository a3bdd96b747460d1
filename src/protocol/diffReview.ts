import { z } from 'zod';
import { NoVerdict } from './review.ts';

/** `blocking` holds the end of a run, `warning` wants to be looked at, `note` is worth knowing. The ids are contracts. */
export const severities = ['blocking', 'warning', 'note'] as const;
export const Severity = z.enum(severities);
export type Severity = z.infer<typeof Severity>;

/** What the reviewer before merge looks for. The ids are contracts. */
export const findingKinds = [
  'defect',
  'security',
  'secret',
  'weakened-tests',
  'missing-tests',
  'duplicate',
  'hides-cause',
  'forbidden-path',
  'policy',
] as const;
export const FindingKind = z.enum(findingKinds);
export type FindingKind = z.infer<typeof FindingKind>;

/** One thing in a diff that somebody should look at. */
export const ReviewFinding = z.object({
  /** The same for the same thing in a later review: made of who found it, file, kind and all that it rests on. */
  id: z.string(),
  /** Relative to the workspace, with `/`. */
  file: z.string(),
  /** From 1, in the file as it is after the change; null where it is about the file as a whole. */
  line: z.number().int().positive().nullable(),
  severity: Severity,
  category: FindingKind,
  /** The text that it rests on, as it stands in the diff. Data, whoever wrote it. */
  evidence: z.string(),
  sentence: z.string(),
  by: z.enum(['model', 'static']),
});
export type ReviewFinding = z.infer<typeof ReviewFinding>;

export function isGraver(a: Severity, b: Severity): boolean {
  return severities.indexOf(a) < severities.indexOf(b);
}

/** One for each id, in the order in which they came: the gravest of those that are equal. */
export function distinctFindings(findings: readonly ReviewFinding[]): ReviewFinding[] {
  const found = new Map<string, ReviewFinding>();
  for (const finding of findings) {
    const known = found.get(finding.id);
    if (known === undefined || isGraver(finding.severity, known.severity)) found.set(finding.id, finding);
  }
  return [...found.values()];
}

/** `static`: no model was asked. `none`: one was, and gave no verdict on all or a part of it; that is no approval. */
export const DiffReviewOutcome = z.discriminatedUnion('type', [
  z.object({ type: z.literal('read') }),
  z.object({ type: z.literal('static') }),
  z.object({ type: z.literal('none'), why: NoVerdict, problem: z.string() }),
]);
export type DiffReviewOutcome = z.infer<typeof DiffReviewOutcome>;

/** What the reviewer before merge may do: nothing, tell what it finds, or hold the end of a run as well. */
export const ReviewerMode = z.enum(['off', 'advise', 'block']);
export type ReviewerMode = z.infer<typeof ReviewerMode>;
