import assert from 'node:assert/strict';
import { createSession } from '../../src/agent/session.ts';
import { noUsage } from '../../src/protocol/budget.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { memoryJournal } from '../support/fakes.ts';

const zeros = '0'.repeat(64);
const started: EventBody = {
  kind: 'run.started',
  run: 'r',
  gatehouse: '0',
  workspace: '/w',
  prompt: 'fix it',
  mode: 'auto',
  model: 'm',
  scripted: true,
  limits: {},
  systemDigest: zeros,
};
const turn = (n: number): EventBody => ({ kind: 'turn.started', turn: n });
const answered = (n: number, content: Extract<EventBody, { kind: 'model.answered' }>['content']): EventBody => ({
  kind: 'model.answered',
  turn: n,
  model: 'm',
  content,
  stopReason: 'end_turn',
  usage: noUsage,
  usd: 0,
  requestBytes: 0,
  repeatedBytes: 0,
  durationMs: 0,
});
const result = (call: string): EventBody => ({
  kind: 'tool.answered',
  call,
  tool: 'Read',
  text: `result of ${call}`,
  isError: false,
  masked: 0,
});

async function fold(bodies: EventBody[]) {
  const journal = memoryJournal();
  const session = createSession();
  for (const body of bodies) session.apply(await journal.append(body));
  return session;
}

describe('a session', () => {
  it('says nothing to the model before a turn starts', async () => {
    const session = await fold([started]);
    assert.equal(session.messages.length, 0);
    assert.equal(session.pending, true);
  });

  it('puts what we add before the words of the person', async () => {
    const session = await fold([started, { kind: 'context.added', text: 'Workspace: /w' }, turn(1)]);
    assert.deepEqual(session.messages, [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Workspace: /w' },
          { type: 'text', text: 'fix it' },
        ],
      },
    ]);
  });

  it('puts results before words that came while the tools ran', async () => {
    const calls = [
      { type: 'tool_use' as const, id: 'a', name: 'Read', input: {} },
      { type: 'tool_use' as const, id: 'b', name: 'Read', input: {} },
    ];
    const session = await fold([
      started,
      turn(1),
      answered(1, calls),
      result('a'),
      { kind: 'person.said', text: 'and be quick' },
      result('b'),
      turn(2),
    ]);
    const last = session.messages.at(-1);
    assert.deepEqual(
      last?.content.map(block => block.type),
      ['tool_result', 'tool_result', 'text'],
    );
    assert.equal(session.openCalls.size, 0);
  });

  it('never changes a message that was sent', async () => {
    const journal = memoryJournal();
    const session = createSession();
    const apply = async (body: EventBody) => session.apply(await journal.append(body));
    await apply(started);
    await apply(turn(1));
    const before = JSON.stringify(session.messages);
    await apply(answered(1, [{ type: 'text', text: 'hello' }]));
    await apply({ kind: 'person.said', text: 'more' });
    await apply(turn(2));
    assert.equal(JSON.stringify(session.messages.slice(0, 1)), before);
    assert.equal(session.messages.length, 3);
  });

  it('leaves an empty answer out, which the API would refuse', async () => {
    const session = await fold([started, turn(1), answered(1, [])]);
    assert.equal(session.messages.length, 1);
  });

  it('knows each file as it last read or wrote it', async () => {
    const file = (sha: string) => ({ sha256: sha.repeat(64), bytes: 1 });
    const session = await fold([
      started,
      {
        kind: 'effect.done',
        effect: 'e',
        durationMs: 0,
        outcome: { kind: 'read', path: '/w/a', file: file('1'), lines: 1 },
      },
      { kind: 'effect.done', effect: 'f', durationMs: 0, outcome: { kind: 'edit', path: '/w/a', file: file('2') } },
    ]);
    assert.equal(session.filesKnown.get('/w/a'), '2'.repeat(64));
  });
});
