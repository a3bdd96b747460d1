import type { Message, UserBlock } from '../../protocol/message.ts';

/** A result with fewer characters than this is left: its note would hardly be shorter. */
export const longResult = 600;

/**
 * The messages, the long results of tools left out of those whose record is not after `upTo`. The model is told how long
 * each was; what it calls again it gets again. Messages that do not change are the very same objects.
 */
export function cleared(messages: readonly Message[], marks: readonly number[], upTo: number): Message[] {
  return messages.map((message, index) => {
    if (message.role !== 'user' || (marks[index] ?? 0) > upTo || !message.content.some(isLong)) return message;
    return { role: 'user', content: message.content.map(block => (isLong(block) ? noteFor(block) : block)) };
  });
}

/** How much shorter the messages would be, in bytes and roughly. */
export function freedBytes(messages: readonly Message[], marks: readonly number[], upTo: number): number {
  let freed = 0;
  for (const [index, message] of messages.entries()) {
    if ((marks[index] ?? 0) > upTo) break;
    if (message.role !== 'user') continue;
    for (const block of message.content)
      if (isLong(block)) freed += Buffer.byteLength(block.content) - noteFor(block).content.length;
  }
  return freed;
}

type Result = Extract<UserBlock, { type: 'tool_result' }>;

export function isLong(block: UserBlock): block is Result {
  return block.type === 'tool_result' && block.content.length > longResult;
}

function noteFor(block: Result): Result {
  const lines = block.content.split('\n').length;
  return {
    ...block,
    content: `[${block.content.length} characters in ${lines} lines, left out since they are far back; call the tool again if you need them]`,
  };
}
