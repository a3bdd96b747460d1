import assert from 'node:assert/strict';
import { heldIn, maskAnswer, maskBody } from '../../src/agent/masking.ts';
import { createRecorder } from '../../src/agent/recorder.ts';
import { createMasker } from '../../src/journal/masker.ts';
import type { EventBody, Observation } from '../../src/protocol/event.ts';
import { memoryJournal } from '../support/fakes.ts';
import { value } from './play.ts';

const masker = () => createMasker({ key: Buffer.alloc(32, 3), known: [{ name: 'STRIPE', value }] });
const madeUp = `postgres://u:${'devpass99'}@h/db`;
const mark = masker().mask(value).text;

describe('a fact', () => {
  it('loses secrets in whatever text it has, however deep, and keeps its ids', () => {
    const secretId = `toolu_${value}`;
    const bodies: [EventBody, string][] = [
      [{ kind: 'context.added', text: value }, 'text'],
      [
        {
          kind: 'effect.decided',
          effect: secretId,
          decision: {
            verdict: 'deny',
            by: { type: 'static' },
            reasons: [{ code: 'c', args: { path: `/w/${value}` } }],
          },
        },
        'reasons',
      ],
      [
        {
          kind: 'effect.failed',
          effect: secretId,
          failure: { code: 'x', audience: 'model', args: { code: value } },
          durationMs: 1,
        },
        'args',
      ],
      [{ kind: 'process.ended', process: 'p', exitCode: 0, survivors: [{ pid: 1, name: value }] }, 'survivors'],
    ];
    for (const [body, where] of bodies) {
      const masked = maskBody(body, masker());
      const json = JSON.stringify(masked);
      assert.ok(json.includes(mark), where);
      assert.equal(json.replaceAll(secretId, '').includes(value), false, where);
      if ('effect' in body) assert.equal('effect' in masked && masked.effect, body.effect);
    }
  });

  it('keeps a server’s signed summary as it is, whatever it looks like, or not at all', () => {
    const block = { type: 'compaction' as const, content: `The key ${madeUp} was tried.`, signature: madeUp };
    const compacted = (content: string): EventBody => ({
      kind: 'context.compacted',
      how: 'summed',
      upTo: 1,
      text: `Facts: ${value}`,
      why: 'window',
      tokensBefore: 9,
      tokensAfter: 1,
      block: { ...block, content },
    });
    const held = masker();
    held.mask(value);
    const kept = maskBody(compacted(block.content), held);
    assert.ok(kept.kind === 'context.compacted' && !kept.text.includes(value));
    assert.deepEqual(kept.block, block);
    const dropped = maskBody(compacted(`The key ${value} was tried.`), held);
    assert.ok(dropped.kind === 'context.compacted' && dropped.block === undefined);
  });

  it('counts what was masked in a tool’s answer', () => {
    const body = {
      kind: 'tool.answered',
      call: 'c',
      tool: 'Read',
      text: `${value} ${madeUp} ${value}`,
      isError: false,
      masked: 0,
    } as const;
    const masked = maskBody(body, masker());
    assert.equal(masked.kind === 'tool.answered' && masked.masked, 3);
  });

  it('keeps the path that an effect touched as the effect has it', () => {
    const path = '/w/token=a9f3kd83jfk20dk3/f';
    const file = { sha256: '0'.repeat(64), bytes: 1 };
    const body: EventBody = { kind: 'effect.done', effect: 'e', outcome: { kind: 'edit', path, file }, durationMs: 0 };
    assert.deepEqual(maskBody(body, masker()), body);
  });
});

describe("the model's answer", () => {
  it('loses what is held, in text and in any part of a call, and keeps what the model made up', () => {
    const content = [
      { type: 'text', text: `${value} and ${madeUp}` },
      {
        type: 'tool_use',
        id: `toolu_${value}`,
        name: 'Bash',
        input: { command: `x ${value}`, [value]: [{ type: value }] },
      },
      { type: 'thinking', thinking: `hm, ${value}`, signature: 's' },
      { type: 'thinking', thinking: madeUp, signature: 's' },
    ];
    assert.deepEqual(maskAnswer(content, masker()), [
      { type: 'text', text: `${mark} and ${madeUp}` },
      {
        type: 'tool_use',
        id: `toolu_${value}`,
        name: 'Bash',
        input: { command: `x ${mark}`, [mark]: [{ type: mark }] },
      },
      content[3],
    ]);
  });

  it('makes what it wrote first no secret when it comes back, and what came first a secret for good', () => {
    const one = masker();
    maskAnswer([{ type: 'text', text: madeUp }], one);
    assert.equal(one.mask(madeUp).text, madeUp);
    const other = masker();
    assert.notEqual(other.mask(madeUp).text, madeUp);
    assert.deepEqual(
      maskAnswer([{ type: 'text', text: 'it is devpass99' }], other).map(block => 'text' in block && block['text']),
      [`it is ${other.mask('devpass99').text}`],
    );
    one.addKnown([{ name: 'DB_PASSWORD', value: 'devpass99' }]);
    assert.notEqual(one.mask(madeUp).text, madeUp);
  });

  it('is told to hold a secret by the secret’s placeholder', () => {
    assert.equal(heldIn({ kind: 'exec', command: `echo [secret:env:00000000] ${value}` }, masker()), mark);
    assert.equal(heldIn({ kind: 'exec', command: madeUp }, masker()), null);
  });
});

describe('the recorder', () => {
  function open() {
    const journal = memoryJournal();
    const seen: Observation[] = [];
    const recorder = createRecorder(journal, [], masker());
    recorder.observe(observation => seen.push(observation));
    const live = (): string =>
      seen.flatMap(each => (each.type === 'live' && each.live.type === 'text' ? [each.live.text] : [])).join('');
    return { journal, recorder, seen, live };
  }
  const answered: EventBody = {
    kind: 'model.answered',
    turn: 1,
    model: 'm',
    content: [],
    stopReason: 'end_turn',
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    usd: null,
    requestBytes: 0,
    repeatedBytes: 0,
    durationMs: 0,
  };

  it('writes and tells no fact that was not masked', async () => {
    const { journal, recorder, seen } = open();
    await recorder.append({ kind: 'person.said', text: value });
    await recorder.append({ ...answered, content: [{ type: 'text', text: value }] });
    assert.ok(!JSON.stringify([journal.events, seen, recorder.events()]).includes(value));
  });

  it('lets streamed words through at once, and a secret in no piece, wherever it is cut', async () => {
    for (let cut = 1; cut < value.length; cut++) {
      const { recorder, live } = open();
      recorder.emit({ type: 'text', turn: 1, text: `so ${value.slice(0, cut)}` });
      assert.equal(live(), 'so ');
      recorder.emit({ type: 'text', turn: 1, text: `${value.slice(cut)} it is` });
      assert.equal(live(), `so ${mark} it is`);
    }
    const { recorder, live } = open();
    recorder.emit({ type: 'text', turn: 1, text: `a ${value.slice(0, 3)}` });
    await recorder.append(answered);
    assert.equal(live(), `a ${value.slice(0, 3)}`);
    recorder.emit({ type: 'text', turn: 2, text: `b ${value.slice(0, 3)}` });
    await recorder.append({ kind: 'model.retrying', turn: 2, attempt: 1, code: 'stream_cut', waitMs: 0 });
    recorder.emit({ type: 'text', turn: 2, text: value.slice(3) });
    assert.equal(live(), `a ${value.slice(0, 3)}b ${value.slice(3)}`);
  });
});
