import { type CompactorDeps, createCompactor } from '../../../src/agent/context/compactor.ts';
import { createSession } from '../../../src/agent/session.ts';
import { noUsage } from '../../../src/protocol/budget.ts';
import type { EventBody, EventOf, RunEvent } from '../../../src/protocol/event.ts';
import type { AssistantBlock } from '../../../src/protocol/message.ts';
import { memoryJournal } from '../../support/fakes.ts';

export const never = new AbortController().signal;

export interface Running {
  server?: CompactorDeps['server'];
  /** Said before each call. */
  says?: AssistantBlock[];
}

/** A run whose turns each read `size` characters; one token is four bytes, as the last answer tells. */
export async function running(window: number, size: number, { server, says = [] }: Running = {}) {
  const journal = memoryJournal();
  const session = createSession();
  const append = async (body: EventBody): Promise<RunEvent> => {
    const event = await journal.append(body);
    session.apply(event);
    return event;
  };
  const recorder = { append, events: () => journal.events };
  const compactor = createCompactor({
    session,
    recorder,
    system: '',
    tools: [],
    window,
    ...(server === undefined ? {} : { server }),
  });
  await append({
    kind: 'run.started',
    run: 'r',
    gatehouse: '0',
    workspace: '/w',
    prompt: 'Fix it. Do not push.',
    mode: 'auto',
    model: 'm',
    scripted: true,
    limits: {},
    systemDigest: '0'.repeat(64),
  });
  const bytes = (): number => Buffer.byteLength(JSON.stringify(session.messages));
  async function turn(): Promise<void> {
    await compactor.beforeTurn(never);
    const number = session.turn + 1;
    await append({ kind: 'turn.started', turn: number });
    const call = `c${number}`;
    await append({
      kind: 'model.answered',
      turn: number,
      model: 'm',
      content: [...says, { type: 'tool_use', id: call, name: 'Bash', input: {} }],
      stopReason: 'tool_use',
      usage: { ...noUsage, input: 250 },
      usd: 0,
      requestBytes: 1000,
      repeatedBytes: 0,
      durationMs: 0,
    });
    await append({ kind: 'tool.answered', call, tool: 'Bash', text: 'x'.repeat(size), isError: false, masked: 0 });
  }
  const made = (): EventOf<'context.compacted'>[] => journal.events.filter(event => event.kind === 'context.compacted');
  return { turn, append, made, session, bytes, compactor, events: journal.events };
}
