import type { Masker } from '../ports/masker.ts';
import type { AssistantBlock } from '../protocol/message.ts';

/**
 * The model's answer as the journal and the next request hold it: secrets that it wrote out are masked in text and in
 * tool arguments. A block of another type (signed reasoning) cannot be changed, so one that holds a secret is dropped.
 */
export function maskAnswer(content: readonly AssistantBlock[], masker: Masker): AssistantBlock[] {
  return content.flatMap(block => {
    if (masker.mask(JSON.stringify(block)).count === 0) return [block];
    if (block.type === 'text' || block.type === 'tool_use') return [maskStrings(block, masker)];
    return [];
  });
}

function maskStrings<T>(value: T, masker: Masker): T;
function maskStrings(value: unknown, masker: Masker): unknown {
  if (typeof value === 'string') return masker.mask(value).text;
  if (Array.isArray(value)) return value.map(item => maskStrings<unknown>(item, masker));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, maskStrings<unknown>(field, masker)]));
}
