import assert from 'node:assert/strict';
import { askPersonAt, askPlanAt, type Talking } from '../../src/hosts/cli/askPlan.ts';
import { noPaint } from '../../src/hosts/cli/paint.ts';
import type { Plan } from '../../src/protocol/plan.ts';

const plan: Plan = {
  fit: 'auto',
  objective: 'add() adds',
  constraints: [],
  acceptance: ['npm test'],
  steps: [
    { title: 'Find it', detail: '' },
    { title: 'Mend it', detail: '' },
  ],
  risks: [],
};

/** A person who types these lines, and whose editor makes `edited` of a text. */
function person(lines: string[], edited: (text: string) => string | null = () => null): Talking & { shown: string[] } {
  const shown: string[] = [];
  return {
    shown,
    paint: noPaint,
    width: 80,
    note: rows => void shown.push(...rows),
    read: async prompt => {
      shown.push(prompt);
      return lines.shift() ?? null;
    },
    edit: async text => edited(text),
  };
}

const question = { id: 'q', plan, baseline: null };
const ask = (talking: Talking) => askPlanAt(question, talking, true);

describe('a plan at the terminal', () => {
  it('is accepted, turned down with a reason, or waits where nobody is there', async () => {
    assert.deepEqual(await ask(person(['y'])), { verdict: 'accept' });
    assert.deepEqual(await ask(person(['n not now'])), { verdict: 'reject', why: 'not now' });
    assert.equal(await ask(person([])), null);
  });

  it('is commented at once or line by line, as a whole or by step', async () => {
    assert.deepEqual(await ask(person(['c 2 smaller'])), {
      verdict: 'change',
      comments: [{ step: 2, text: 'smaller' }],
    });
    assert.deepEqual(await ask(person(['what?', 'c', '1: first', '7 seven', '', 'y'])), {
      verdict: 'change',
      comments: [
        { step: 1, text: 'first' },
        { step: null, text: '7 seven' },
      ],
    });
  });

  it('is edited as a text, shown again, and accepted as it was edited', async () => {
    const talking = person(['e', 'y'], text => text.replace('Mend it', 'Mend it well'));
    const answer = await ask(talking);
    assert.equal(answer?.verdict === 'accept' && answer.plan?.steps[1]?.title, 'Mend it well');
    assert.ok(talking.shown.some(row => row.includes('Mend it well')));
  });

  it('stays as it was where the text is no plan, and says in which line', async () => {
    const talking = person(['e', 'y'], text => text.replace('fit: auto', 'fit: perhaps'));
    assert.deepEqual(await ask(talking), { verdict: 'accept' });
    assert.match(talking.shown.join('\n'), /no plan \(line 4\): fit/);
    const none = person(['e', 'y']);
    await ask(none);
    assert.match(none.shown.join('\n'), /set EDITOR/);
  });

  it('says when its checks pass already, and shows itself where it was not seen', async () => {
    const talking = person(['y']);
    const baseline = [{ command: 'npm test', exitCode: 0, passed: true }];
    await askPlanAt({ ...question, baseline }, talking, false);
    const shown = talking.shown.join('\n');
    assert.match(shown, /pass already/);
    assert.match(shown, /■ Plan: add\(\) adds/);
  });
});

describe('a question of the agent at the terminal', () => {
  const asked = { id: 'q', text: 'Which one?', options: ['The old one', 'The new one'], reason: 'ambiguous' as const };

  it('is answered by a number or in words, and not by nothing', async () => {
    assert.equal(await askPersonAt(asked, person(['2']), true), 'The new one');
    assert.equal(await askPersonAt(asked, person(['', ' neither ']), true), 'neither');
    assert.equal(await askPersonAt({ ...asked, options: [] }, person(['2']), true), '2');
    assert.equal(await askPersonAt(asked, person([]), true), null);
  });
});
