/** A server that asks for a longer pause than this is taken as out of reach. In ms. */
export const longestWaitMs = 60 * 60_000;

const firstWaitMs = 500;
const longestBackoffMs = 30_000;

/** How long to wait before retry number `attempt` (from 1): doubling, capped, the upper half of it left to chance. */
export function backoffMs(attempt: number, random: () => number): number {
  const full = Math.min(longestBackoffMs, firstWaitMs * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random());
}

/** The pause that a server asked for, in ms: `retry-after-ms`, or `retry-after` as seconds or an HTTP date; else null. */
export function retryAfterMs(headers: Headers | undefined, now: number): number | null {
  const exact = amount(headers?.get('retry-after-ms'));
  if (exact !== null) return Math.ceil(exact);
  const header = headers?.get('retry-after');
  const seconds = amount(header);
  if (seconds !== null) return Math.ceil(seconds * 1000);
  const date = Date.parse(header ?? '');
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function amount(header: string | null | undefined): number | null {
  return /^\s*\d+(\.\d+)?\s*$/.test(header ?? '') ? Number(header) : null;
}
