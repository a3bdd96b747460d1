import type { Clock } from '../../ports/clock.ts';
import type { Masker } from '../../ports/masker.ts';
import { type Model, ModelError, type Spent, type ToolSpec } from '../../ports/model.ts';
import type { CompactionFailure, EventOf, RunEvent } from '../../protocol/event.ts';
import { asFailure, type Failure } from '../../protocol/failure.ts';
import type { CompactionBlock, Message } from '../../protocol/message.ts';
import { probe } from '../../risk/probe/probe.ts';
import { heldIn } from '../masking.ts';
import type { Recorder } from '../recorder.ts';

/** Tokens for the summary, and for what the model thinks before it; the API's documentation wants several thousand. */
export const summaryTokens = 16_000;

export interface ServerDeps {
  recorder: Pick<Recorder, 'append' | 'events'>;
  model: Model;
  modelName: string;
  /** The same as in each turn, since what was cached stands before the messages, and signed reasoning is bound to it. */
  system: string;
  tools: readonly ToolSpec[];
  masker: Masker;
  clock: Clock;
}

/** What `context.compacted` tells of a summary that is used. */
export type ServerSummary = Required<
  Pick<EventOf<'context.compacted'>, 'model' | 'usage' | 'durationMs'> & Spent & { block: CompactionBlock }
>;

/**
 * Asks the model's server to sum up these messages, which stand up to the record `upTo`. null where it does not, or where
 * its summary is not to be used, and then the journal says why. Its text is a model's, made of what others wrote too: it
 * is nobody's word, and one that reads like orders is left. What will not be otherwise the next time is not asked again.
 */
export async function askServer(
  deps: ServerDeps,
  { messages, upTo, tokensBefore }: { messages: readonly Message[]; upTo: number; tokensBefore: number },
  signal: AbortSignal,
): Promise<ServerSummary | null> {
  const { recorder, model, modelName, system, tools, clock } = deps;
  if (model.compact === undefined || messages.length === 0 || refusedBefore(recorder.events(), modelName)) return null;
  await recorder.append({ kind: 'compaction.asked', model: modelName, upTo, tokensBefore });
  const since = clock.now();
  const turn = lastTurn(recorder.events());
  try {
    const request = { model: modelName, system, tools, messages, maxTokens: summaryTokens };
    const {
      block,
      usage,
      usd,
      model: name,
    } = await model.compact(request, {
      signal,
      async onRetry({ attempt, code, waitMs, spent }) {
        const lost = spent ?? { usage: null };
        await recorder.append({ kind: 'model.retrying', turn, attempt, code, waitMs, ...lost });
      },
    });
    const why = block === null ? 'none' : faultOf(block, deps.masker);
    if (block === null || why !== null) {
      await failed(deps, why ?? 'none', null, { usage, usd });
      return null;
    }
    return { block, usage, usd, model: name, durationMs: Math.max(0, Math.round(clock.now() - since)) };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code === 'journal.unwritable') throw error;
    await failed(deps, whyOf(failure), failure, error instanceof ModelError ? error.spent : null);
    return null;
  }
}

/** Writes down that the server did not take back the summary that it had made, so that it is asked for no other. */
export async function blockRefused(
  { recorder, modelName }: Pick<ServerDeps, 'recorder' | 'modelName'>,
  failure: Failure,
): Promise<void> {
  await failed({ recorder, modelName }, 'notOffered', failure, null);
}

async function failed(
  { recorder, modelName }: Pick<ServerDeps, 'recorder' | 'modelName'>,
  why: CompactionFailure,
  failure: Failure | null,
  spent: Spent | null,
): Promise<void> {
  const lost = spent ?? { usage: null };
  await recorder.append({ kind: 'compaction.failed', model: modelName, why, failure, ...lost });
}

/** What a limit or a fault of the moment kept from being made may be made later. */
function refusedBefore(events: readonly RunEvent[], model: string): boolean {
  return events.some(
    event =>
      event.kind === 'compaction.failed' && event.model === model && event.why !== 'limit' && event.why !== 'failed',
  );
}

function faultOf(block: CompactionBlock, masker: Masker): CompactionFailure | null {
  if (heldIn(block, masker) !== null) return 'secret';
  return probe(block.content).marks.length > 0 ? 'orders' : null;
}

function whyOf({ code }: Failure): CompactionFailure {
  if (code === 'model.badRequest') return 'notOffered';
  return code === 'run.limitReached' ? 'limit' : 'failed';
}

function lastTurn(events: readonly RunEvent[]): number {
  const last = events.findLast(event => event.kind === 'turn.started');
  return last?.kind === 'turn.started' ? last.turn : 0;
}
