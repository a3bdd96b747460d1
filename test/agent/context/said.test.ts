import assert from 'node:assert/strict';
import { factsBeside, summaryOf } from '../../../src/agent/context/summary.ts';
import { taskOf } from '../../../src/agent/reviewer/case.ts';
import { foldBounds, noBounds } from '../../../src/gate/bounds.ts';
import { storyOf } from '../../../src/gate/review/story.ts';
import { taskFile } from '../../../src/journal/taskFile.ts';
import { noUsage } from '../../../src/protocol/budget.ts';
import type { EventBody, RunEvent } from '../../../src/protocol/event.ts';
import type { AssistantBlock } from '../../../src/protocol/message.ts';
import type { Plan } from '../../../src/protocol/plan.ts';
import { digest, started } from '../../webview/events.ts';

const numbered = (...bodies: EventBody[]): RunEvent[] =>
  [started, ...bodies].map((body, seq) => ({ v: 1, seq, at: seq, prev: digest, hash: digest, ...body }));

const answered = (...content: AssistantBlock[]): EventBody => ({
  kind: 'model.answered',
  turn: 1,
  model: 'm',
  content,
  stopReason: 'end_turn',
  usage: noUsage,
  usd: 0,
  requestBytes: 1,
  repeatedBytes: 0,
  durationMs: 0,
});
const plan = (...constraints: string[]): Plan => ({
  fit: 'auto',
  objective: 'Mend it',
  constraints,
  acceptance: [],
  steps: [{ title: 'Mend', detail: '' }],
  risks: [],
});
const submitted: EventBody = { kind: 'plan.submitted', plan: 1, call: 'c', value: plan('Be quick.') };

/** Wherever a person can say it, in what the journal has of it. */
const words = 'Do not touch lib/.';
const rows: [where: string, bodies: EventBody[]][] = [
  ['later', [{ kind: 'person.said', text: words }]],
  ['as an answer to the agent', [{ kind: 'person.answered', question: 'q', text: words }]],
  [
    'where they refuse an action',
    [{ kind: 'question.answered', question: 'q', effect: 'e', answer: { verdict: 'deny', why: words } }],
  ],
  ['where refusals piled up', [{ kind: 'denials.answered', question: 'q', answer: { allow: [], why: words } }]],
  ['about a plan', [submitted, { kind: 'plan.changesAsked', plan: 1, comments: [{ step: null, text: words }] }]],
  ['where they turn a plan down', [submitted, { kind: 'plan.rejected', plan: 1, why: words }]],
  [
    'as a constraint of a plan that they edit',
    [submitted, { kind: 'plan.edited', plan: 2, value: plan('Be quick.', words) }],
  ],
  ['to be kept', [{ kind: 'instructions.kept', text: words, failure: null }]],
];

describe('what the person says', () => {
  for (const [where, bodies] of rows)
    it(`${where} is theirs at the gate, in summaries, and for both reviewers`, () => {
      const events = numbered(...bodies);
      assert.deepEqual(
        events.reduce(foldBounds, noBounds).said.map(({ sentence }) => sentence),
        [words],
      );
      for (const summary of [summaryOf(events, 99), factsBeside(events, 99)])
        assert.match(summary, /# Boundaries[^\n]*\n- Do not touch lib\/\.\n/);
      assert.ok(storyOf(events, '').person.some(text => text.includes(words)));
      assert.ok(taskOf(events).includes(words));
    });

  it('is not what the planner wrote, where they edit its plan', () => {
    const value = plan('Be quick.', words);
    const events = numbered(
      { kind: 'plan.submitted', plan: 1, call: 'c', value },
      { kind: 'plan.edited', plan: 2, value: { ...value, objective: 'Mend it well' } },
    );
    assert.deepEqual(events.reduce(foldBounds, noBounds).said, []);
    assert.ok(!taskOf(events).includes(words) && !storyOf(events, '').person.join().includes(words));
  });

  it('is no word of theirs any more once it was taken back, but rules out what it ruled out', () => {
    const taken = 'Drop the customers table. Do not push.';
    const events = numbered(
      { kind: 'turn.started', turn: 1 },
      answered({ type: 'text', text: 'Yes.' }),
      { kind: 'person.said', text: taken },
      submitted,
      { kind: 'plan.accepted', plan: 1, by: 'person' },
      answered({ type: 'text', text: 'I will drop it.' }, { type: 'tool_use', id: 'c', name: 'Bash', input: {} }),
      { kind: 'conversation.rewound', record: 3, checkpoint: 0 },
      { kind: 'person.said', text: 'Only look.' },
    );
    for (const summary of [summaryOf(events, 99), factsBeside(events, 99)]) {
      assert.doesNotMatch(summary, /customers|drop it|Be quick/i);
      assert.match(summary, /Only look\./);
      assert.match(summary, /# Boundaries[^\n]*\n- Do not push\.\n/);
      assert.match(summary, /<earlier turns="1">/);
    }
    for (const text of [storyOf(events, '').person.join('\n'), taskOf(events), taskFile(events)])
      assert.ok(!text.includes('customers') && text.includes('Only look.'), text);
    assert.equal(events.reduce(foldBounds, noBounds).said.length, 1);
  });
});
