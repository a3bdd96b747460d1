import type { Hold } from '../../journal/fold.ts';
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
 * where there was none. `held`: the calls that were open then (`RunSummary`).
 */
export function cutCall(
  earlier: readonly RunEvent[],
  held: readonly Hold[],
  messages: readonly Message[],
  model: string,
  prices: PriceTable,
): EventBody | null {
  const last = earlier.findLast(
    ({ kind }) =>
      kind === 'turn.started' || kind === 'model.answered' || kind === 'model.failed' || kind === 'run.ended',
  );
  const known = held.find(({ by }) => by === 'agent');
  if (last?.kind !== 'turn.started' || (last.held === true && known === undefined)) return null;
  const failed = { kind: 'model.failed' as const, turn: last.turn, failure: failures.modelCutOff({}) };
  if (known !== undefined) return { ...failed, usage: known.usage, usd: known.usd };
  const request = { model, system: executorPrompt, tools: executorTools, messages, maxTokens: maxAnswerTokens };
  return { ...failed, ...worstCase(countRequestBytes(request).total, maxAnswerTokens, model, prices) };
}
