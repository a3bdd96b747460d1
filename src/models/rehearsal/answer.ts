import { randomBytes } from 'node:crypto';
import { isCompactionRequest } from './compaction.ts';
import type { Play } from './play.ts';
import type { CreateMessage } from './wire.ts';

/** Roughly what text costs: four bytes a token. */
const bytesPerToken = 4;

export function tokensOf(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken);
}

type AnswerBlock =
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'text'; text: string }
  | { type: 'compaction'; content: string; signature: string }
  | { type: 'tool_use'; id: string; name: string; input: unknown; caller: { type: 'direct' } };

/** A block and its text as streamed; `cut` where `max_tokens` ended it early. */
interface Written {
  block: AnswerBlock;
  text: string;
  cut: boolean;
}

export interface Answer {
  message: {
    id: string;
    type: 'message';
    role: 'assistant';
    model: string;
    content: AnswerBlock[];
    container: null;
    stop_reason: string;
    stop_sequence: null;
    stop_details: null;
    usage: AnswerUsage;
  };
  written: Written[];
}

interface AnswerUsage {
  input_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation: { ephemeral_5m_input_tokens: number; ephemeral_1h_input_tokens: 0 };
  output_tokens: number;
  service_tier: 'standard';
  /** What a summary took; the counts above are then zero. */
  iterations?: [{ type: 'compaction' } & Omit<AnswerUsage, 'service_tier' | 'iterations'>];
}

/** The size of a request, and how much of its beginning an earlier one held; in bytes. */
export interface RequestSize {
  bytes: number;
  repeatedBytes: number;
  /** Whether it asks for caching; without, all of it is plain input. */
  cached: boolean;
}

/** A play as the API would say it: with ids, cut at `max_tokens`, and with usage worked out from the sizes of things. */
export function buildAnswer(play: Play, request: CreateMessage, size: RequestSize): Answer {
  const written = truncate(blocksOf(play), request.max_tokens * bytesPerToken);
  const cut = written.length < blocksOf(play).length || written.some(each => each.cut);
  const total = tokensOf(size.bytes);
  const read = size.cached ? Math.floor(size.repeatedBytes / bytesPerToken) : 0;
  const fresh = size.cached ? Math.min(3, total - read) : total;
  const write = play.usage.cacheWrite ?? total - read - fresh;
  const output = written.reduce((sum, each) => sum + tokensOf(Buffer.byteLength(each.text)), 0);
  const counts = {
    input_tokens: play.usage.input ?? fresh,
    cache_creation_input_tokens: write,
    cache_read_input_tokens: play.usage.cacheRead ?? read,
    cache_creation: { ephemeral_5m_input_tokens: write, ephemeral_1h_input_tokens: 0 as const },
    output_tokens: play.usage.output ?? output,
  };
  return {
    written,
    message: {
      id: newId('msg'),
      type: 'message',
      role: 'assistant',
      model: request.model,
      // A tool call that was cut has no whole input, so a message that is not streamed cannot hold it.
      content: written.filter(each => !each.cut || each.block.type === 'text').map(each => each.block),
      container: null,
      stop_reason: cut ? 'max_tokens' : play.stop,
      stop_sequence: null,
      stop_details: null,
      usage: isCompactionRequest(request)
        ? { ...noCounts, service_tier: 'standard', iterations: [{ type: 'compaction', ...counts }] }
        : { ...counts, service_tier: 'standard' },
    },
  };
}

const noCounts = {
  input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 as const },
  output_tokens: 0,
};

export function newId(kind: 'msg' | 'toolu' | 'req'): string {
  return `${kind}_01${randomBytes(11).toString('hex')}`;
}

function blocksOf(play: Play): AnswerBlock[] {
  const blocks: AnswerBlock[] = [];
  if (play.summary !== undefined) blocks.push({ type: 'compaction', ...play.summary });
  if (play.think !== null) blocks.push({ type: 'thinking', thinking: play.think, signature: 'c2NyaXB0ZWQ=' });
  if (play.say !== null) blocks.push({ type: 'text', text: play.say });
  for (const { tool, input } of play.calls)
    blocks.push({ type: 'tool_use', id: newId('toolu'), name: tool, input, caller: { type: 'direct' } });
  return blocks;
}

function streamedText(block: AnswerBlock): string {
  switch (block.type) {
    case 'thinking':
      return block.thinking;
    case 'text':
      return block.text;
    case 'compaction':
      return block.content;
    case 'tool_use':
      return JSON.stringify(block.input);
  }
}

function truncate(blocks: readonly AnswerBlock[], bytes: number): Written[] {
  const written: Written[] = [];
  let left = bytes;
  for (const block of blocks) {
    if (left <= 0) break;
    const whole = streamedText(block);
    const text = Buffer.byteLength(whole) <= left ? whole : whole.slice(0, left);
    left -= Buffer.byteLength(text);
    const kept = block.type === 'text' ? { ...block, text } : block;
    written.push({ block: kept, text, cut: text !== whole });
  }
  return written;
}

export interface SseEvent {
  type: string;
  [key: string]: unknown;
}

/** The answer as the events of a stream. With `halfJson` the input of each tool call is cut in two. */
export function toEvents({ message, written }: Answer, halfJson = false): SseEvent[] {
  const { output_tokens, ...input } = message.usage;
  const events: SseEvent[] = [
    {
      type: 'message_start',
      message: { ...message, content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } },
    },
  ];
  for (const [index, { block, text, cut }] of written.entries()) {
    // A summary comes whole or not at all.
    if (block.type === 'compaction' && cut) continue;
    const half = halfJson && block.type === 'tool_use';
    events.push({ type: 'content_block_start', index, content_block: emptied(block) });
    if (index === 0) events.push({ type: 'ping' });
    if (block.type === 'compaction') {
      events.push({ type: 'content_block_stop', index });
      continue;
    }
    for (const piece of pieces(half ? text.slice(0, text.length / 2) : text))
      events.push({ type: 'content_block_delta', index, delta: delta(block, piece) });
    if (block.type === 'thinking' && !cut)
      events.push({
        type: 'content_block_delta',
        index,
        delta: { type: 'signature_delta', signature: block.signature },
      });
    events.push({ type: 'content_block_stop', index });
  }
  events.push(
    {
      type: 'message_delta',
      delta: { stop_reason: message.stop_reason, stop_sequence: null, stop_details: null, container: null },
      usage: { ...input, output_tokens },
    },
    { type: 'message_stop' },
  );
  return events;
}

function emptied(block: AnswerBlock): AnswerBlock {
  switch (block.type) {
    case 'thinking':
      return { ...block, thinking: '', signature: '' };
    case 'compaction':
      return block;
    case 'text':
      return { ...block, text: '' };
    case 'tool_use':
      return { ...block, input: {} };
  }
}

function delta(block: Exclude<AnswerBlock, { type: 'compaction' }>, piece: string) {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking_delta', thinking: piece };
    case 'text':
      return { type: 'text_delta', text: piece };
    case 'tool_use':
      return { type: 'input_json_delta', partial_json: piece };
  }
}

/** Small pieces of short texts, few pieces of long ones; no character is split. */
function pieces(text: string): string[] {
  const size = Math.max(12, Math.ceil(text.length / 60));
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'gu')) ?? [];
}
