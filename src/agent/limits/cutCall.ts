import type { PriceTable } from '../../models/prices.ts';
import { countRequestBytes } from '../../models/wire.ts';
import { worstCase } from '../../models/worstCase.ts';
import { type EventBody, type RunEvent } from '../../protocol/event.ts';
import { failures } from '../../protocol/failure.ts';
import type { Message } from '../../protocol/message.ts';
import { executorTools } from '../../tools/table.ts';
import { maxAnswerTokens } from '../answerTokens.ts';
import { executorPrompt } from '../prompts.ts';

/**
 * What a call may have cost that was under way when the run was cut off: as much as it could, since nobody was told. null
 * where there was none.
 */
export function cutCall(
  earlier: readonly RunEvent[],
  messages: readonly Message[],
  model: string,
  prices: PriceTable,
): EventBody | null {
  const last = earlier.findLast(
    ({ kind }) =>
      kind === 'turn.started' || kind === 'model.answered' || kind === 'model.failed' || kind === 'run.ended',
  );
  if (last?.kind !== 'turn.started') return null;
  const request = { model, system: executorPrompt, tools: executorTools, messages, maxTokens: maxAnswerTokens };
  const prompt = countRequestBytes(request).total;
  const { usd } = worstCase(prompt, maxAnswerTokens, model, prices);
  const usage = { input: prompt, output: maxAnswerTokens, cacheRead: 0, cacheWrite: 0 };
  return { kind: 'model.failed', turn: last.turn, failure: failures.modelCutOff({}), usage, usd };
}
