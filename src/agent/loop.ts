import type { Clock } from '../ports/clock.ts';
import type { Masker } from '../ports/masker.ts';
import { type Model, ModelError, type Spent, type ToolSpec } from '../ports/model.ts';
import type { LimitName, Limits } from '../protocol/budget.ts';
import { asFailure, type Failure, failures } from '../protocol/failure.ts';
import { type AssistantBlock, isToolUse, type ToolUseBlock } from '../protocol/message.ts';
import { type CallDeps, performCall, skipCall } from './call.ts';
import { maskAnswer } from './masking.ts';
import { cutAnswer } from './prompts.ts';
import type { Recorder } from './recorder.ts';
import type { Session } from './session.ts';

/** Tokens that one answer may have. Enough for a long file, little enough that a runaway answer ends. */
const maxAnswerTokens = 32_000;

/** Turns in a row that the server may pause with nothing said; the next call would ask the very same again. */
const maxEmptyPauses = 3;

export type Ending =
  | { type: 'done' }
  | { type: 'stopped' }
  | { type: 'limit' }
  | { type: 'failed'; failure: Failure }
  | { type: 'unreachable'; failure: Failure };

export interface LoopDeps {
  recorder: Recorder;
  session: Session;
  model: Model;
  modelName: string;
  system: string;
  tools: readonly ToolSpec[];
  call: CallDeps;
  clock: Clock;
  masker: Masker;
  limits: Limits;
  /** When the run began, in ms; minutes count from here. */
  startedAt: number;
  /** Whether nothing waits to be told to the model. Once true, the run takes no more words. */
  mayEnd(): Promise<boolean>;
}

/**
 * Turns until the model ends, a limit stops it, or the signal does. Each turn is one call to the model and every effect
 * that it asks for, in order. Rejects only when the journal cannot be written: then nothing more may happen.
 */
export async function runLoop(deps: LoopDeps, stop: AbortSignal): Promise<Ending> {
  const deadline = new AbortController();
  const minutes = deps.limits.minutes;
  const signal = AbortSignal.any([stop, deadline.signal]);
  const done = new AbortController();
  if (minutes !== undefined) {
    const left = deps.startedAt + minutes * 60_000 - deps.clock.now();
    deps.clock.sleep(Math.max(0, left), done.signal).then(
      () => deadline.abort(),
      () => undefined,
    );
  }
  let emptyPauses = 0;
  try {
    for (;;) {
      const outcome = await takeTurn(deps, signal);
      emptyPauses = outcome === 'emptyPause' ? emptyPauses + 1 : 0;
      const ending = typeof outcome === 'string' ? stalled(emptyPauses) : outcome;
      if (stop.aborted) return { type: 'stopped' };
      if (deadline.signal.aborted) return await reached(deps, 'minutes', minutes ?? 0, minutes ?? 0);
      if (ending !== null) return ending;
    }
  } finally {
    done.abort();
  }
}

function stalled(pauses: number): Ending | null {
  return pauses > maxEmptyPauses ? { type: 'failed', failure: failures.modelStalled({ pauses }) } : null;
}

/** One turn; null when there is a next one to take. */
async function takeTurn(deps: LoopDeps, signal: AbortSignal): Promise<Ending | 'emptyPause' | null> {
  if (signal.aborted) return { type: 'stopped' };
  const turn = deps.session.turn + 1;
  if (deps.limits.turns !== undefined && turn > deps.limits.turns)
    return reached(deps, 'turns', deps.session.turn, deps.limits.turns);
  await deps.recorder.append({ kind: 'turn.started', turn });
  const answer = await askModel(deps, turn, signal);
  if (answer.type === 'failed') return signal.aborted ? { type: 'stopped' } : whyFailed(answer.failure);
  let halted = false;
  for (const block of answer.calls) {
    if (signal.aborted || halted) await skipCall(block, failures.stopped({}), deps.call);
    else halted = (await performCall(block, deps.call, signal)) === 'halt';
  }
  if (halted) return { type: 'failed', failure: failures.policyHalt({}) };
  if (answer.stopReason === 'max_tokens') {
    await deps.recorder.append({ kind: 'context.added', text: cutAnswer });
    return null;
  }
  // The server paused a long turn of its own; it goes on when it is called again.
  if (answer.stopReason === 'pause_turn') return answer.empty && !deps.session.pending ? 'emptyPause' : null;
  return answer.calls.length === 0 && (await deps.mayEnd()) ? { type: 'done' } : null;
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
        onRetry: async ({ attempt, code, waitMs, spent }) => {
          await recorder.append({ kind: 'model.retrying', turn, attempt, code, waitMs, ...lost(spent) });
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
  const unreachable = [
    'model.unreachable',
    'model.wrongServer',
    'model.keyRejected',
    'model.forbidden',
    'model.unknown',
  ];
  return unreachable.includes(failure.code) ? { type: 'unreachable', failure } : { type: 'failed', failure };
}

async function reached(deps: LoopDeps, limit: LimitName, used: number, allowed: number): Promise<Ending> {
  await deps.recorder.append({ kind: 'limit.reached', limit, used, allowed });
  return { type: 'limit' };
}
