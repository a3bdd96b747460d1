import assert from 'node:assert/strict';
import { z } from 'zod';
import { askServer } from '../../../src/agent/context/server.ts';
import { cutCall } from '../../../src/agent/limits/cutCall.ts';
import { createPurse } from '../../../src/agent/limits/purse.ts';
import { createSpendBook, settleHeld } from '../../../src/agent/limits/spendBook.ts';
import { emptySummary, fold, type RunSummary, spentAtMost } from '../../../src/journal/fold.ts';
import { createClient } from '../../../src/models/client.ts';
import { metered } from '../../../src/models/metered.ts';
import { type PriceTable, usdOf } from '../../../src/models/prices.ts';
import { type Model, ModelError, type ToolSpec } from '../../../src/ports/model.ts';
import { tokensOf, type Usage } from '../../../src/protocol/budget.ts';
import type { EventBody, RunEvent } from '../../../src/protocol/event.ts';
import { asFailure } from '../../../src/protocol/failure.ts';
import type { Message } from '../../../src/protocol/message.ts';
import { wordMasker } from '../../effects/setup.ts';
import { FakeClock } from '../../models/clock.ts';
import { memoryJournal } from '../../support/fakes.ts';
import { inFull } from '../../support/share.ts';
import { started } from '../../webview/events.ts';

const idleMs = 60_000;
const prices: PriceTable = {
  m: { input: 3, output: 15, cacheWrite: 3.75, cacheRead: 0.3 },
  g: {
    input: 1,
    output: 30,
    cacheWrite: 1.25,
    cacheRead: 2,
    long: { above: 9_000, input: 2, output: 40, cacheWrite: 3, cacheRead: 1 },
  },
};
const maxTokens = 6_000;
const noTools: ToolSpec[] = [];

/** The process was killed; what it would have done after that does not happen. */
class Killed extends Error {}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const sse = (event: { type: string; [key: string]: unknown }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** A run's spending, with a server that does whatever servers do, and a process that may be killed at any record. */
class World {
  readonly random: () => number;
  readonly limit: { usd: number; tokens: number };
  readonly #ratio: number;
  readonly #journal = memoryJournal();
  readonly #clock = new FakeClock(idleMs);
  readonly #messages: Message[] = [];
  #summary: RunSummary = emptySummary;
  #billed = { usd: 0, tokens: 0 };
  #life = 0;
  ended = false;

  constructor(seed: number) {
    this.random = randomOf(seed);
    this.#ratio = 0.05 + this.random() * 0.95;
    this.limit = { usd: 0.1 + this.random() * 2, tokens: 20_000 + Math.floor(this.random() * 300_000) };
  }

  get counted() {
    return spentAtMost(this.#summary);
  }

  get lives() {
    return this.#life;
  }

  /** On disk, unless the process is killed right before; it may be killed right after as well. */
  async #append(life: number, body: EventBody) {
    await Promise.resolve();
    // Summaries are few.
    const often = body.kind === 'compaction.failed' || body.kind === 'context.compacted' ? 0.15 : 0.01;
    if (life !== this.#life || this.random() < often) this.#kill(life);
    const event = await this.#journal.append(body);
    this.#summary = fold(this.#summary, event);
    this.#check(body.kind);
    if (life !== this.#life || this.random() < 0.01) this.#kill(life);
    return event;
  }

  #kill(life: number): never {
    if (life === this.#life) this.#life += 1;
    throw new Killed();
  }

  /** Nothing that was billed is uncounted, and nothing is counted beyond the limit. */
  #check(at: string): void {
    const { usd, usage } = this.counted;
    assert.ok(usd !== null);
    assert.ok(usd >= this.#billed.usd - 1e-9, `${at}: ${this.#billed.usd} was billed, ${usd} is counted`);
    assert.ok(
      tokensOf(usage) >= this.#billed.tokens,
      `${at}: ${this.#billed.tokens} tokens, ${tokensOf(usage)} counted`,
    );
    assert.ok(usd <= this.limit.usd + 1e-9, `${at}: ${usd} of ${this.limit.usd}`);
    assert.ok(tokensOf(usage) <= this.limit.tokens, `${at}: ${tokensOf(usage)} of ${this.limit.tokens} tokens`);
  }

  /** One process of the run, until it ends or is killed. */
  async live(): Promise<void> {
    const life = this.#life;
    try {
      await this.#work(life);
      this.ended = true;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  async #work(life: number): Promise<void> {
    const append = (body: EventBody) => this.#append(life, body);
    if (this.#journal.events.length === 0) await append({ ...started });
    else {
      const { held } = this.#summary;
      const before = [...this.#journal.events];
      await append({ kind: 'run.resumed', gatehouse: '0', cutBytes: 0 });
      const cut = cutCall(before, held, this.#messages, 'm', prices);
      if (cut !== null) await append(cut);
      await settleHeld({ append }, this.#summary.held);
    }
    const purse = createPurse({
      limits: () => this.limit,
      async reached(limit, used, next) {
        await append({ kind: 'limit.reached', limit, used, allowed: 1, next });
        return false;
      },
    });
    purse.begin(this.counted);
    let ids = 0;
    const book = createSpendBook({ append }, () => `${life}-${(ids += 1)}`);
    const modelOf = (by: 'agent' | 'gate'): Model =>
      metered(this.#client(by === 'agent' ? 4 : 2), { purse: book.purse(purse.purse, by), prices, asks: false });
    const [agent, gate] = [modelOf('agent'), modelOf('gate')];
    const aside: Promise<unknown>[] = [];
    for (let turn = 1; turn <= 12; turn += 1) {
      if (this.random() < 0.3) await this.#sumUp(agent, append);
      await append({ kind: 'turn.started', turn, held: true });
      if (this.random() < 0.4) aside.push(this.#ask(gate, 'g', 300).catch(() => undefined));
      const over = await this.#turn(agent, turn, append);
      if (over) break;
    }
    await Promise.all(aside);
    await book.close();
    await append({ kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] });
    assert.deepEqual(this.#summary.held, []);
    const { usd } = purse.spent();
    assert.ok(Math.abs((this.counted.usd ?? 0) - (usd ?? 0)) < 1e-9, 'the purse and the journal say the same');
  }

  async #turn(agent: Model, turn: number, append: (body: EventBody) => Promise<unknown>): Promise<boolean> {
    this.#messages.push({
      role: 'user',
      content: [{ type: 'text', text: 'x'.repeat(Math.floor(this.random() * 3_000)) }],
    });
    try {
      const { content, stopReason, model, usage, usd } = await this.#ask(agent, 'm', maxTokens, async retry => {
        const { attempt, code, waitMs, spent } = retry;
        await append({ kind: 'model.retrying', turn, attempt, code, waitMs, ...(spent ?? { usage: null }) });
      });
      const size = { requestBytes: 0, repeatedBytes: 0, durationMs: 0 };
      await append({ kind: 'model.answered', turn, model, content, stopReason, usage, usd, ...size });
      this.#messages.push({ role: 'assistant', content });
      return false;
    } catch (error) {
      if (error instanceof Killed) throw error;
      const failure = asFailure(error);
      assert.notEqual(failure.code, 'internal', JSON.stringify(failure));
      const spent = error instanceof ModelError ? error.spent : null;
      await append({ kind: 'model.failed', turn, failure, ...(spent ?? { usage: null }) });
      return failure.code === 'run.limitReached';
    }
  }

  async #sumUp(model: Model, append: (body: EventBody) => Promise<RunEvent>): Promise<void> {
    const recorder = { append, events: () => this.#journal.events };
    const stop = new AbortController();
    this.#stops.add(stop);
    const summary = await askServer(
      { recorder, model, modelName: 'm', system: 'S', tools: noTools, masker: wordMasker({}), clock: this.#clock },
      { messages: this.#messages.slice(0, 1 + Math.floor(this.random() * 5)), upTo: 0, tokensBefore: 0 },
      stop.signal,
    );
    if (summary === null) return;
    this.summaries += 1;
    const size = { how: 'summed', upTo: 0, text: '', why: 'window', tokensBefore: 0, tokensAfter: 0 } as const;
    await append({ kind: 'context.compacted', ...size, ...summary });
  }

  summaries = 0;

  /** May be given up by whoever asks, at any point. */
  #ask(
    model: Model,
    name: string,
    most: number,
    onRetry: Parameters<Model['respond']>[1]['onRetry'] = async () => undefined,
  ) {
    const stop = new AbortController();
    this.#stops.add(stop);
    const messages = name === 'm' ? this.#messages : this.#messages.slice(-1);
    const request = { model: name, system: 'S', tools: noTools, messages, maxTokens: most };
    return model.respond(request, { signal: stop.signal, onText: () => undefined, onRetry });
  }

  readonly #stops = new Set<AbortController>();

  #giveUp(): void {
    for (const stop of this.#stops) stop.abort();
    this.#stops.clear();
  }

  #client(maxAttempts: number): Model {
    const fetch: typeof globalThis.fetch = async (_input, init) =>
      this.#serve(z.string().parse(init?.body), init?.signal ?? null);
    return createClient({ apiKey: 'k', baseUrl: 'http://h.example', clock: this.#clock, maxAttempts, prices, fetch });
  }

  /** What a server bills, and what it tells of that. */
  #serve(body: string, signal: AbortSignal | null): Response {
    const { model, max_tokens: most }: { model: string; max_tokens: number } = JSON.parse(body);
    const { random } = this;
    const prompt = Math.max(1, Math.floor(this.#ratio * Buffer.byteLength(body)));
    const cacheRead = Math.floor(random() * prompt);
    const cacheWrite = Math.floor(random() * (prompt - cacheRead));
    const output = random() < 0.1 ? most : 1 + Math.floor(random() ** 3 * (most - 1));
    const usage: Usage = { input: prompt - cacheRead - cacheWrite, output, cacheRead, cacheWrite };
    const bill = (): void => {
      this.#billed.usd += usdOf(usage, model, prices) ?? 0;
      this.#billed.tokens += tokensOf(usage);
    };
    const envelope = (status: number, type: string): Response =>
      Response.json({ type: 'error', error: { type, message: 'no' } }, { status });
    const kind = Math.floor(random() * 14);
    if (kind === 0)
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { syscall: 'connect' }) });
    if (kind === 1) return envelope(429, 'rate_limit_error');
    if (kind === 2) return envelope(529, 'overloaded_error');
    // From here on the request was taken, whatever becomes of its answer.
    bill();
    if (kind === 3)
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNRESET' }) });
    if (kind === 4) return new Response('<p>', { status: 502 });
    const told = kind !== 5;
    const head = {
      input_tokens: usage.input,
      cache_read_input_tokens: cacheRead,
      cache_creation_input_tokens: cacheWrite,
    };
    const summary = [
      sse({ type: 'message_start', message: { model, usage: {} } }),
      sse({
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'compaction', content: 'S', signature: 's' },
      }),
      sse({ type: 'content_block_stop', index: 0 }),
      sse({
        type: 'message_delta',
        delta: { stop_reason: 'compaction' },
        usage: { iterations: told ? [{ type: 'compaction', ...head, output_tokens: output }] : [] },
      }),
      sse({ type: 'message_stop' }),
    ].join('');
    const turn = [
      sse({ type: 'message_start', message: { model, usage: told ? head : {} } }),
      sse({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
      sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'words' } }),
      sse({ type: 'content_block_stop', index: 0 }),
      sse({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn' },
        usage: told ? { output_tokens: output } : null,
      }),
      sse({ type: 'message_stop' }),
    ].join('');
    const text = body.includes('"compaction":{') ? summary : turn;
    const whole = kind > 8 || kind === 5;
    const sent = whole ? text : text.slice(0, Math.floor(random() * text.length));
    const stream = new ReadableStream<Uint8Array>({
      start: controller => {
        controller.enqueue(new TextEncoder().encode(sent));
        if (whole) return controller.close();
        if (kind === 6) return controller.error(new Error('reset'));
        // The asker gives up, or the line falls silent.
        signal?.addEventListener('abort', () => controller.error(new Error('aborted')));
        setImmediate(() => (kind === 7 ? this.#giveUp() : this.#clock.advance(idleMs)));
      },
    });
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  }
}

async function play(seed: number): Promise<Pick<World, 'lives' | 'summaries'>> {
  const world = new World(seed);
  while (!world.ended) await world.live();
  return world;
}

describe('what a run’s models spend', () => {
  it('is all counted and never above the limit, whatever the server does and whenever the process is killed', async () => {
    const worlds = [];
    for (let seed = 1; seed <= 25; seed += 1) worlds.push(await play(seed * 7_919));
    const killed = worlds.reduce((sum, { lives }) => sum + lives, 0);
    assert.ok(killed > 12, `${killed} processes were killed`);
    const summaries = worlds.reduce((sum, each) => sum + each.summaries, 0);
    assert.ok(summaries > 12, `${summaries} summaries were made`);
  });

  inFull('is so in many more runs', async function (this) {
    this.timeout(300_000);
    for (let seed = 1; seed <= 600; seed += 1) await play(seed * 104_729);
  });
});
