import { createHash } from 'node:crypto';
import type { FindingKind, ReviewFinding } from '../../protocol/diffReview.ts';

/**
 * Equal for the same kind of thing that rests on the same text of the same file, wherever in it that stands. What a model
 * says never has the id of what a rule found, whatever text it names.
 */
export function findingId(by: ReviewFinding['by'], file: string, category: FindingKind, basis: string): string {
  const words = basis.replaceAll(/\s+/g, ' ').trim();
  return createHash('sha256')
    .update(JSON.stringify([by, file, category, words]))
    .digest('hex')
    .slice(0, 12);
}
