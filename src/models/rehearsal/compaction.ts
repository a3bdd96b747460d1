import { createHash } from 'node:crypto';
import type { Play } from './play.ts';
import type { Script } from './script.ts';
import type { CreateMessage, RequestMessage } from './wire.ts';

/** Whether the request asks for a summary in the place of an answer. */
export function isCompactionRequest({ compaction }: CreateMessage): boolean {
  return compaction !== undefined && compaction !== null;
}

/** The summary of all messages, signed; it says for how many turns it stands, so that the script goes on after them. */
export function playCompaction({ compaction }: Script, request: CreateMessage): Play {
  const entry = compaction === 'off' ? {} : compaction;
  const turns = turnsOf(request.messages);
  const content = entry.say ?? `The first ${turns} turns of a scripted conversation. The script goes on from there.`;
  const play = {
    turn: { role: 'compaction', index: 0 },
    think: null,
    say: null,
    calls: [],
    faults: entry.fault ?? [],
    delayMs: entry.delayMs ?? 0,
    usage: entry.usage ?? {},
  };
  return entry.stop === undefined
    ? { ...play, stop: 'compaction', summary: { content, signature: sign(content, turns) } }
    : { ...play, stop: entry.stop };
}

/** What is wrong with the blocks of earlier summaries, as the API's own errors say it. */
export function blockProblem(messages: readonly RequestMessage[]): { problem: string; code?: string } | null {
  const places = messages.flatMap(({ content }, message) =>
    content.flatMap((block, index) => (block.type === 'compaction' ? [{ message, index, block }] : [])),
  );
  const [first, second] = places;
  if (first === undefined) return null;
  if (second !== undefined) return { problem: 'More than one compaction block.', code: 'compaction_block_ambiguous' };
  if (first.message > 0 || first.index > 0)
    return { problem: 'The compaction block must come first.', code: 'compaction_block_misplaced' };
  return signedTurns(first.block) === null
    ? { problem: 'Invalid `signature` in `compaction` block.', code: 'compaction_signature_invalid' }
    : null;
}

/** Turns that a signed summary at the beginning stands for; null where there is none. */
export function turnsCompacted([first]: readonly RequestMessage[]): number | null {
  const [block] = first?.content ?? [];
  return block?.type === 'compaction' ? signedTurns(block) : null;
}

function turnsOf(messages: readonly RequestMessage[]): number {
  const answers = messages.filter(({ role, content }) => role === 'assistant' && !holdsBlock(content));
  return (turnsCompacted(messages) ?? 0) + answers.length;
}

export function holdsBlock(content: RequestMessage['content']): boolean {
  return content.some(({ type }) => type === 'compaction');
}

/** Whoever can read this can forge it: it shows that a block came back as it went, in whichever process that is. */
function sign(content: string, turns: number): string {
  const digest = createHash('sha256').update(`${turns}\n${content}`).digest('base64url');
  return `rehearsal.${turns}.${digest}`;
}

function signedTurns({ content, signature }: { content: string; signature: string }): number | null {
  const turns = Number(/^rehearsal\.(\d{1,6})\./.exec(signature)?.[1]);
  return sign(content, turns) === signature ? turns : null;
}
