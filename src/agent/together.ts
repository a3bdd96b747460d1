import { normalize } from 'node:path';
import { z } from 'zod';
import type { ToolUseBlock } from '../protocol/message.ts';

const edits = new Set(['Edit', 'Write']);
const Target = z.object({ file_path: z.string() });

/**
 * The calls of one turn, cut into what is done one after the other. Edits of different files that follow on each other
 * stand together, so that a person can be asked about all of them at once; whatever else may depend on what was before it.
 */
export function batchesOf(calls: readonly ToolUseBlock[]): ToolUseBlock[][] {
  const batches: { blocks: ToolUseBlock[]; paths: Set<string> | null }[] = [];
  for (const block of calls) {
    const path = edits.has(block.name) ? Target.safeParse(block.input).data?.file_path : undefined;
    const name = path === undefined ? null : normalize(path);
    const last = batches.at(-1);
    const others = last?.paths ?? null;
    if (name !== null && others !== null && !others.has(name)) {
      last?.blocks.push(block);
      others.add(name);
    } else batches.push({ blocks: [block], paths: name === null ? null : new Set([name]) });
  }
  return batches.map(({ blocks }) => blocks);
}

/** Runs works one after the other, in the order in which they came; each has the result of its own. */
export function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return work => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
