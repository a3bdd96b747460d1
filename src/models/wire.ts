import { z } from 'zod';
import type { ModelRequest } from '../ports/model.ts';
import { isCompaction, type Message } from '../protocol/message.ts';

const ephemeral = { type: 'ephemeral' } as const;

/**
 * The body of one call, its keys in the order in which they are sent: what never changes first, messages last. The
 * moving cache breakpoint is the API's own, asked for at the top level, so that no marker ever moves inside messages that
 * were sent before and each request begins with the bytes of the one before it.
 */
export function buildBody(request: ModelRequest, summarize = false) {
  const last = request.tools.length - 1;
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    stream: true as const,
    cache_control: ephemeral,
    system: [{ type: 'text' as const, text: request.system, cache_control: ephemeral }],
    tools: request.tools.map((tool, index) => ({
      name: tool.name,
      description: tool.description,
      input_schema: tool.input_schema,
      ...(index === last ? { cache_control: ephemeral } : {}),
    })),
    ...(request.mustCall === undefined
      ? {}
      : { tool_choice: { type: 'tool' as const, name: request.mustCall, disable_parallel_tool_use: true } }),
    messages: request.messages,
    // The server's own summary of all messages, in the place of an answer.
    ...(summarize ? { compaction: { type: 'summarize' as const } } : {}),
  };
}

/** Of compaction on demand, by the Claude Developer Platform's documentation: wanted by each request that asks for a block or holds one. */
export const compactionBeta = 'compact-2026-09-04';

/** Whether the conversation begins with a server's own summary. */
export function beginsCompacted([first]: readonly Message[]): boolean {
  return first?.content.some(isCompaction) === true;
}

/** Bytes of a request's body, and of what it shares with every other run: all of it that stands before the messages. */
export function countRequestBytes(request: ModelRequest): { total: number; shared: number } {
  const total = Buffer.byteLength(JSON.stringify(buildBody(request)));
  return { total, shared: total - Buffer.byteLength(JSON.stringify(request.messages)) - 1 };
}

/** Bytes of UTF-8 that two texts have in common at their beginning. Takes time linear in the shorter one. */
export function commonPrefixBytes(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let same = 0;
  while (same < end && a.charCodeAt(same) === b.charCodeAt(same)) same += 1;
  const unit = a.charCodeAt(same - 1);
  if (unit >= 0xd800 && unit <= 0xdbff) same -= 1;
  return Buffer.byteLength(a.slice(0, same));
}

const count = z.number().int().nonnegative().nullish();
const counts = {
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  cache_creation: z.looseObject({ ephemeral_1h_input_tokens: count }).nullish(),
};
const UsageReport = z.looseObject({
  ...counts,
  /** Calls in the call. What a summary took stands here alone; all else is in the sums above as well. */
  iterations: z.array(z.looseObject({ type: z.string(), ...counts })).nullish(),
});
export type UsageReport = z.infer<typeof UsageReport>;

/** The events of a streamed answer, as far as we read them. Event, block and delta types that we do not know are let by. */
export const StreamEvent = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('message_start'),
    message: z.looseObject({ model: z.string(), usage: UsageReport }),
  }),
  z.looseObject({
    type: z.literal('content_block_start'),
    index: z.number().int(),
    content_block: z.looseObject({ type: z.string() }),
  }),
  z.looseObject({
    type: z.literal('content_block_delta'),
    index: z.number().int(),
    delta: z.looseObject({
      type: z.string(),
      text: z.string().optional(),
      partial_json: z.string().optional(),
      thinking: z.string().optional(),
      signature: z.string().optional(),
      citation: z.unknown().optional(),
    }),
  }),
  z.looseObject({ type: z.literal('content_block_stop'), index: z.number().int() }),
  z.looseObject({
    type: z.literal('message_delta'),
    delta: z.looseObject({ stop_reason: z.string().nullish() }),
    usage: UsageReport.nullish(),
  }),
  z.looseObject({ type: z.literal('message_stop') }),
]);
export type StreamEvent = z.infer<typeof StreamEvent>;

const knownEvents: ReadonlySet<string> = new Set(StreamEvent.options.map(option => option.shape.type.value));

/** One event of the stream, or null for a type that we do not know. Throws ZodError where a known one is malformed. */
export function parseStreamEvent(value: unknown): StreamEvent | null {
  const { type } = z.looseObject({ type: z.string() }).parse(value);
  return knownEvents.has(type) ? StreamEvent.parse(value) : null;
}
