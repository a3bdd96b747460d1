import type { Digest } from '../protocol/effect.ts';
import type { RunEvent } from '../protocol/event.ts';
import { isToolUse, type Message, type UserBlock } from '../protocol/message.ts';

/**
 * The conversation and what the agent knows, as a fold over the journal: two sessions that applied the same events are
 * equal. A message that was sent never changes afterwards; what is new waits until the next turn starts.
 */
export interface Session {
  apply(event: RunEvent): void;
  readonly messages: readonly Message[];
  /** Turns started so far. */
  readonly turn: number;
  /** Real path → digest of the file as the run last read or wrote it. */
  readonly filesKnown: ReadonlyMap<string, Digest>;
  /** Whether something waits to be told to the model: words of the person, tool results, or context. */
  readonly pending: boolean;
  /** Tool calls of the last answer that have no result yet. */
  readonly openCalls: ReadonlySet<string>;
}

export function createSession(): Session {
  const messages: Message[] = [];
  const filesKnown = new Map<string, Digest>();
  const openCalls = new Set<string>();
  let results: UserBlock[] = [];
  let context: UserBlock[] = [];
  let words: UserBlock[] = [];
  let turn = 0;

  /** Results stand first, as the API wants; then what we add; the person has the last word. */
  function flush(): void {
    const content = [...results, ...context, ...words];
    if (content.length > 0) messages.push({ role: 'user', content });
    results = [];
    context = [];
    words = [];
  }

  function apply(event: RunEvent): void {
    switch (event.kind) {
      case 'run.started':
        words.push({ type: 'text', text: event.prompt });
        break;
      case 'person.said':
        words.push({ type: 'text', text: event.text });
        break;
      case 'context.added':
        context.push({ type: 'text', text: event.text });
        break;
      case 'turn.started':
        turn = event.turn;
        flush();
        break;
      case 'model.answered':
        if (event.content.length > 0) messages.push({ role: 'assistant', content: event.content });
        for (const block of event.content) if (isToolUse(block)) openCalls.add(block.id);
        break;
      case 'tool.answered':
        openCalls.delete(event.call);
        results.push({
          type: 'tool_result',
          tool_use_id: event.call,
          content: event.text,
          ...(event.isError ? { is_error: true } : {}),
        });
        break;
      case 'effect.done':
        if (event.outcome.kind === 'read' || event.outcome.kind === 'edit')
          filesKnown.set(event.outcome.path, event.outcome.file.sha256);
        break;
      case 'run.resumed':
      case 'model.retrying':
      case 'model.failed':
      case 'effect.proposed':
      case 'effect.assessed':
      case 'effect.violated':
      case 'effect.decided':
      case 'effect.intended':
      case 'effect.failed':
      case 'question.asked':
      case 'question.answered':
      case 'process.ended':
      case 'limit.reached':
      case 'stop.requested':
      case 'run.ended':
        break;
    }
  }

  return {
    apply,
    messages,
    filesKnown,
    openCalls,
    get turn() {
      return turn;
    },
    get pending() {
      return results.length + context.length + words.length > 0;
    },
  };
}
