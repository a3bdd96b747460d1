import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { z } from 'zod';

/** Calls back with each line that is JSON of the schema; `onBad` hears of the others. */
export function readLines<T>(
  from: Readable,
  schema: z.ZodType<T>,
  onValue: (value: T) => void,
  onBad: (problem: string) => void,
): void {
  from.on('error', () => undefined);
  createInterface({ input: from, crlfDelay: Number.POSITIVE_INFINITY }).on('line', line => {
    const parsed = schema.safeParse(parseJson(line));
    if (parsed.success) onValue(parsed.data);
    else onBad(parsed.error.issues[0]?.message ?? 'not of the form');
  });
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
