import { type Model, ModelError, type ModelRequest, type Spent } from '../ports/model.ts';
import type { Cost, Purse } from '../ports/purse.ts';
import type { Usage } from '../protocol/budget.ts';
import { type PriceTable, usdOf } from './prices.ts';
import { createEstimator, longestAnswer, worstCase } from './worstCase.ts';

/** An answer is cut to what is left, but not below this: then the call is not made. In tokens. */
export const shortestAnswer = 4_096;

export interface Metering {
  purse: Purse;
  prices: PriceTable;
  /** Whether the person may be asked for more before a call. */
  asks: boolean;
}

/**
 * The same model, with the worst case of each attempt set aside before it is made. What a stream that broke off has used
 * nobody is told, so it counts as all that it could have: such a `Spent` is the worst case.
 */
export function metered(model: Model, { purse, prices, asks }: Metering): Model {
  const estimator = createEstimator();

  /** What an attempt that gave no turn counts as. `told` is what the server had said of it. */
  function lost(told: Spent | null, cut: boolean, request: ModelRequest, prompt: number): Spent | null {
    if (!cut) return told;
    const usage: Usage = told?.usage ?? { input: 0, output: 0, cacheRead: 0, cacheWrite: prompt };
    const most = { ...usage, output: Math.max(usage.output, request.maxTokens) };
    return { usage: most, usd: usdOf(most, request.model, prices) };
  }

  return {
    async respond(asked, io) {
      const prompt = estimator.promptTokens(asked);
      const fits = longestAnswer(prompt, asked.model, prices, purse.room());
      const least = Math.min(asked.maxTokens, shortestAnswer);
      const request = { ...asked, maxTokens: Math.max(least, Math.min(asked.maxTokens, fits)) };
      const most = worstCase(prompt, request.maxTokens, request.model, prices);
      const call = { model: request.model, asks, signal: io.signal };
      let held = await purse.hold(most, call);
      let open = true;
      const settle = async (spent: Spent | null): Promise<void> => {
        open = false;
        await held.settle(costOf(spent));
      };
      try {
        const turn = await model.respond(request, {
          ...io,
          async onRetry(retry) {
            const spent = lost(retry.spent, retry.spent !== null || isCut(retry.code), request, prompt);
            await settle(spent);
            await io.onRetry({ ...retry, spent });
            held = await purse.hold(most, call);
            open = true;
          },
        });
        const usd = turn.usd ?? usdOf(turn.usage, request.model, prices);
        estimator.learn(request, turn.usage);
        await settle({ usage: turn.usage, usd });
        return { ...turn, usd };
      } catch (error) {
        if (!open) throw error;
        if (!(error instanceof ModelError)) {
          // A fault of ours: whether the call was made nobody knows.
          await held.settle(most);
          throw error;
        }
        const spent = lost(error.spent, error.spent !== null && !isWhole(error), request, prompt);
        await settle(spent);
        throw new ModelError(error.failure, spent, error.cause);
      }
    },
  };
}

function isCut(code: string): boolean {
  return code === 'stream_cut' || code === 'stream_idle';
}

/** The server ended the turn itself and told all that it used. */
function isWhole({ failure }: ModelError): boolean {
  return failure.code === 'model.refused' || failure.code === 'model.contextTooLong';
}

function costOf(spent: Spent | null): Cost {
  if (spent === null) return { tokens: 0, usd: 0 };
  const { input, output, cacheRead, cacheWrite } = spent.usage;
  return { tokens: input + output + cacheRead + cacheWrite, usd: spent.usd };
}
