import assert from 'node:assert/strict';
import { createDesk } from '../../src/agent/desk.ts';
import type { Answered, Approver, Question } from '../../src/ports/approver.ts';
import type { Live } from '../../src/protocol/event.ts';
import { uncontained } from '../support/fakes.ts';

const question: Question = {
  id: 'q1',
  effect: 'e1',
  value: { kind: 'exec', command: 'true', cwd: '/w', timeoutMs: 1, background: false },
  assessment: null,
  lasting: false,
  terms: uncontained,
  decision: { verdict: 'ask', by: { type: 'static' }, reasons: [] },
};
const allow = { verdict: 'allow' as const };
const never: Approver = { ask: () => new Promise(() => undefined) };

function setUp(host: Approver) {
  const lives: Live[] = [];
  const desk = createDesk(host, live => lives.push(live));
  const nonce = (): string => {
    const live = lives.find(each => each.type === 'question');
    return live?.type === 'question' ? live.nonce : '';
  };
  return { desk, lives, nonce };
}

describe('the desk', () => {
  it('takes an answer that carries the nonce', async () => {
    const { desk, nonce } = setUp(never);
    const asking = desk.ask(question, new AbortController().signal);
    assert.equal(desk.answer({ type: 'answer', question: 'q1', nonce: nonce(), answer: allow }), 'taken');
    assert.deepEqual(await asking, { answer: allow, surface: 'panel' });
  });

  it('refuses an answer without it and goes on waiting', async () => {
    const { desk, nonce } = setUp(never);
    const asking = desk.ask(question, new AbortController().signal);
    assert.equal(desk.answer({ type: 'answer', question: 'q1', nonce: 'guess', answer: allow }), 'refused');
    assert.equal(desk.answer({ type: 'answer', question: 'q1', nonce: nonce(), answer: { verdict: 'deny' } }), 'taken');
    assert.equal((await asking)?.answer.verdict, 'deny');
  });

  it('tells the second answer that it is late', async () => {
    const { desk, nonce } = setUp(never);
    const asking = desk.ask(question, new AbortController().signal);
    desk.answer({ type: 'answer', question: 'q1', nonce: nonce(), answer: allow });
    assert.equal(desk.answer({ type: 'answer', question: 'q1', nonce: nonce(), answer: { verdict: 'deny' } }), 'late');
    assert.equal((await asking)?.answer.verdict, 'allow');
  });

  it('withdraws the host’s question once another surface answered', async () => {
    let withdrawn = false;
    const { desk, nonce, lives } = setUp({
      ask: (_question, signal) =>
        new Promise<Answered | null>(resolve => {
          signal.addEventListener('abort', () => {
            withdrawn = true;
            resolve(null);
          });
        }),
    });
    const asking = desk.ask(question, new AbortController().signal);
    desk.answer({ type: 'answer', question: 'q1', nonce: nonce(), answer: allow });
    await asking;
    assert.equal(withdrawn, true);
    assert.equal(lives.at(-1)?.type, 'questionClosed');
  });

  it('comes back without an answer when the run stops', async () => {
    const stop = new AbortController();
    const { desk } = setUp(never);
    const asking = desk.ask(question, stop.signal);
    stop.abort();
    assert.equal(await asking, null);
  });
});
