import { z } from 'zod';
import { compactionBeta } from '../wire.ts';
import { blockProblem, holdsBlock } from './compaction.ts';

const Block = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({
    type: z.literal('tool_use'),
    id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
    input: z.record(z.string(), z.unknown()),
  }),
  z.looseObject({
    type: z.literal('tool_result'),
    tool_use_id: z.string(),
    content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).optional(),
    is_error: z.boolean().optional(),
  }),
  z.looseObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.looseObject({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.strictObject({
    type: z.literal('compaction'),
    content: z.string().min(1),
    signature: z.string(),
    cache_control: z.unknown().optional(),
  }),
  z.looseObject({ type: z.literal('image') }),
  z.looseObject({ type: z.literal('document') }),
]);
export type Block = z.infer<typeof Block>;

const Message = z.looseObject({
  role: z.enum(['user', 'assistant']),
  content: z.union([z.string().transform((text): Block[] => [{ type: 'text', text }]), z.array(Block)]),
});
export type RequestMessage = z.infer<typeof Message>;

const Tool = z.looseObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }).optional(),
});

const CountTokens = z.looseObject({
  model: z.string().min(1),
  messages: z.array(Message),
  system: z.union([z.string(), z.array(z.looseObject({ type: z.literal('text'), text: z.string() }))]).optional(),
  tools: z.array(Tool).optional(),
});
const CreateMessage = CountTokens.extend({
  max_tokens: z.number().int().nonnegative(),
  stream: z.boolean().optional(),
  compaction: z
    .strictObject({ type: z.literal('summarize'), instructions: z.string().max(16_384).nullish() })
    .nullish(),
  tool_choice: z.looseObject({ type: z.string() }).optional(),
});
export type CreateMessage = z.infer<typeof CreateMessage>;
type CountRequest = z.infer<typeof CountTokens>;

/** What an endpoint makes of a body: the request and whether it asks for caching, or the sentence of a 400 and its code. */
export type Checked<T> = { request: T; cached: boolean } | { problem: string; code?: string };

/** `compacts`: the server offers to sum up, and the request has the header that this wants. */
export function checkMessage(body: string, compacts: { offered: boolean; header: boolean }): Checked<CreateMessage> {
  const checked = check(body, CreateMessage);
  if ('problem' in checked) return checked;
  const { compaction, messages, tool_choice: choice } = checked.request;
  const asks = compaction !== undefined && compaction !== null;
  if (asks && !compacts.offered) return { problem: 'compaction: Extra inputs are not permitted' };
  if (asks && !compacts.header) return { problem: `compaction: requires anthropic-beta: ${compactionBeta}` };
  if (asks && (choice?.type === 'any' || choice?.type === 'tool'))
    return { problem: 'compaction: cannot be combined with a forced tool_choice' };
  if (messages.some(({ content }) => holdsBlock(content)) && !(compacts.offered && compacts.header))
    return { problem: "messages.0.content.0: Input tag 'compaction' does not match any of the expected tags" };
  return blockProblem(messages) ?? checked;
}

export function checkCount(body: string): Checked<CountRequest> {
  return check(body, CountTokens);
}

function check<T extends CountRequest>(body: string, schema: z.ZodType<T>): Checked<T> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    return { problem: `The request body is not valid JSON: ${error instanceof Error ? error.message : 'unreadable'}` };
  }
  if (!isWellFormed(value)) return { problem: 'The request body is not valid JSON: no low surrogate in string' };
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const missing = issue?.code === 'invalid_type' && valueAt(value, issue.path) === undefined;
    return { problem: `${issue?.path.join('.') || 'body'}: ${missing ? 'Field required' : issue?.message}` };
  }
  const markers = cacheMarkers(value);
  const problem =
    conversationProblem(parsed.data.messages) ??
    toolProblem(parsed.data) ??
    (markers > 4 ? `A maximum of 4 blocks with cache_control may be provided. Found ${markers}.` : null);
  return problem === null ? { request: parsed.data, cached: markers > 0 } : { problem };
}

/** Whether all strings are text: JSON can spell half of a surrogate pair, and the API refuses it. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, inner]) => name.isWellFormed() && isWellFormed(inner));
}

/** The API joins neighbours of the same role into one turn before it looks at them. */
export function joinTurns(messages: readonly RequestMessage[]): { role: RequestMessage['role']; content: Block[] }[] {
  const joined: { role: RequestMessage['role']; content: Block[] }[] = [];
  for (const { role, content } of messages) {
    const last = joined.at(-1);
    if (last?.role === role) last.content.push(...content);
    else joined.push({ role, content: [...content] });
  }
  return joined;
}

function conversationProblem(messages: readonly RequestMessage[]): string | null {
  if (messages.length === 0) return 'messages: at least one message is required';
  if (messages[0]?.role !== 'user' && messages[0]?.content[0]?.type !== 'compaction')
    return 'messages: first message must use the "user" role';
  for (const [index, message] of messages.entries()) {
    if (message.content.length === 0 && index < messages.length - 1)
      return `messages.${index}: all messages must have non-empty content except for the optional final assistant message`;
    const texts = message.content.flatMap(block => (block.type === 'text' ? block.text : []));
    if (texts.includes('')) return `messages.${index}: text content blocks must be non-empty`;
    if (texts.some(text => text.trim() === ''))
      return `messages.${index}: text content blocks must contain non-whitespace text`;
    const last = index === messages.length - 1 ? message.content.at(-1) : undefined;
    if (message.role === 'assistant' && last?.type === 'text' && last.text !== last.text.trimEnd())
      return 'messages: final assistant content cannot end with trailing whitespace';
  }
  const ids = messages.flatMap(message =>
    message.content.flatMap(block => (block.type === 'tool_use' ? block.id : [])),
  );
  if (new Set(ids).size < ids.length) return 'messages: `tool_use` ids must be unique';
  const turns = joinTurns(messages);
  for (const [index, turn] of turns.entries()) {
    const asked = turns[index - 1]?.content.flatMap(block => (block.type === 'tool_use' ? block.id : [])) ?? [];
    const answered = turn.content.flatMap(block => (block.type === 'tool_result' ? block.tool_use_id : []));
    const open = asked.filter(id => !answered.includes(id));
    if (open.length > 0)
      return `messages.${index - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
    const stray = answered.find(id => !asked.includes(id));
    if (stray !== undefined)
      return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    if (new Set(answered).size < answered.length)
      return `messages.${index}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with one id.`;
  }
  const unanswered = turns.at(-1)?.content.find(block => block.type === 'tool_use');
  if (unanswered?.type === 'tool_use')
    return `messages.${turns.length - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered.id}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
  return null;
}

function toolProblem({ tools = [] }: CountRequest): string | null {
  const names = tools.map(tool => tool.name);
  return new Set(names).size < names.length ? 'tools: Tool names must be unique.' : null;
}

/** Markers may stand at the top, in the system prompt, in tools and in any block. */
function cacheMarkers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let found = 0;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'input' || key === 'input_schema') continue;
    found += key === 'cache_control' && inner !== null ? 1 : cacheMarkers(inner);
  }
  return found;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let inner = value;
  for (const step of path) inner = typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined;
  return inner;
}
