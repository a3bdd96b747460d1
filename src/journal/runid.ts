import { randomBytes } from 'node:crypto';
import { failures, GatehouseError } from '../protocol/failure.ts';

/** Crockford's base 32 in lower case: no i, l, o, u, and in ASCII order, so that ids sort by time. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const form = /^\d{8}-\d{6}-[0-9a-hjkmnp-tv-z]{12}$/;

/**
 * A new run's id, such as `20261120-042917-bw7f3kq2m9x4`: date and time in UTC, then two characters that hold the
 * milliseconds and ten that are random (50 bits). Sorting ids sorts runs by their start.
 */
export function newRunId(now: number): string {
  const time = new Date(now);
  const [date = '', clock = ''] = time.toISOString().replaceAll(/[-:]/g, '').split('T');
  const ms = time.getUTCMilliseconds();
  const random = [...randomBytes(10)].map(byte => digit(byte)).join('');
  return `${date}-${clock.slice(0, 6)}-${digit(ms >> 5)}${digit(ms)}${random}`;
}

function digit(value: number): string {
  return alphabet.charAt(value & 31);
}

export function isRunId(text: string): boolean {
  return form.test(text);
}

/** The id itself; throws `run.unknown` on anything that is not one. */
export function requireRunId(text: string): string {
  if (!isRunId(text)) throw new GatehouseError(failures.runUnknown({ run: text }));
  return text;
}
