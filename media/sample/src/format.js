import { units } from './units.js';

/** Writes milliseconds as `1h 30m`, rounded to the nearest second. Throws a RangeError below zero. */
export function format(duration) {
  if (!(duration >= 0)) throw new RangeError(`not a duration: ${duration}`);

  const days = Math.floor(duration / units.d);
  const hours = Math.floor((duration % units.d) / units.h);
  const minutes = Math.floor((duration % units.h) / units.m);
  const seconds = Math.round((duration % units.m) / units.s);

  const parts = [];
  if (days > 0) parts.push(`${days}d`);
  if (hours > 0) parts.push(`${hours}h`);
  if (minutes > 0) parts.push(`${minutes}m`);
  if (seconds > 0 || parts.length === 0) parts.push(`${seconds}s`);
  return parts.join(' ');
}
