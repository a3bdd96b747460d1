import Anthropic, { APIError } from '@anthropic-ai/sdk';
import type { Clock } from '../ports/clock.ts';
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
import { asFailure, type Failure, failures, GatehouseError } from '../protocol/failure.ts';
import { CompactionBlock, isCompaction, isToolUse, type Message } from '../protocol/message.ts';
import { isBlockedPort } from './connecting.ts';
import { clean, type Judgement, judge, type RetryCode, rootMessage } from './errors.ts';
import { watchIdle } from './idle.ts';
import { type PriceTable, usdOf } from './prices.ts';
import { backoffMs, longestWaitMs } from './retry.ts';
import { boundFetch, type Credential, secretOf } from './transport.ts';
import { type AssembledTurn, BrokenTurn, TurnAssembler } from './turn.ts';
import {
  beginsCompacted,
  buildBody,
  commonPrefixBytes,
  compactionBeta,
  parseStreamEvent,
  type StreamEvent,
} from './wire.ts';

export const anthropicUrl = 'https://api.anthropic.com';

/** The key and the address are one pair: the key goes to that origin and to no other. Nothing is read from the environment. */
export type ClientOptions = Credential & {
  baseUrl?: string;
  clock: Clock;
  /** Prices that come before the published ones. */
  prices?: PriceTable;
  /** How long a stream may be silent, in ms; pings are not silence. */
  idleMs?: number;
  /** Calls in all, the first one included; fewer where the server was never there. */
  maxAttempts?: number;
  fetch?: typeof globalThis.fetch;
  /** From 0 to below 1, for the spread of the back-off. */
  random?: () => number;
};

type OnBody = (body: string) => void;

/** One call, tried until it comes to something. */
interface Call {
  request: ModelRequest;
  /** For a summary by the server in the place of an answer. */
  summarize: boolean;
  maxAttempts: number;
  onBody: OnBody;
}

/** A summary that does not come is made by others, so it is not waited for as long as an answer. */
const summaryAttempts = 3;

/** Where there was never a connection to the server, a short fault of the network is less likely than a wrong address. */
const firstConnections = 3;

/** What one attempt came to, and what it used where it did not give a turn. */
type Attempt = { turn: AssembledTurn } | (Judgement & Lost);

/** How long, in ms, a stream may take to close after its message has ended, so that its connection can be used again. */
const closingMs = 250;

/**
 * A model behind the Messages API. It streams, retries by its own rules (`Retry` tells), and gives up with a failure that
 * says what to do. Throws `usage` where the address is none.
 */
export function createClient(options: ClientOptions): Model {
  return new Client(options);
}

class Client implements Model {
  readonly #options: ClientOptions;
  readonly #origin: string;
  /** Whether anything ever came from the server. */
  #reached = false;
  /** The last request's body, to measure how much of the next one repeats it. */
  #lastBody = '';

  constructor(options: ClientOptions) {
    this.#options = options;
    const url = URL.parse(options.baseUrl ?? anthropicUrl);
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
      throw new GatehouseError(failures.usage({ problem: `not a base URL: ${url?.origin ?? 'no URL at all'}` }));
    if (isBlockedPort(Number(url.port)))
      throw new GatehouseError(
        failures.usage({
          problem: `no request goes to port ${url.port} (${url.origin}): it is kept for another service`,
        }),
      );
    this.#origin = url.origin;
  }

  async respond(request: ModelRequest, io: ModelIo): Promise<ModelTurn> {
    const { maxAttempts = 8 } = this.#options;
    const size = { requestBytes: 0, repeatedBytes: 0 };
    const onBody = (body: string): void => {
      if (size.requestBytes > 0) return;
      size.requestBytes = Buffer.byteLength(body);
      size.repeatedBytes = commonPrefixBytes(this.#lastBody, body);
      this.#lastBody = body;
    };

    const turn = await this.#call({ request, summarize: false, maxAttempts, onBody }, io);
    const spent = this.#priced(turn);
    const failure = endOf(turn.stopReason);
    if (failure !== null) throw new ModelError(failure, { spent, open: false });
    const { content, stopReason, model } = turn;
    return { content, stopReason, model, ...spent, ...size };
  }

  async compact(request: ModelRequest, io: Omit<ModelIo, 'onText'>): Promise<Compaction> {
    const { maxAttempts = summaryAttempts } = this.#options;
    const call = { request, summarize: true, maxAttempts: Math.min(maxAttempts, summaryAttempts) };
    const turn = await this.#call({ ...call, onBody: () => undefined }, { ...io, onText: () => undefined });
    const { content, stopReason, model } = turn;
    const [block, ...more] = content.filter(isCompaction);
    const signed = CompactionBlock.safeParse(stopReason === 'compaction' && more.length === 0 ? block : null);
    return { block: signed.success ? signed.data : null, stopReason, model, ...this.#priced(turn) };
  }

  #priced({ usage, model, hourWrite }: Pick<AssembledTurn, 'usage' | 'model' | 'hourWrite'>): Spent {
    return { usage, usd: usdOf(usage, model, this.#options.prices, hourWrite) };
  }

  /** Tries until there is a whole turn, or it is time to give up. */
  async #call(call: Call, io: ModelIo): Promise<AssembledTurn> {
    const { random = Math.random } = this.#options;
    const { maxAttempts } = call;
    const secret = secretOf(this.#options);
    if (!/^[\x21-\x7e]+$/.test(secret))
      throw new ModelError(failures.keyRejected({ status: 401, message: 'no header can carry this key' }), nothingLost);
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(call, attempt, io);
      if ('turn' in outcome) return outcome.turn;
      if ('failure' in outcome) throw new ModelError(outcome.failure, outcome);
      const waitMs = outcome.afterMs ?? backoffMs(attempt, random);
      const most = outcome.unconnected && !this.#reached ? Math.min(firstConnections, maxAttempts) : maxAttempts;
      if (attempt >= most || waitMs > longestWaitMs)
        throw new ModelError(failures.modelUnreachable({ attempts: attempt, problem: outcome.problem }), outcome);
      const { spent, open } = outcome;
      const why = outcome.unconnected ? { problem: outcome.problem } : {};
      await io.onRetry({ attempt, code: outcome.retry, ...why, waitMs, spent, open });
      await this.#wait(waitMs, io.signal);
    }
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw cancelled();
    try {
      await this.#options.clock.sleep(ms, signal);
    } catch (error) {
      if (signal.aborted) throw cancelled();
      throw error;
    }
  }

  async #attempt(call: Call, attempt: number, io: ModelIo): Promise<Attempt> {
    if (io.signal.aborted) throw cancelled();
    const { clock, idleMs = 60_000 } = this.#options;
    const ended = new AbortController();
    const assembler = new TurnAssembler(callIds(call.request.messages));
    const spent = (): Spent | null => {
      const used = assembler.spent();
      return used === null ? null : this.#priced(used);
    };
    let sent = false;
    /** Once it is sent, whoever gives it up is not told what it comes to. */
    const lost = (fault: Judgement | null): Lost => {
      const told = spent();
      return { spent: told, open: told !== null || (sent && (fault?.open ?? true)) };
    };
    const again = (judgement: Judgement): Attempt => ({ ...judgement, ...lost(judgement) });
    let idle = false;
    const cancel = (): void => ended.abort();
    io.signal.addEventListener('abort', cancel, { once: true });
    const watch = watchIdle(clock, idleMs, () => {
      idle = true;
      ended.abort();
    });
    const onBody = (body: string): void => {
      sent = true;
      call.onBody(body);
    };
    const items = this.#items({ ...call, onBody }, attempt, ended.signal, watch.touch);
    let fault: Judgement | null = null;
    try {
      // Nothing that follows the end of the message is read: it could neither be said nor asked for.
      while (!assembler.complete) {
        const next = await items.next();
        if (next.done === true) break;
        if ('fault' in next.value) fault = next.value.fault;
        else {
          const text = assembler.accept(next.value.event);
          if (text !== '' && !io.signal.aborted) io.onText(text);
        }
      }
      if (io.signal.aborted) throw cancelled(lost(fault));
      if (assembler.complete) {
        void letGo(items, ended);
        return { turn: assembler.finish() };
      }
      if (idle) return again(retry('stream_idle', `${idleMs} ms without a byte`));
      return again(fault ?? retry('stream_cut', 'the stream ended before the message did'));
    } catch (error) {
      if (io.signal.aborted) throw cancelled(lost(fault));
      if (error instanceof BrokenTurn) return again(retry('stream_cut', error.message));
      throw error instanceof GatehouseError ? new ModelError(asFailure(error), lost(null), error) : error;
    } finally {
      watch.stop();
      io.signal.removeEventListener('abort', cancel);
      if (!assembler.complete) ended.abort();
    }
  }

  /** The events of one call. What the server or the network does wrong comes as the last item and is not thrown. */
  async *#items(
    call: Call,
    attempt: number,
    signal: AbortSignal,
    onBytes: () => void,
  ): AsyncGenerator<{ event: StreamEvent } | { fault: Judgement }> {
    const secret = secretOf(this.#options);
    let streaming = false;
    try {
      const stream = await this.#stream(call, signal, onBytes);
      streaming = true;
      for await (const raw of stream) {
        const event = parseStreamEvent(raw);
        if (event !== null) yield { event };
      }
    } catch (error) {
      const context = {
        model: call.request.model,
        attempt,
        now: this.#options.clock.now(),
        secret,
        origin: this.#origin,
      };
      if (streaming && !(error instanceof APIError))
        yield { fault: retry('stream_cut', clean(rootMessage(error), secret)) };
      else yield { fault: judge(error, context) };
    }
  }

  #stream(call: Call, signal: AbortSignal, onBytes: () => void): Promise<AsyncIterable<unknown>> {
    const { request, summarize } = call;
    const body = buildBody(request, summarize);
    if (!summarize && !beginsCompacted(request.messages))
      return this.#sdk(call.onBody, onBytes, []).messages.create(sdkBody(body), { signal });
    const betas = [compactionBeta];
    return this.#sdk(call.onBody, onBytes, betas).beta.messages.create({ ...sdkBetaBody(body), betas }, { signal });
  }

  /** Everything that the SDK would look up in the environment is set here, and its retries and its logging are off. */
  #sdk(onBody: OnBody, onBytes: () => void, betas: readonly string[]): Anthropic {
    const { baseUrl = anthropicUrl, fetch = globalThis.fetch } = this.#options;
    const credential = credentialOf(this.#options);
    return new Anthropic({
      ...credential,
      baseURL: baseUrl,
      webhookKey: null,
      maxRetries: 0,
      // The idle watch is the time-out; the SDK's own must only not come first.
      timeout: 2 ** 31 - 1,
      logLevel: 'off',
      openTelemetry: false,
      fetch: boundFetch({
        fetch,
        origin: this.#origin,
        credential,
        betas,
        onBody,
        onBytes: () => {
          this.#reached = true;
          onBytes();
        },
      }),
    });
  }
}

function retry(code: RetryCode, problem: string): Judgement {
  return { retry: code, afterMs: null, problem, open: true };
}

function cancelled(lost: Lost = nothingLost): ModelError {
  return new ModelError(failures.cancelled({}), lost);
}

/** Reads a stream whose message has ended until it closes, which takes no time; one that does not is cut. */
async function letGo(items: AsyncGenerator, ended: AbortController): Promise<void> {
  const timer = setTimeout(() => ended.abort(), closingMs);
  try {
    while ((await items.next()).done !== true);
  } catch {
    // The turn was whole: what becomes of its stream is nobody's matter.
  } finally {
    clearTimeout(timer);
  }
}

/** Why a whole turn is none to go on with. */
function endOf(stopReason: string): Failure | null {
  if (stopReason === 'refusal') return failures.modelRefused({});
  if (stopReason === 'model_context_window_exceeded')
    return failures.contextTooLong({ message: 'the answer reached the end of the context window' });
  return null;
}

function callIds(messages: readonly Message[]): Set<string> {
  const blocks = messages.flatMap(message => (message.role === 'assistant' ? message.content : []));
  return new Set(blocks.flatMap(block => (isToolUse(block) ? [block.id] : [])));
}

function credentialOf(options: Credential): Credential {
  return 'apiKey' in options ? { apiKey: options.apiKey } : { authToken: options.authToken };
}

/** Our messages are looser than the SDK's types, which know each kind of block by name; the wire does not mind. */
function sdkBody(body: ReturnType<typeof buildBody>): Anthropic.MessageCreateParamsStreaming {
  return body as unknown as Anthropic.MessageCreateParamsStreaming;
}

function sdkBetaBody(body: ReturnType<typeof buildBody>): Anthropic.Beta.Messages.MessageCreateParamsStreaming {
  return body as unknown as Anthropic.Beta.Messages.MessageCreateParamsStreaming;
}
