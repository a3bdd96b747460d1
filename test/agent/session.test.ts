import assert from 'node:assert/strict';
import fc from 'fast-check';
import { rewoundNote } from '../../src/agent/resumeWords.ts';
import { createSession, type Session } from '../../src/agent/session.ts';
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

  it('knows a file no more that was taken back, whoever did it, so that it is read again before it is edited', async () => {
    const read = (path: string): EventBody => ({
      kind: 'effect.done',
      effect: path,
      outcome: { kind: 'read', path, file: { sha256: '1'.repeat(64), bytes: 1 }, lines: 1 },
      durationMs: 0,
    });
    const before = { manifest: { sha256: zeros, bytes: 0 }, files: 0, notHeld: 0 };
    const raw = Buffer.from('src/ü.ts').toString('latin1');
    const session = await fold([
      started,
      read('/w/src/ü.ts'),
      read('/w/b'),
      { kind: 'restore.intended', restore: 'x', to: 0, by: 'person', before, paths: [raw, 'never-read'] },
    ]);
    assert.deepEqual(
      [...session.filesKnown],
      [
        ['/w/src/ü.ts', zeros],
        ['/w/b', '1'.repeat(64)],
      ],
    );
  });

  it('knows which calls of the last answer are open, in their order, and how it ended', async () => {
    const calls = ['a', 'b', 'c'].map(id => ({ type: 'tool_use' as const, id, name: 'Read', input: { id } }));
    const open = await fold([started, turn(1), answered(1, calls), result('a')]);
    assert.deepEqual([...open.openCalls.values()], calls.slice(1));
    assert.deepEqual(open.answer, { stopReason: 'end_turn', calls: 3, empty: false });
    assert.equal((await fold([started, turn(1), answered(1, []), turn(2)])).answer, null);
  });

  it('goes on from where the conversation was taken back to, and the model is told', async () => {
    const call = { type: 'tool_use' as const, id: 'a', name: 'Read', input: {} };
    const session = await fold([
      started,
      turn(1),
      answered(1, [call]),
      result('a'),
      turn(2),
      answered(2, [{ type: 'text', text: 'wrong way' }]),
      { kind: 'conversation.rewound', record: 3, checkpoint: 0 },
      { kind: 'person.said', text: 'the other way' },
      turn(3),
    ]);
    assert.equal(JSON.stringify(session.messages).includes('wrong way'), false);
    const last = session.messages.at(-1)?.content ?? [];
    assert.deepEqual(
      last.map(block => (block.type === 'text' ? block.text : block.type)),
      ['tool_result', rewoundNote, 'the other way'],
    );
    assert.equal(session.messages.length, 3);
    assert.equal(session.turn, 3);
    assert.equal(session.openCalls.size, 0);
  });

  it('is the same from the same events, and taken back is as it was before, with each call answered once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { maxLength: 40 }), fc.nat(), async (choices, cut) => {
        const bodies = story(choices);
        const journal = memoryJournal();
        for (const body of bodies) await journal.append(body);
        const record = cut % bodies.length;
        await journal.append({ kind: 'conversation.rewound', record, checkpoint: 0 });
        const [one, two, before] = [createSession(), createSession(), createSession()];
        for (const event of journal.events) one.apply(event);
        for (const event of journal.events) two.apply(JSON.parse(JSON.stringify(event)));
        for (const event of journal.events.slice(0, record)) before.apply(event);
        assert.deepEqual(stateOf(one), stateOf(two));
        assert.deepEqual(one.messages, before.messages);
        assert.deepEqual([...one.filesKnown], [...before.filesKnown]);
        one.apply(await journal.append(turn(99)));
        const blocks = one.messages.flatMap<{ type: string; id?: unknown; tool_use_id?: unknown }>(
          ({ content }) => content,
        );
        const asked = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id);
        const told = blocks.filter(({ type }) => type === 'tool_result').map(block => block.tool_use_id);
        assert.deepEqual(told, asked);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

const stateOf = ({ messages, filesKnown, openCalls, answer, turn, pending }: Session) =>
  structuredClone({ messages, filesKnown: [...filesKnown], openCalls: [...openCalls], answer, turn, pending });

/** A run's events as they could come, by choices. */
function story(choices: readonly number[]): EventBody[] {
  const bodies: EventBody[] = [started, turn(1)];
  let turns = 1;
  const open: string[] = [];
  for (const [index, choice] of choices.entries()) {
    const first = open[0];
    if (first !== undefined && choice > 1) {
      open.shift();
      const file = { sha256: String(choice).repeat(64), bytes: choice };
      const outcome = { kind: 'read' as const, path: `/w/${choice}`, file, lines: 1 };
      bodies.push({ kind: 'effect.done', effect: first, outcome, durationMs: 0 }, result(first));
    } else if (first !== undefined || choice === 0) bodies.push({ kind: 'person.said', text: `word ${index}` });
    else if (choice === 1) bodies.push({ kind: 'context.added', text: `note ${index}` });
    else {
      const ids = Array.from({ length: choice - 2 }, (_, at) => `call-${index}-${at}`);
      const calls = ids.map(id => ({ type: 'tool_use' as const, id, name: 'Read', input: {} }));
      bodies.push(answered(turns, [{ type: 'text', text: `turn ${turns}` }, ...calls]));
      open.push(...ids);
      if (ids.length === 0) bodies.push(turn(++turns));
    }
    if (open.length === 0 && bodies.at(-1)?.kind === 'tool.answered') bodies.push(turn(++turns));
  }
  return bodies;
}
