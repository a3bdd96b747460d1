import { units } from './units.js';

const part = /(\d+(?:\.\d+)?)\s*(ms|[dhms])/g;
const whole = /^\s*(?:\d+(?:\.\d+)?\s*(?:ms|[dhms])\s*)+$/;

/** Milliseconds in a text like `1h 30m` or `1.5h`. Throws a RangeError on anything else. */
export function parse(text) {
  if (!whole.test(text)) throw new RangeError(`not a duration: ${text}`);
  let total = 0;
  for (const [, amount, unit] of text.matchAll(part)) total += Number(amount) * units[unit];
  return Math.round(total);
}
