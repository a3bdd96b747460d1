import type { Clock } from '../ports/clock.ts';
import type { Masker } from '../ports/masker.ts';
import { type Model, ModelError, type Spent, type ToolSpec } from '../ports/model.ts';
import { asFailure, type Failure, failures } from '../protocol/failure.ts';
import { type AssistantBlock, isToolUse, type ToolUseBlock } from '../protocol/message.ts';
import { maxAnswerTokens } from './answerTokens.ts';
import { type CallDeps, performCall, skipCall } from './call.ts';
import type { Compactor } from './context/compactor.ts';
import type { Limiting } from './limits/limiting.ts';
import { maskAnswer } from './masking.ts';
import { cutAnswer } from './prompts.ts';
import type { Recorder } from './recorder.ts';
import type { LastAnswer, Session } from './session.ts';
import type { Stopping } from './stopRules/stopping.ts';
import { batchesOf } from './together.ts';

/** Turns in a row that the server may pause with nothing said; the next call would ask the very same again. */
const maxEmptyPauses = 3;

export type Ending =
  | { type: 'done' }
  | { type: 'stopped' }
  | { type: 'limit' }
  /** A stop rule ended it. */
  | { type: 'ruled'; failure: Failure }
  | { type: 'failed'; failure: Failure }
  | { type: 'unreachable'; failure: Failure }
  | { type: 'waiting'; failure: Failure };

export interface LoopDeps {
  recorder: Recorder;
  session: Session;
  model: Model;
  modelName: string;
  system: string;
  tools: readonly ToolSpec[];
  call: CallDeps;
  /** Whether the person can be asked about several edits of a turn at once. */
  together?: boolean;
  clock: Clock;
  masker: Masker;
  /** Has begun already. */
  limiting: Limiting;
  /** Without it nothing but the model, the limits and the person ends the run. */
  stopping?: Stopping;
  /** Keeps the conversation within the model's window. */
  compactor?: Compactor;
  /**
   * Asked when the model has ended. Whether nothing is left to be told to it; once true, the run takes no more words. An
   * ending where it may neither end well nor go on.
   */
  mayEnd(signal: AbortSignal, met?: boolean): Promise<boolean | Ending>;
  /** Answers a call that touches nothing, which may end the turns of this agent; null for one that is to be performed. */
  talk?: (block: ToolUseBlock, signal: AbortSignal) => Promise<'done' | Ending | null>;
  /** Called before each call: what the person has to be asked first, and an ending where they cannot be. */
  pause(signal: AbortSignal): Promise<Ending | null>;
  /** Where the run goes on, what is to be done before its next turn. */
  resumed?: Resumed;
}

export interface Resumed {
  /** Goes on with a call that was cut off; an ending where the run cannot go on after it. */
  finish(block: ToolUseBlock, signal: AbortSignal): Promise<'done' | 'halt' | Ending>;
  /** Told to the model with its next turn, if there is one; null where there is nothing to tell. */
  note: string | null;
}

/**
 * Turns until the model ends, a limit stops it, or the signal does. Each turn is one call to the model and every effect
 * that it asks for, in order. Rejects only when the journal cannot be written: then nothing more may happen.
 */
export async function runLoop(deps: LoopDeps, stop: AbortSignal): Promise<Ending> {
  let emptyPauses = 0;
  let first: Resumed | null = deps.resumed ?? null;
  for (;;) {
    const deadline = deps.limiting.deadline();
    const signal = AbortSignal.any([stop, deadline]);
    const outcome: TurnOutcome = first === null ? await takeTurn(deps, signal) : await goOn(deps, first, signal);
    if (stop.aborted) return { type: 'stopped' };
    if (deadline.aborted) {
      if (!(await deps.limiting.mayGoOn(stop))) return stop.aborted ? { type: 'stopped' } : { type: 'limit' };
      // The person gave it more, so what was cut off goes on.
      if (outcome !== null) continue;
    }
    first = null;
    emptyPauses = outcome === 'emptyPause' ? emptyPauses + 1 : 0;
    const ending = typeof outcome === 'string' ? stalled(emptyPauses) : outcome;
    // A model that the loop does not see, such as the reviewer at the end, may have come to a limit.
    if (ending?.type === 'done' && deps.limiting.over()) return { type: 'limit' };
    if (ending !== null) return ending;
  }
}

function stalled(pauses: number): Ending | null {
  return pauses > maxEmptyPauses ? { type: 'failed', failure: failures.modelStalled({ pauses }) } : null;
}

/** null when there is a next turn to take. */
type TurnOutcome = Ending | 'emptyPause' | null;

async function takeTurn(deps: LoopDeps, signal: AbortSignal): Promise<TurnOutcome> {
  if (signal.aborted) return { type: 'stopped' };
  const turn = deps.session.turn + 1;
  const verdict = (await deps.stopping?.check()) ?? null;
  if (verdict?.type === 'stop') return { type: 'ruled', failure: verdict.failure };
  if (verdict?.type === 'met') {
    const may = await deps.mayEnd(signal, true);
    if (may === true) await verdict.ended();
    if (may !== false) return may === true ? { type: 'done' } : may;
  }
  if (!(await deps.limiting.mayTakeTurn(signal))) return signal.aborted ? { type: 'stopped' } : { type: 'limit' };
  const paused = await deps.pause(signal);
  if (paused !== null) return paused;
  // A summary costs, so it is made for a turn that is taken, and before what the call may cost is counted by its request.
  await deps.compactor?.beforeTurn(signal);
  if (signal.aborted) return { type: 'stopped' };
  await deps.recorder.append({ kind: 'turn.started', turn, held: true });
  const answer = await askModel(deps, turn, signal);
  if (answer.type === 'failed') {
    if (signal.aborted) return { type: 'stopped' };
    const another = (await deps.compactor?.refused(answer.failure)) === true;
    return another ? null : whyFailed(answer.failure);
  }
  const { calls, stopReason, empty } = answer;
  const batches = deps.together === true ? batchesOf(calls) : calls.map(block => [block]);
  const ending = await perform(batches, deps, signal, {
    one: async block =>
      signal.aborted
        ? skipCall(block, failures.stopped({}), deps.call)
        : ((await deps.talk?.(block, signal)) ?? performCall(block, deps.call, signal)),
    limited: block => skipCall(block, failures.limitReached({}), deps.call),
  });
  return ending ?? afterAnswer(deps, { calls: calls.length, stopReason, empty }, signal);
}

/** What was left of the turn in which the run was cut off; a turn without an answer is simply taken again. */
async function goOn(deps: LoopDeps, resumed: Resumed, signal: AbortSignal): Promise<TurnOutcome> {
  const { answer, openCalls } = deps.session;
  if (answer !== null) {
    // What is stopped here was perhaps done before, so it gets no result yet.
    const batches = [...openCalls.values()].map(block => [block]);
    const ending = await perform(batches, deps, signal, {
      one: async block =>
        signal.aborted ? { type: 'stopped' } : ((await deps.talk?.(block, signal)) ?? resumed.finish(block, signal)),
      limited: async () => ({ type: 'limit' }),
    });
    const outcome = ending ?? (await afterAnswer(deps, answer, signal));
    if (outcome !== null) return outcome;
  }
  if (resumed.note !== null) await deps.recorder.append({ kind: 'context.added', text: resumed.note });
  return null;
}

/**
 * Each batch of calls in its order, until a call ends the run; the API wants a result for those that are left out as well.
 */
async function perform(
  batches: readonly (readonly ToolUseBlock[])[],
  deps: LoopDeps,
  signal: AbortSignal,
  { one, limited }: { [W in 'one' | 'limited']: (block: ToolUseBlock) => Promise<'done' | 'halt' | Ending> },
): Promise<Ending | null> {
  let halted = false;
  let over = false;
  for (const batch of batches) {
    over ||= !halted && !signal.aborted && !(await deps.limiting.mayGoOn(signal));
    const paused = halted || over ? null : await deps.pause(signal);
    if (paused !== null) return paused;
    const outcomes: ('done' | 'halt' | Ending)[] = await Promise.all(
      batch.map(block => (halted ? skipCall(block, failures.stopped({}), deps.call) : (over ? limited : one)(block))),
    );
    const ending = outcomes.find(outcome => typeof outcome === 'object');
    if (ending !== undefined) return ending;
    halted ||= outcomes.includes('halt');
  }
  if (over) return { type: 'limit' };
  if (!halted) return null;
  return { type: 'ruled', failure: (await deps.stopping?.halted()) ?? failures.policyHalt({}) };
}

async function afterAnswer(deps: LoopDeps, answer: LastAnswer, signal: AbortSignal): Promise<TurnOutcome> {
  if (answer.stopReason === 'max_tokens') {
    await deps.recorder.append({ kind: 'context.added', text: cutAnswer });
    return null;
  }
  // The server paused a long turn of its own; it goes on when it is called again.
  if (answer.stopReason === 'pause_turn') return answer.empty && !deps.session.pending ? 'emptyPause' : null;
  if (answer.calls > 0) return null;
  const may = await deps.mayEnd(signal);
  return typeof may === 'object' ? may : may ? { type: 'done' } : null;
}

type Answer =
  | { type: 'answered'; calls: ToolUseBlock[]; stopReason: string; empty: boolean }
  | { type: 'failed'; failure: Failure };

async function askModel(deps: LoopDeps, turn: number, signal: AbortSignal): Promise<Answer> {
  const since = deps.clock.now();
  const { recorder } = deps;
  try {
    const reply = await deps.model.respond(
      {
        model: deps.modelName,
        system: deps.system,
        tools: deps.tools,
        messages: deps.session.messages,
        maxTokens: maxAnswerTokens,
      },
      {
        signal,
        onText: text => recorder.emit({ type: 'text', turn, text }),
        onRetry: async ({ attempt, code, problem, waitMs, spent }) => {
          const why = problem === undefined ? {} : { problem };
          await recorder.append({ kind: 'model.retrying', turn, attempt, code, ...why, waitMs, ...lost(spent) });
        },
      },
    );
    const raw: AssistantBlock[] = reply.content;
    await recorder.append({
      kind: 'model.answered',
      turn,
      model: reply.model,
      content: maskAnswer(raw, deps.masker),
      stopReason: reply.stopReason,
      usage: reply.usage,
      usd: reply.usd,
      requestBytes: reply.requestBytes,
      repeatedBytes: reply.repeatedBytes,
      durationMs: Math.max(0, Math.round(deps.clock.now() - since)),
    });
    return { type: 'answered', calls: raw.filter(isToolUse), stopReason: reply.stopReason, empty: raw.length === 0 };
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code === 'journal.unwritable') throw error;
    const spent = error instanceof ModelError ? error.spent : null;
    await recorder.append({ kind: 'model.failed', turn, failure, ...lost(spent) });
    return { type: 'failed', failure };
  }
}

function lost(spent: Spent | null): Spent | { usage: null } {
  return spent ?? { usage: null };
}

/** Whatever keeps the model from answering at all is "unreachable" and can be resumed; the rest is a failure. */
function whyFailed(failure: Failure): Ending {
  if (failure.code === 'run.limitReached') return { type: 'limit' };
  const unreachable = [
    'model.unreachable',
    'model.wrongServer',
    'model.keyRejected',
    'model.forbidden',
    'model.unknown',
  ];
  return unreachable.includes(failure.code) ? { type: 'unreachable', failure } : { type: 'failed', failure };
}
