import type { Message } from '../../protocol/message.ts';

/**
 * The conversation without signed reasoning from the message `from` on. The API binds such a block to all that stood
 * before it when it was made, and refuses it once we changed any of that. Messages that have none are the very same
 * objects; an answer that was nothing else is gone.
 */
export function withoutThinking(
  messages: readonly Message[],
  marks: readonly number[],
  from: number,
): { messages: Message[]; marks: number[] } {
  const kept: { message: Message; mark: number }[] = [];
  for (const [index, message] of messages.entries()) {
    const mark = marks[index] ?? 0;
    if (index < from || message.role === 'user' || !message.content.some(isThinking)) kept.push({ message, mark });
    else {
      const content = message.content.filter(block => !isThinking(block));
      if (content.length > 0) kept.push({ message: { role: 'assistant', content }, mark });
    }
  }
  return { messages: kept.map(({ message }) => message), marks: kept.map(({ mark }) => mark) };
}

function isThinking({ type }: { type: string }): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}
