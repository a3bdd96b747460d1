import type { Usage } from '../protocol/budget.ts';
import { type AssistantBlock, isCompaction } from '../protocol/message.ts';
import type { StreamEvent, UsageReport } from './wire.ts';

export interface AssembledTurn {
  content: AssistantBlock[];
  stopReason: string;
  model: string;
  usage: Usage;
  /** Of `usage.cacheWrite`, what went into the cache of an hour. We never ask for it. */
  hourWrite: number;
}

/** What arrived is no whole turn. Worth another try, since the next stream may be whole. */
export class BrokenTurn extends Error {}

const counts = [
  'input_tokens',
  'output_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
] as const satisfies readonly (keyof UsageReport)[];

interface OpenBlock {
  block: { type: string; [key: string]: unknown };
  json: string;
  closed: boolean;
}

/** The model was cut off by a limit: what it was writing last may be incomplete. */
const cutReasons: ReadonlySet<string> = new Set(['max_tokens', 'model_context_window_exceeded']);

/** Ids and names as the API takes them back, or a little looser for other servers: printable, and without blanks. */
const callName = /^[\x21-\x7e]{1,200}$/;

/** Puts a streamed turn together. Feed it every event in order up to the message's end, then ask `finish` for the whole. */
export class TurnAssembler {
  readonly #blocks = new Map<number, OpenBlock>();
  #model: string | null = null;
  #stopReason: string | null = null;
  readonly #usage: { [N in (typeof counts)[number]]?: number } = {};
  /** What summaries took, which those do not tell of. */
  readonly #summed: { [N in (typeof counts)[number]]?: number } = {};
  #hourWrite = 0;
  #complete = false;
  #bytes = 0;

  /** Ids of tool calls that the conversation holds already: the API takes none of them a second time. */
  readonly #usedIds: ReadonlySet<string>;

  constructor(usedIds: ReadonlySet<string> = new Set()) {
    this.#usedIds = usedIds;
  }

  /** Whether the stream said that the message is at its end. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Takes one event; returns the text for people that it carried. Throws BrokenTurn on one that is out of order. */
  accept(event: StreamEvent): string {
    if (this.#complete) throw new BrokenTurn('an event after the end of the message');
    switch (event.type) {
      case 'message_start':
        if (this.#model !== null) throw new BrokenTurn('a second message in one stream');
        this.#model = event.message.model;
        this.#report(event.message.usage);
        return '';
      case 'content_block_start': {
        if (this.#blocks.has(event.index)) throw new BrokenTurn(`block ${event.index} begins twice`);
        this.#blocks.set(event.index, { block: { ...event.content_block }, json: '', closed: false });
        const { type, text, content } = event.content_block;
        for (const whole of [text, content]) if (typeof whole === 'string') this.#bytes += Buffer.byteLength(whole);
        return type === 'text' && typeof text === 'string' ? text : '';
      }
      case 'content_block_delta':
        return this.#grow(event);
      case 'content_block_stop':
        this.#open(event.index).closed = true;
        return '';
      case 'message_delta':
        this.#stopReason = event.delta.stop_reason ?? this.#stopReason;
        if (event.usage) this.#report(event.usage);
        return '';
      case 'message_stop':
        this.#complete = true;
        return '';
    }
  }

  /**
   * The whole turn. A tool call that a limit cut off is left out, and the stop reason tells; so is blank text, which the
   * API does not take back. Throws BrokenTurn where the stream was not whole.
   */
  finish(): AssembledTurn {
    if (!this.#complete || this.#model === null || this.#stopReason === null)
      throw new BrokenTurn('the stream ended before the message did');
    const cut = cutReasons.has(this.#stopReason);
    const seen = new Set(this.#usedIds);
    const blocks = [...this.#blocks.entries()].sort(([a], [b]) => a - b).map(([, open]) => open);
    const content = blocks.flatMap((open, index) => finishBlock(open, cut && index === blocks.length - 1));
    for (const block of content) checkCall(block, seen);
    return {
      content,
      stopReason: this.#stopReason,
      model: this.#model,
      usage: this.#totals(),
      hourWrite: this.#hourWrite,
    };
  }

  /** What the call has used so far (`Spent`); null before the server told anything. */
  spent(): Pick<AssembledTurn, 'model' | 'usage' | 'hourWrite'> | null {
    if (this.#model === null) return null;
    const told = this.#totals();
    // The last word on usage comes with the stop reason; before it, only what arrived can be counted.
    const output = this.#stopReason === null ? Math.max(told.output, this.#bytes) : told.output;
    return { model: this.#model, usage: { ...told, output }, hourWrite: this.#hourWrite };
  }

  #open(index: number): OpenBlock {
    const open = this.#blocks.get(index);
    if (open === undefined || open.closed) throw new BrokenTurn(`an event for block ${index}, which is not open`);
    return open;
  }

  #grow({ index, delta }: Extract<StreamEvent, { type: 'content_block_delta' }>): string {
    const open = this.#open(index);
    const { block } = open;
    for (const piece of [delta.text, delta.partial_json, delta.thinking]) this.#bytes += Buffer.byteLength(piece ?? '');
    switch (delta.type) {
      case 'text_delta':
        block['text'] = textOf(block['text']) + (delta.text ?? '');
        return block.type === 'text' ? (delta.text ?? '') : '';
      case 'input_json_delta':
        open.json += delta.partial_json ?? '';
        return '';
      case 'thinking_delta':
        block['thinking'] = textOf(block['thinking']) + (delta.thinking ?? '');
        return '';
      case 'signature_delta':
        block['signature'] = textOf(block['signature']) + (delta.signature ?? '');
        return '';
      case 'citations_delta':
        block['citations'] = [...(Array.isArray(block['citations']) ? block['citations'] : []), delta.citation];
        return '';
      default:
        return '';
    }
  }

  /** Later reports are totals, not additions; one that tells of less than before does not know. */
  #report(usage: UsageReport): void {
    const summaries = (usage.iterations ?? []).filter(isCompaction);
    for (const name of counts) {
      this.#usage[name] = Math.max(this.#usage[name] ?? 0, usage[name] ?? 0);
      const summed = summaries.reduce((sum, each) => sum + (each[name] ?? 0), 0);
      this.#summed[name] = Math.max(this.#summed[name] ?? 0, summed);
    }
    const hours = [usage, ...summaries].reduce(
      (sum, each) => sum + (each.cache_creation?.ephemeral_1h_input_tokens ?? 0),
      0,
    );
    this.#hourWrite = Math.max(this.#hourWrite, hours);
  }

  #totals(): Usage {
    const sum = (name: (typeof counts)[number]): number => (this.#usage[name] ?? 0) + (this.#summed[name] ?? 0);
    return {
      input: sum('input_tokens'),
      output: sum('output_tokens'),
      cacheRead: sum('cache_read_input_tokens'),
      cacheWrite: sum('cache_creation_input_tokens'),
    };
  }
}

function finishBlock({ block, json, closed }: OpenBlock, cut: boolean): AssistantBlock[] {
  if (!closed && !cut) throw new BrokenTurn('a block that never ended');
  if (block.type === 'text') {
    if (typeof block['text'] !== 'string') throw new BrokenTurn('a text that is none');
    const text = block['text'].toWellFormed();
    return text.trim() === '' ? [] : [{ ...block, text }];
  }
  if (block.type !== 'tool_use' && !('input' in block)) return [block];
  // Without a single piece of JSON a tool was called with no arguments, or was cut off before the first one.
  const input = json === '' ? (cut ? undefined : block['input']) : parseObject(json);
  if (isObject(input)) return [{ ...block, input: wellFormed(input) }];
  if (cut) return [];
  throw new BrokenTurn('a tool call whose input is not a whole JSON object');
}

/** A call that could not be told apart from another, or that the API would not take back, is no call. */
function checkCall(block: AssistantBlock, seen: Set<string>): void {
  if (block.type !== 'tool_use') return;
  const { id, name } = block;
  if (typeof id !== 'string' || !callName.test(id)) throw new BrokenTurn('a tool call without a proper id');
  if (typeof name !== 'string' || !callName.test(name)) throw new BrokenTurn('a tool call without a proper name');
  if (seen.has(id)) throw new BrokenTurn('two tool calls with one id');
  seen.add(id);
}

function parseObject(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Half of a surrogate pair, which JSON can spell and UTF-8 cannot, becomes U+FFFD: the API would not take it back. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name.toWellFormed(), wellFormed(field)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
