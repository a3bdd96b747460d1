import type { ModelRequest, Spent } from '../ports/model.ts';
import type { Usage } from '../protocol/budget.ts';
import { type Price, type PriceTable, priceOf } from './prices.ts';
import { countRequestBytes } from './wire.ts';

/**
 * Tokens that the server adds to a prompt by itself. The API's documentation tells of 346 at most, for the use of tools;
 * the rest is caution.
 */
const addedTokens = 1_000;

/** What the next call of one conversation can take at most. */
export interface Estimator {
  /**
   * An upper bound of the prompt's tokens: no token is shorter than a byte. Where the prompt goes on from the last one
   * that the server counted, only what was added counts by its bytes; one that is a part of it has no more.
   */
  promptTokens(request: ModelRequest): number;
  /** Told what the server counted. */
  learn(request: ModelRequest, usage: Usage): void;
}

export function createEstimator(): Estimator {
  let last: { request: ModelRequest; tokens: number } | null = null;
  return {
    promptTokens(request) {
      if (last !== null && goesOn(request, last.request)) return last.tokens + addedTokens;
      if (last === null || !goesOn(last.request, request)) return countRequestBytes(request).total + addedTokens;
      const added = request.messages.slice(last.request.messages.length);
      return last.tokens + Buffer.byteLength(JSON.stringify(added)) + addedTokens;
    },
    learn(request, usage) {
      const tokens = usage.input + usage.cacheRead + usage.cacheWrite;
      // The list grows in place: what was sent is kept, not what it becomes.
      last = { request: { ...request, messages: [...request.messages] }, tokens };
    },
  };
}

/** Messages never change once they were sent, so the very same objects are the very same bytes. */
function goesOn(before: ModelRequest, request: ModelRequest): boolean {
  return (
    before.system === request.system &&
    before.tools === request.tools &&
    before.model === request.model &&
    before.messages.every((message, index) => message === request.messages[index])
  );
}

/** The most that a call can take whose prompt has at most `prompt` tokens and whose answer has at most `answer`. */
export function worstCase(prompt: number, answer: number, model: string, prices: PriceTable): Spent {
  const usage = { input: 0, output: answer, cacheRead: 0, cacheWrite: prompt };
  const price = priceOf(model, prices);
  if (price === null) return { usage, usd: null };
  const rates = dearest(price, prompt);
  return { usage, usd: (prompt * rates.input + answer * rates.output) / 1_000_000 };
}

/** The longest answer for which the worst case keeps within `room`; below 0 where the prompt alone does not. */
export function longestAnswer(
  prompt: number,
  model: string,
  prices: PriceTable,
  room: { tokens: number; usd: number },
): number {
  const price = priceOf(model, prices);
  const byTokens = room.tokens - prompt;
  if (price === null || room.usd === Number.POSITIVE_INFINITY) return byTokens;
  const rates = dearest(price, prompt);
  const left = room.usd * 1_000_000 - prompt * rates.input;
  return Math.floor(Math.min(byTokens, rates.output === 0 && left >= 0 ? byTokens : left / rates.output));
}

/** What a prompt's token costs at most, cached or not: a cache may have expired, and writing to it costs more. */
function dearest(price: Price, prompt: number): { input: number; output: number } {
  const all = price.long !== undefined && prompt > price.long.above ? [price, price.long] : [price];
  return {
    input: Math.max(...all.flatMap(({ input, cacheWrite, cacheRead }) => [input, cacheWrite, cacheRead])),
    output: Math.max(...all.map(({ output }) => output)),
  };
}
