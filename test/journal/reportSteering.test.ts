import assert from 'node:assert/strict';
import { toMarkdown } from '../../src/journal/report/markdown.ts';
import { buildReport } from '../../src/journal/report/report.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import { plainSay, started } from './support.ts';

const digest = 'b'.repeat(64);
const snapshot = { manifest: { sha256: digest, bytes: 1 }, files: 1, notHeld: 0 };
const eventsOf = (...bodies: EventBody[]): RunEvent[] =>
  bodies.map((body, seq) => ({
    ...body,
    v: 1,
    seq,
    at: Date.UTC(2026, 10, 20) + seq * 1000,
    prev: digest,
    hash: digest,
  }));

const first = started('r');
const begun: EventBody = first.kind === 'run.started' ? { ...first, mode: 'ask', limits: { turns: 4 } } : first;
const command = { kind: 'exec', command: 'make *all*', cwd: '/ws', timeoutMs: 1, background: false } as const;
const events = eventsOf(
  begun,
  { kind: 'mode.changed', mode: 'auto', by: 'panel' },
  { kind: 'mode.capped', reason: 'plan.unfit', why: 'Ask *Ann*' },
  { kind: 'effect.proposed', effect: 'e1', call: 'c1', tool: 'Bash', value: command, digest },
  {
    kind: 'checkpoint.made',
    checkpoint: 1,
    effect: 'e1',
    before: snapshot,
    after: snapshot,
    files: 3,
    paths: ['a', 'b', 'logo.png'],
    lines: { added: 7, removed: 2, atMost: true, uncounted: 1, each: [[7, 0], [0, 2], null] },
  },
  { kind: 'tool.answered', call: 'c1', tool: 'Bash', text: '', isError: false, masked: 0 },
  { kind: 'rule.nudged', rule: 'sameCall', evidence: [5], args: { times: 3, tool: 'Bash' } },
  { kind: 'limit.reached', limit: 'turns', used: 4, allowed: 4 },
  { kind: 'limit.raised', limit: 'turns', from: 4, to: 8 },
  { kind: 'acceptance.checked', when: 'end', results: [{ command: 'npm test', exitCode: 0, passed: true }] },
  { kind: 'rule.stopped', rule: 'acceptanceMet', evidence: [4, 9, 99], args: {} },
  { kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] },
  { kind: 'run.resumed', gatehouse: '0', cutBytes: 0, limits: { turns: 8, lines: 10 } },
  { kind: 'mode.changed', mode: 'plan', by: 'terminal' },
);

describe('what led a run another way', () => {
  it('is in its report as data, in order, with the records that a rule rests on', () => {
    const { steering, checkpoints } = buildReport(events);
    assert.deepEqual(
      steering.map(({ at: _at, ...each }) => each),
      [
        { seq: 1, type: 'mode', from: 'ask', to: 'auto', by: 'panel' },
        { seq: 2, type: 'capped', reason: 'plan.unfit', why: 'Ask *Ann*' },
        {
          seq: 6,
          type: 'nudged',
          rule: 'sameCall',
          args: { times: 3, tool: 'Bash' },
          evidence: [{ seq: 5, kind: 'tool.answered', effect: 'e1', what: 'Bash' }],
        },
        { seq: 7, type: 'reached', limit: 'turns', used: 4, allowed: 4, next: null },
        { seq: 8, type: 'raised', on: 'asking', limit: 'turns', from: 4, to: 8 },
        {
          seq: 10,
          type: 'stopped',
          rule: 'acceptanceMet',
          args: {},
          evidence: [
            { seq: 4, kind: 'checkpoint.made', effect: 'e1', what: '' },
            { seq: 9, kind: 'acceptance.checked', effect: null, what: 'npm test: passed' },
            { seq: 99, kind: null, effect: null, what: '' },
          ],
        },
        { seq: 12, type: 'raised', on: 'resume', limit: 'lines', from: null, to: 10 },
        { seq: 13, type: 'mode', from: 'auto', to: 'plan', by: 'terminal' },
      ],
    );
    assert.deepEqual(checkpoints[0]?.type === 'made' && checkpoints[0].lines, {
      added: 7,
      removed: 2,
      atMost: true,
      uncounted: 1,
    });
  });

  it('is a section of its own, in which nothing of others is markup', () => {
    const text = toMarkdown(buildReport(events), plainSay);
    const section = text.split('## Stops, limits and modes\n\n')[1]?.split('\n\n##')[0];
    assert.equal(
      section,
      [
        '- 2026-11-20 00:00:01 UTC: A person (panel) switched from Ask to Auto.',
        '- 2026-11-20 00:00:02 UTC: plan.unfit Ask \\*Ann\\*',
        '- 2026-11-20 00:00:06 UTC: The rule `sameCall` was about to stop the run, and the agent was told. sameCall {"times":3,"tool":"Bash"}',
        '  - Record 5: Bash `make *all*`',
        '- 2026-11-20 00:00:07 UTC: A limit was **reached**: 4 turns, where 4 turns were allowed.',
        '- 2026-11-20 00:00:08 UTC: A person set a limit from 4 turns to 8 turns.',
        '- 2026-11-20 00:00:10 UTC: The rule `acceptanceMet` **ended** the run. acceptanceMet {}',
        '  - Record 4: Bash `make *all*`',
        '  - Record 9: npm test: passed',
        '  - Record 99: `unknown`',
        '- 2026-11-20 00:00:12 UTC: A person set a limit to 10 lines, going on with the run.',
        '- 2026-11-20 00:00:13 UTC: A person (terminal) switched from Auto to Plan.',
      ].join('\n'),
    );
    assert.match(text, /- Checkpoint 1: Bash `make \*all\*`, 3 files, at most \+7 −2, 1 not counted in lines/);
  });

  it('is no section where a run went its way, nor in an old journal', () => {
    assert.doesNotMatch(toMarkdown(buildReport(eventsOf(started('r'))), plainSay), /Stops, limits and modes/);
  });
});
