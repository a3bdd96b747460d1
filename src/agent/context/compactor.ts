import type { ToolSpec } from '../../ports/model.ts';
import type { EventBody, RunEvent } from '../../protocol/event.ts';
import type { Failure } from '../../protocol/failure.ts';
import { isCompaction, type Message, type UserBlock } from '../../protocol/message.ts';
import type { Recorder } from '../recorder.ts';
import type { Session } from '../session.ts';
import { freedBytes } from './clear.ts';
import { askServer, blockRefused, type ServerDeps } from './server.ts';
import { factsBeside, summaryOf } from './summary.ts';

/**
 * Tokens that the models of the price table take in all, by their pages in the Claude Developer Platform's documentation;
 * some take more, and whoever pays for that says so.
 */
export const defaultWindow = 200_000;

/**
 * Shares of the window. From `clear` on old output is left out, where that frees at least `worth`: every time costs the
 * cached part behind it once. From `sum` on the conversation is summed up, with turns of up to `tail` kept as they are.
 */
const shares = { clear: 0.5, worth: 0.15, sum: 0.75, tail: 0.2 };

/** Output of this many last turns is never left out. */
const recentTurns = 4;

/** Tokens a byte, where no answer has told yet. */
const usualRate = 0.3;

export interface CompactorDeps {
  session: Session;
  recorder: Pick<Recorder, 'append' | 'events'>;
  /** What stands in each request beside the messages. */
  system: string;
  tools: readonly ToolSpec[];
  /** In tokens. */
  window?: number | undefined;
  /** Whose server is asked for its summary; without it there is none but our own. */
  server?: Omit<ServerDeps, 'recorder' | 'system' | 'tools'>;
}

/** Keeps a conversation within the model's window. Both write down what they do before the session has it. */
export interface Compactor {
  /** To be called before each turn. */
  beforeTurn(signal: AbortSignal): Promise<void>;
  /**
   * The model refused the request, as too long or with its own server's summary in it. Whether it is another now and may
   * be sent again.
   */
  refused(failure: Failure): Promise<boolean>;
}

export function createCompactor(deps: CompactorDeps): Compactor {
  const { session, recorder, window = defaultWindow } = deps;
  const fixedBytes = Buffer.byteLength(deps.system) + Buffer.byteLength(JSON.stringify(deps.tools));

  /** Tokens of the next request with these messages, by what the last request came to. */
  function estimate(messages: readonly Message[], waiting: readonly UserBlock[]): number {
    return Math.round((fixedBytes + bytesOf(messages) + bytesOf(waiting)) * rateOf(recorder.events()));
  }

  async function clear(before: number): Promise<number> {
    const upTo = oldOutput(session);
    if (upTo === null) return before;
    const freed = Math.round(freedBytes(session.messages, session.marks, upTo) * rateOf(recorder.events()));
    if (freed < window * shares.worth) return before;
    const after = before - freed;
    await write({ how: 'cleared', upTo, text: '', why: 'window', tokensBefore: before, tokensAfter: after });
    return after;
  }

  interface Cut {
    upTo: number;
    tokensBefore: number;
    /** Messages before it and after it. */
    older: Message[];
    kept: Message[];
    /** What waits and is told in any case; a result goes with its call. */
    waiting: readonly UserBlock[];
  }

  function cutAt(tokensBefore: number, share: number): Cut {
    const upTo = tailFrom(session, recorder.events(), (window * share) / rateOf(recorder.events()));
    const results = session.waiting.filter(block => block.type === 'tool_result');
    const older = session.messages.filter((_, index) => (session.marks[index] ?? 0) <= upTo);
    const kept = session.messages.slice(older.length);
    if (kept.length > 0) return { upTo, tokensBefore, older, kept, waiting: session.waiting };
    if (results.length > 0) older.push({ role: 'user', content: results });
    return { upTo, tokensBefore, older, kept, waiting: session.waiting.filter(block => block.type === 'text') };
  }

  async function sum(why: Compacted['why'], { upTo, tokensBefore, kept, waiting }: Cut): Promise<void> {
    const text = summaryOf(recorder.events(), upTo);
    const rate = rateOf(recorder.events());
    const tokensAfter = Math.round(Buffer.byteLength(text) * rate) + estimate(kept, waiting);
    await write({ how: 'summed', upTo, text, why, tokensBefore, tokensAfter });
  }

  /** Whether the server summed it up. Its block takes the place of the older messages, and our facts come after the rest. */
  async function sumByServer({ upTo, tokensBefore, older, kept, waiting }: Cut, signal: AbortSignal): Promise<boolean> {
    // A summary alone is not summed up once more.
    if (deps.server === undefined || older.length < 2) return false;
    const asked = { messages: older, upTo, tokensBefore };
    const summary = await askServer({ ...deps, ...deps.server }, asked, signal);
    if (summary === null) return false;
    const text = factsBeside(recorder.events(), upTo);
    const rate = rateOf(recorder.events());
    const first: Message = { role: 'assistant', content: [summary.block] };
    const tokensAfter = Math.round(Buffer.byteLength(text) * rate) + estimate([first, ...kept], waiting);
    await write({ how: 'summed', upTo, text, why: 'window', tokensBefore, tokensAfter, ...summary });
    return true;
  }

  type Compacted = Omit<Extract<EventBody, { kind: 'context.compacted' }>, 'kind'>;

  async function write(compacted: Compacted): Promise<void> {
    await recorder.append({ kind: 'context.compacted', ...compacted });
  }

  return {
    async beforeTurn(signal) {
      // Nothing was said yet that could be made shorter.
      if (session.messages.length === 0) return;
      const before = estimate(session.messages, session.waiting);
      if (before < window * shares.clear) return;
      const now = await clear(before);
      if (now < window * shares.sum) return;
      const cut = cutAt(now, shares.tail);
      const summed = await sumByServer(cut, signal);
      if (!summed && !signal.aborted) await sum('window', cut);
    },
    async refused(failure) {
      if (failure.code === 'model.badRequest') {
        if (deps.server === undefined || session.messages[0]?.content.some(isCompaction) !== true) return false;
        await blockRefused({ recorder, modelName: deps.server.modelName }, failure);
        await sum('block', cutAt(estimate(session.messages, session.waiting), shares.tail));
        return true;
      }
      if (failure.code !== 'model.contextTooLong') return false;
      const last = recorder
        .events()
        .findLast(event => event.kind === 'context.compacted' || event.kind === 'model.answered');
      // It was summed up for that very reason, and is still too long.
      const again = last?.kind === 'context.compacted' && last.why === 'refused';
      if (again || session.messages.length === 0) return false;
      await sum('refused', cutAt(estimate(session.messages, session.waiting), shares.tail / 2));
      return true;
    },
  };
}

/** The record up to which output is old; null where there is none. */
function oldOutput({ messages, marks }: Session): number | null {
  let turns = 0;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    if (messages[index]?.role !== 'assistant') continue;
    turns += 1;
    if (turns === recentTurns) return (marks[index] ?? 0) - 1;
  }
  return null;
}

/** The record before the first answer that is kept: as many of the last turns as fit, at times none. */
function tailFrom({ messages, marks, waiting }: Session, events: readonly RunEvent[], maxBytes: number): number {
  let upTo = events.at(-1)?.seq ?? 0;
  let bytes = bytesOf(waiting);
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (message === undefined) break;
    bytes += bytesOf([message]);
    if (bytes > maxBytes) break;
    // The first message of all has no calls before it, so the tail never begins with what a person said, nor with a summary.
    if (message.role === 'assistant' && !message.content.some(isCompaction)) upTo = (marks[index] ?? 0) - 1;
  }
  return upTo;
}

/** A message never changes once it is made, so each is measured once. */
const sizes = new WeakMap<Message | UserBlock, number>();

function bytesOf(parts: readonly (Message | UserBlock)[]): number {
  let sum = 0;
  for (const part of parts) {
    const bytes = sizes.get(part) ?? Buffer.byteLength(JSON.stringify(part));
    sizes.set(part, bytes);
    sum += bytes;
  }
  return sum;
}

function rateOf(events: readonly RunEvent[]): number {
  const last = events.findLast(event => event.kind === 'model.answered');
  if (last?.kind !== 'model.answered' || last.requestBytes === 0) return usualRate;
  const { input, cacheRead, cacheWrite } = last.usage;
  const rate = (input + cacheRead + cacheWrite) / last.requestBytes;
  return rate > 0.05 && rate <= 1 ? rate : usualRate;
}
