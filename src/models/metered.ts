import {
  type Compaction,
  type Lost,
  type Model,
  ModelError,
  type ModelIo,
  type ModelRequest,
  type ModelTurn,
  nothingLost,
  type Spent,
} from '../ports/model.ts';
import type { Held, Purse } from '../ports/purse.ts';
import { asFailure, failures } from '../protocol/failure.ts';
import { type PriceTable, usdOf } from './prices.ts';
import { createEstimator, longestAnswer, worstCase } from './worstCase.ts';

/** An answer is cut to what is left, but not below this: then the call is not made. In tokens. */
export const shortestAnswer = 4_096;

/**
 * Tokens that the server's own instructions for a summary may add. Their length is not documented; those that a caller may
 * give in their place have 16,384 characters at most.
 */
const summaryPrompt = 8_000;

export interface Metering {
  purse: Purse;
  prices: PriceTable;
  /** Whether the person may be asked for more before a call. */
  asks: boolean;
}

type Retrying = Pick<ModelIo, 'onRetry'>;

/**
 * The same model, with the worst case of each attempt set aside before it is made. What nobody is told of an attempt that
 * came to nothing counts as all that it could have used: such a `Spent` is the worst case, and nothing of it is open.
 */
export function metered(model: Model, { purse, prices, asks }: Metering): Model {
  const estimator = createEstimator();
  const compact = model.compact?.bind(model);

  /** Makes the call `make`, of whose attempts `hold` sets the worst case aside. `told`: whether it was answered at all. */
  async function paid<T extends Spent>(
    { request, most, told }: { request: ModelRequest; most: Spent; told: (made: T) => boolean },
    hold: () => Promise<Held>,
    io: Retrying,
    make: (io: Retrying) => Promise<T>,
  ): Promise<T> {
    let held: Held | null = await hold();
    const settle = async (took: Spent | null): Promise<void> => {
      const last = held;
      held = null;
      await last?.settle(took);
    };
    try {
      const made = await make({
        async onRetry(retry) {
          const spent = lostOf(retry, request, most, prices);
          await settle(spent);
          await io.onRetry({ ...retry, spent, open: false });
          held = await hold();
        },
      });
      const { usage, usd } = tookOf(made, told(made), request, most, prices);
      await settle({ usage, usd });
      return { ...made, usage, usd };
    } catch (error) {
      if (held === null) throw error;
      // After a fault of ours nobody knows whether the call was made.
      const lost: Lost = error instanceof ModelError ? error : { spent: null, open: true };
      const spent = lostOf(lost, request, most, prices);
      await settle(spent);
      throw new ModelError(asFailure(error), { spent, open: false }, error);
    }
  }

  return {
    async respond(asked, io) {
      const prompt = estimator.promptTokens(asked);
      const fits = longestAnswer(prompt, asked.model, prices, purse.room());
      const least = Math.min(asked.maxTokens, shortestAnswer);
      const request = { ...asked, maxTokens: Math.max(least, Math.min(asked.maxTokens, fits)) };
      const most = worstCase(prompt, request.maxTokens, request.model, prices);
      const call = { model: request.model, asks, signal: io.signal };
      const told = (turn: ModelTurn): boolean => turn.content.length > 0;
      const turn = await paid(
        { request, most, told },
        () => purse.hold(most, call),
        io,
        retrying => model.respond(request, { ...io, ...retrying }),
      );
      estimator.learn(request, turn.usage);
      return turn;
    },
    ...(compact === undefined
      ? {}
      : {
          async compact(request, io) {
            const messages = estimator.promptTokens(request);
            const most = worstCase(messages + summaryPrompt, request.maxTokens, request.model, prices);
            // What is left then must still do for a turn: no summary is worth the run.
            const next = worstCase(messages, shortestAnswer, request.model, prices);
            const call = { model: request.model, asks: false, signal: io.signal };
            const hold = async (): Promise<Held> => {
              const held = await purse.spare(most, next, call);
              if (held === null) throw new ModelError(failures.limitReached({}), nothingLost);
              return held;
            };
            const told = ({ block }: Compaction): boolean => block !== null;
            return paid({ request, most, told }, hold, io, retrying => compact(request, { ...io, ...retrying }));
          },
        }),
  };
}

/** What an attempt that gave no turn counts as. */
function lostOf({ spent, open }: Lost, request: ModelRequest, most: Spent, prices: PriceTable): Spent | null {
  if (!open || spent === null) return open ? most : spent;
  const told = isPromptTold(spent) ? spent.usage : { ...most.usage, output: spent.usage.output };
  const usage = { ...told, output: Math.max(told.output, request.maxTokens) };
  return { usage, usd: dearer(usdOf(usage, request.model, prices), spent.usd) };
}

/**
 * What a turn took. There is no prompt and no answer without a token, so where the server tells of none it told nothing,
 * and the most that it can have been counts.
 */
function tookOf(turn: Spent, told: boolean, request: ModelRequest, most: Spent, prices: PriceTable): Spent {
  const answered = turn.usage.output > 0 || !told;
  if (isPromptTold(turn) && answered)
    return { usage: turn.usage, usd: turn.usd ?? usdOf(turn.usage, request.model, prices) };
  const counted = isPromptTold(turn) ? turn.usage : { ...most.usage, output: turn.usage.output };
  const usage = answered ? counted : { ...counted, output: request.maxTokens };
  return { usage, usd: dearer(usdOf(usage, request.model, prices), turn.usd) };
}

function isPromptTold({ usage }: Spent): boolean {
  return usage.input + usage.cacheRead + usage.cacheWrite > 0;
}

/** null where both are unknown. */
function dearer(a: number | null, b: number | null): number | null {
  return a === null ? b : Math.max(a, b ?? 0);
}
