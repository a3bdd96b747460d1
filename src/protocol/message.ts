import { z } from 'zod';

/**
 * The conversation in the Messages API's own shape. Objects are loose: fields and block types that we do not know are
 * kept and sent back as they came, since the API signs some of them.
 */
export const TextBlock = z.looseObject({ type: z.literal('text'), text: z.string() });
export type TextBlock = z.infer<typeof TextBlock>;

export const ToolUseBlock = z.looseObject({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: z.unknown(),
});
export type ToolUseBlock = z.infer<typeof ToolUseBlock>;

export const ToolResultBlock = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.string(),
  is_error: z.boolean().optional(),
});
export type ToolResultBlock = z.infer<typeof ToolResultBlock>;

export const OtherBlock = z.looseObject({ type: z.string() });
export type OtherBlock = z.infer<typeof OtherBlock>;

/**
 * A server's own summary of the messages before it. It is signed, so it goes back as it came, first of all and in the
 * place of what it sums up.
 */
export const CompactionBlock = z.looseObject({
  type: z.literal('compaction'),
  content: z.string().regex(/\S/),
  signature: z.string().min(1),
});
export type CompactionBlock = z.infer<typeof CompactionBlock>;

/** What a model may answer with. */
export const AssistantBlock = z.union([TextBlock, ToolUseBlock, OtherBlock]);
export type AssistantBlock = z.infer<typeof AssistantBlock>;

/** `cache_control` ends a part that later requests begin with as well. */
export type UserBlock = { type: 'text'; text: string; cache_control?: { type: 'ephemeral' } } | ToolResultBlock;

export type Message = { role: 'user'; content: UserBlock[] } | { role: 'assistant'; content: AssistantBlock[] };

export function isText(block: AssistantBlock): block is TextBlock {
  return block.type === 'text';
}

export function isCompaction(block: { type: string }): boolean {
  return block.type === 'compaction';
}

export function isToolUse(block: AssistantBlock): block is ToolUseBlock {
  return block.type === 'tool_use';
}
