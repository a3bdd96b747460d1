import { findAssigned } from './secrets/assigned.ts';
import { findIssued } from './secrets/issued.ts';
import { findPrivateKeys } from './secrets/pem.ts';
import { mergeSpans, type Span } from './secrets/span.ts';

export type { Span } from './secrets/span.ts';

/**
 * Where secrets stand in a text: tokens in the form of a known issuer, private keys, credentials in URLs and in
 * Authorization headers, values given to a name that says secret. Sorted, never overlapping; `start` and `end` are string
 * offsets, `type` is a short code for the placeholder. Linear in the text's length, whoever wrote the text.
 */
export function findSecrets(text: string): Span[] {
  return mergeSpans([...findPrivateKeys(text), ...findIssued(text), ...findAssigned(text)]);
}
