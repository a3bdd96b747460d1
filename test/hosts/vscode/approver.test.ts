import assert from 'node:assert/strict';
import { createApprover } from '../../../src/hosts/vscode/approver.ts';
import { createOpenQuestions } from '../../../src/hosts/vscode/openQuestions.ts';
import type { Answered, DenialsQuestion, Question } from '../../../src/ports/approver.ts';
import { uncontained } from '../../support/fakes.ts';

const question: Question = {
  id: 'q1',
  effect: 'e1',
  value: { kind: 'exec', command: 'npm test', cwd: '/w', timeoutMs: 1, background: false },
  decision: { verdict: 'ask', by: { type: 'static' }, reasons: [] },
  assessment: null,
  terms: uncontained,
  lasting: true,
};
const list: DenialsQuestion = { id: 'd1', why: 'row', items: [] };
const yes: Answered = { answer: { verdict: 'allow', scope: 'once' }, surface: 'notification' };

function setUp(onToast: Promise<Answered>) {
  const open = createOpenQuestions();
  const told: string[] = [];
  const approver = createApprover(open, {
    ask: () => onToast,
    tellDenials: ({ id }) => void told.push(id),
    tell: () => undefined,
  });
  return { open, told, approver, stop: new AbortController() };
}

describe('the approver of the editor', () => {
  it('takes an answer from the notification, and holds what is asked until it is withdrawn', async () => {
    const { open, approver, stop } = setUp(Promise.resolve(yes));
    const answered = approver.ask(question, stop.signal);
    assert.equal(open.get('q1'), question);
    assert.deepEqual(await answered, yes);
    stop.abort();
    assert.equal(open.get('q1'), null);
  });

  it('gives no answer of its own where the panel answers first, or the run stops', async () => {
    const { open, approver, stop } = setUp(new Promise(() => undefined));
    const answered = approver.ask(question, stop.signal);
    stop.abort();
    assert.equal(await answered, null);
    assert.equal(await approver.ask(question, stop.signal), null);
    assert.equal(open.get('q1'), null);
  });

  it('tells of a list of refusals and waits', async () => {
    const { open, told, approver, stop } = setUp(new Promise(() => undefined));
    const answered = approver.askDenials?.(list, stop.signal);
    assert.deepEqual([told, open.denials('d1'), open.get('d1')], [['d1'], list, null]);
    stop.abort();
    assert.equal(await answered, null);
    assert.equal(open.denials('d1'), null);
  });
});
