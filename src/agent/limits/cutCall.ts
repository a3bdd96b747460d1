import type { Hold } from '../../journal/fold.ts';
import type { PriceTable } from '../../models/prices.ts';
import { countRequestBytes } from '../../models/wire.ts';
import { worstCase } from '../../models/worstCase.ts';
import type { EventBody, EventKind, RunEvent } from '../../protocol/event.ts';
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
  const last = earlier.findLast(({ kind }) => beginsOrEnds.has(kind));
  const known = held.find(({ by }) => by === 'agent');
  if (last?.kind === 'compaction.asked' && known !== undefined) {
    const { usage, usd } = known;
    return {
      kind: 'compaction.failed',
      model: last.model,
      why: 'failed',
      failure: failures.modelCutOff({}),
      usage,
      usd,
    };
  }
  if (last?.kind !== 'turn.started' || (last.held === true && known === undefined)) return null;
  const failed = { kind: 'model.failed' as const, turn: last.turn, failure: failures.modelCutOff({}) };
  if (known !== undefined) return { ...failed, usage: known.usage, usd: known.usd };
  const request = { model, system: executorPrompt, tools: executorTools, messages, maxTokens: maxAnswerTokens };
  return { ...failed, ...worstCase(countRequestBytes(request).total, maxAnswerTokens, model, prices) };
}

/** With one of these a call of an agent begins or is over. */
const beginsOrEnds: ReadonlySet<EventKind> = new Set([
  'turn.started',
  'model.answered',
  'model.failed',
  'compaction.asked',
  'compaction.failed',
  'context.compacted',
  'run.ended',
]);
