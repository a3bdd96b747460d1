import { createHash } from 'node:crypto';
import type { Digest, Effect } from '../protocol/effect.ts';

/** SHA-256 over the effect's JSON with keys sorted, so that equal effects have equal digests. */
export function digestOf(effect: Effect): Digest {
  return createHash('sha256').update(canonical(effect)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value);
}
