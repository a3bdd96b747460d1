import assert from 'node:assert/strict';
import { createSession, type Session } from '../../../src/agent/session.ts';
import { noUsage } from '../../../src/protocol/budget.ts';
import type { EventBody } from '../../../src/protocol/event.ts';
import { memoryJournal } from '../../support/fakes.ts';

const long = 'x'.repeat(2000);

/** A session after `turns` turns, each of which called one tool that answered at length. */
async function worked(turns: number): Promise<{ session: Session; apply: (body: EventBody) => Promise<number> }> {
  const journal = memoryJournal();
  const session = createSession();
  const apply = async (body: EventBody): Promise<number> => {
    const event = await journal.append(body);
    session.apply(event);
    return event.seq;
  };
  await apply({
    kind: 'run.started',
    run: 'r',
    gatehouse: '0',
    workspace: '/w',
    prompt: 'fix it',
    mode: 'auto',
    model: 'm',
    scripted: true,
    limits: {},
    systemDigest: '0'.repeat(64),
  });
  for (let turn = 1; turn <= turns; turn += 1) {
    await apply({ kind: 'turn.started', turn });
    await apply({
      kind: 'model.answered',
      turn,
      model: 'm',
      content: [{ type: 'tool_use', id: `c${turn}`, name: 'Bash', input: {} }],
      stopReason: 'tool_use',
      usage: noUsage,
      usd: 0,
      requestBytes: 0,
      repeatedBytes: 0,
      durationMs: 0,
    });
    await apply({ kind: 'tool.answered', call: `c${turn}`, tool: 'Bash', text: long, isError: false, masked: 0 });
  }
  return { session, apply };
}

const compacted = (how: 'cleared' | 'summed', upTo: number): EventBody => ({
  kind: 'context.compacted',
  how,
  upTo,
  text: 'What happened.',
  why: 'window',
  tokensBefore: 9,
  tokensAfter: 1,
});

describe('a conversation that became shorter', () => {
  it('begins with the summary and goes on with the answers after it, whose calls keep their results', async () => {
    const { session, apply } = await worked(4);
    const upTo = (session.marks[5] ?? 0) - 1;
    await apply(compacted('summed', upTo));
    await apply({ kind: 'turn.started', turn: 5 });
    const shape = session.messages.map(({ role, content }) => [role, ...content.map(({ type }) => type)]);
    assert.deepEqual(shape, [
      ['user', 'text'],
      ['assistant', 'tool_use'],
      ['user', 'tool_result'],
      ['assistant', 'tool_use'],
      ['user', 'tool_result'],
    ]);
    assert.deepEqual(session.messages[0]?.content, [{ type: 'text', text: 'What happened.' }]);
    assert.equal(session.turn, 5);
  });

  it('can be the summary alone, and the words that wait still come last', async () => {
    const { session, apply } = await worked(2);
    await apply({ kind: 'person.said', text: 'And be quick.' });
    await apply(compacted('summed', 99));
    await apply({ kind: 'turn.started', turn: 3 });
    assert.deepEqual(session.messages, [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What happened.' },
          { type: 'text', text: 'And be quick.' },
        ],
      },
    ]);
  });

  it('keeps the bytes of what stands before and after the results that it leaves out', async () => {
    const { session, apply } = await worked(4);
    await apply({ kind: 'turn.started', turn: 5 });
    const before = [...session.messages];
    await apply(compacted('cleared', session.marks[4] ?? 0));
    const same = session.messages.map((message, index) => message === before[index]);
    assert.deepEqual(same, [true, true, false, true, false, true, true, true, true]);
    const [result] = session.messages[2]?.content ?? [];
    assert.ok(result?.type === 'tool_result' && typeof result.content === 'string');
    assert.match(result.content, /^\[2000 characters in 1 lines, left out/);
    assert.match(JSON.stringify(before), new RegExp(long), 'what was sent before was changed');
  });

  it('is whole again where it is taken back to before', async () => {
    const { session, apply } = await worked(3);
    const record = await apply(compacted('summed', 99));
    await apply({ kind: 'turn.started', turn: 4 });
    await apply({ kind: 'conversation.rewound', record, checkpoint: 0 });
    assert.deepEqual(session.messages[0]?.content, [{ type: 'text', text: 'fix it' }]);
    assert.equal(session.messages.length, 6);
  });
});
