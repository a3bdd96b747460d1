import assert from 'node:assert/strict';
import { attentionOf } from '../../src/journal/attention.ts';
import { toMarkdown } from '../../src/journal/report/markdown.ts';
import { buildReport } from '../../src/journal/report/report.ts';
import type { Answer } from '../../src/protocol/command.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import { plainSay, started } from './support.ts';

const digest = 'b'.repeat(64);
const zeros = '0'.repeat(64);

/** [second, body] → events at that time. */
function eventsAt(...bodies: [number, EventBody][]): RunEvent[] {
  return bodies.map(([second, body], seq) => ({ v: 1, seq, at: second * 1000, prev: zeros, hash: zeros, ...body }));
}

const exec: Effect = { kind: 'exec', command: 'npm test', cwd: '/ws', timeoutMs: 1000, background: false };
const read: Effect = { kind: 'read', path: '/ws/a' };
const asked = (question: string): EventBody => ({ kind: 'question.asked', question, effect: question });
const answered = (question: string, verdict: Answer['verdict']): EventBody => ({
  kind: 'question.answered',
  question,
  effect: question,
  answer: { verdict },
});
const proposed = (effect: string, value: Effect): EventBody => ({
  kind: 'effect.proposed',
  effect,
  call: effect,
  tool: 'Bash',
  value,
  digest,
});
const intended = (effect: string): EventBody => ({ kind: 'effect.intended', effect, digest });
const denied = (effect: string): EventBody => ({
  kind: 'effect.decided',
  effect,
  decision: { verdict: 'deny', by: { type: 'static' }, reasons: [] },
});
const away = (gone: boolean): EventBody => ({ kind: 'person.away', away: gone });

const say = { ...plainSay, failure: () => 'failed' };

describe('the attention of a person', () => {
  it('is how long each answer took, and how many a yes was too quick to be meant', () => {
    const found = attentionOf(
      eventsAt(
        [0, started('r')],
        [10, asked('a')],
        [11, answered('a', 'allow')],
        [20, asked('b')],
        [22, answered('b', 'allow')],
        [30, asked('c')],
        [31, answered('c', 'deny')],
        [40, asked('d')],
        [49, answered('d', 'allow')],
        [50, asked('never answered')],
      ),
    );
    assert.deepEqual(
      found.answers.map(({ effect, allowed, ms }) => [effect, allowed, ms]),
      [
        ['a', true, 1000],
        ['b', true, 2000],
        ['c', false, 1000],
        ['d', true, 9000],
      ],
    );
    assert.deepEqual([found.quick, found.medianMs, found.longestMs], [2, 1000, 9000]);
  });

  it('is what fell while they could not see the run, each absence by itself', () => {
    const events = eventsAt(
      [0, started('r')],
      [1, proposed('seen', exec)],
      [2, intended('seen')],
      [3, away(true)],
      [4, proposed('one', exec)],
      [5, intended('one')],
      [6, proposed('two', read)],
      [7, intended('two')],
      [8, proposed('three', exec)],
      [9, denied('three')],
      [63, away(false)],
      [64, intended('after')],
      [70, away(true)],
      [75, { kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] }],
    );
    assert.deepEqual(attentionOf(events).absences, [
      { from: 3000, until: 63_000, changes: 0, commands: 1, looks: 1, refused: 1 },
      { from: 70_000, until: null, changes: 0, commands: 0, looks: 0, refused: 0 },
    ]);
    const report = toMarkdown(buildReport(events), say);
    assert.match(report, /## Attention\n\n- Out of sight for 1 min 0 s: 0 changes, 1 command, 1 look, 1 refusal\n/);
    assert.match(report, /- Out of sight for 5\.0 s: /);
  });

  it('is told in the report with the answers, and not at all where nobody was asked', () => {
    const one = eventsAt([0, started('r')], [10, asked('a')], [11, answered('a', 'allow')]);
    assert.match(
      toMarkdown(buildReport(one), say),
      /- 1 question answered, 1 of them with a yes; half of them within 1\.0 s, the slowest after 1\.0 s\n- Allowed within two seconds: 1/,
    );
    assert.doesNotMatch(toMarkdown(buildReport(eventsAt([0, started('r')])), say), /Attention/);
  });

  it('begins anew when the run is resumed', () => {
    const resumed: EventBody = { kind: 'run.resumed', gatehouse: '0', cutBytes: 0 };
    const found = attentionOf(
      eventsAt([0, started('r')], [1, away(true)], [2, resumed], [3, proposed('a', exec)], [4, intended('a')]),
    );
    assert.deepEqual(
      found.absences.map(({ commands }) => commands),
      [0],
    );
  });
});
