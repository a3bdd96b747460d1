import { z } from 'zod';
import type { Usage } from '../protocol/budget.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';

/** Beyond any price there is, and far from where sums of it are no numbers any more. */
const highest = 1_000_000;
const dollars = z.number().nonnegative().max(highest);
const Rates = z.strictObject({ input: dollars, output: dollars, cacheWrite: dollars, cacheRead: dollars });

/**
 * US dollars per million tokens; `cacheWrite` is for the five-minute cache. `long` holds the rates of a call whose whole
 * prompt, cached or not, is longer than `above` tokens.
 */
export const Price = Rates.extend({ long: Rates.extend({ above: z.number().int().positive() }).optional() });
export type Price = z.infer<typeof Price>;

/** By model id without its date. */
export const PriceTable = z.record(z.string(), Price);
export type PriceTable = z.infer<typeof PriceTable>;

/**
 * A table of the person's own, as JSON: model id → rates as in `Price`. Throws `prices.invalid`, which names `file` and the
 * first thing that is wrong.
 */
export function parsePrices(text: string, file: string): PriceTable {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = `it is not JSON (${error instanceof Error ? error.message : 'unreadable'})`;
    throw new GatehouseError(failures.pricesInvalid({ file, problem }), error);
  }
  const parsed = PriceTable.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join(' › ');
  throw new GatehouseError(failures.pricesInvalid({ file, problem: `${where}: ${issue?.message ?? 'not a price'}` }));
}

const at = (input: number, output: number, cacheWrite: number, cacheRead: number): Price => ({
  input,
  output,
  cacheWrite,
  cacheRead,
});

/**
 * Standard rates of the Claude API from "Pricing" and the models' own pages in the Claude Developer Platform's
 * documentation, as of November 2026. A model whose price could not be confirmed is not here.
 */
export const publishedPrices: PriceTable = {
  'claude-fable-5-1': at(10, 50, 12.5, 0.25),
  'claude-mythos-5-1': at(10, 50, 12.5, 0.25),
  'claude-fable-5': at(10, 50, 12.5, 1),
  'claude-mythos-5': at(10, 50, 12.5, 1),
  'claude-opus-5-5': at(4, 20, 5, 0.2),
  'claude-opus-5': at(5, 25, 6.25, 0.5),
  'claude-opus-4-8': at(5, 25, 6.25, 0.5),
  'claude-opus-4-7': at(5, 25, 6.25, 0.5),
  'claude-opus-4-6': at(5, 25, 6.25, 0.5),
  'claude-opus-4-5': at(5, 25, 6.25, 0.5),
  'claude-sonnet-5-5': at(2, 10, 2.5, 0.1),
  'claude-sonnet-5': at(2, 10, 2.5, 0.2),
  'claude-sonnet-4-6': at(3, 15, 3.75, 0.3),
  'claude-sonnet-4-5': at(3, 15, 3.75, 0.3),
  'claude-haiku-5-5': { ...at(0.1, 0.5, 0.125, 0.01), long: { above: 100_000, ...at(0.5, 2.5, 0.625, 0.05) } },
  'claude-haiku-4-5': at(1, 5, 1.25, 0.1),
};

/** The price of a model by its id, with or without the date at its end; null where it is not known. */
export function priceOf(model: string, overrides: PriceTable = {}): Price | null {
  const table = new Map([...Object.entries(publishedPrices), ...Object.entries(overrides)]);
  return table.get(model) ?? table.get(model.replace(/-\d{8}$/, '')) ?? null;
}

/** A token that is written to the cache of an hour costs twice one that is read ("Prompt caching" in the documentation). */
const hourFactor = 2;

/**
 * US dollars for one call (never for a sum of calls: the length of the prompt counts); null for an unknown model.
 * `hourWrite`: of what was written to the cache, what went into that of an hour.
 */
export function usdOf(usage: Usage, model: string, overrides?: PriceTable, hourWrite = 0): number | null {
  const price = priceOf(model, overrides);
  if (price === null) return null;
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  const rates = price.long !== undefined && prompt > price.long.above ? price.long : price;
  const total =
    usage.input * rates.input +
    usage.output * rates.output +
    usage.cacheRead * rates.cacheRead +
    usage.cacheWrite * rates.cacheWrite +
    hourWrite * Math.max(0, rates.input * hourFactor - rates.cacheWrite);
  return total / 1_000_000;
}
