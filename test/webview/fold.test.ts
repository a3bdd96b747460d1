import assert from 'node:assert/strict';
import type { AcceptanceResult } from '../../src/protocol/acceptance.ts';
import type { Terms } from '../../src/protocol/containment.ts';
import type { Effect } from '../../src/protocol/effect.ts';
import type { EventBody, EventKind } from '../../src/protocol/event.ts';
import { eventKinds } from '../../src/protocol/event.ts';
import type { Told } from '../../src/protocol/panel.ts';
import type { Plan } from '../../src/protocol/plan.ts';
import { fold, foldAll } from '../../webview-ui/src/view/fold.ts';
import type { Item, ToolItem } from '../../webview-ui/src/view/items.ts';
import { entries, pageSize } from '../../webview-ui/src/view/log.ts';
import { outputKeep } from '../../webview-ui/src/view/output.ts';
import { showChange } from '../../webview-ui/src/view/questions.ts';
import type { View } from '../../webview-ui/src/view/view.ts';
import {
  answered,
  createScript,
  digest,
  edit,
  exec,
  execDone,
  execOutcome,
  harmless,
  started,
  usage,
  workspace,
} from './events.ts';

const call = (id: string, command: string) => ({ type: 'tool_use' as const, id, name: 'Bash', input: { command } });
const text = (words: string) => ({ type: 'text' as const, text: words });
const proposed = (effect: string, id: string, value: Effect = exec('npm test')): EventBody => ({
  kind: 'effect.proposed',
  effect,
  call: id,
  tool: value.kind === 'edit' ? 'Edit' : 'Bash',
  value,
  digest,
});
const items = (view: View): Item[] => entries(view.items);

function tool(view: View, id: string): ToolItem {
  const found = items(view).find(item => item.type === 'tool' && item.call === id);
  assert.ok(found?.type === 'tool', `no row for ${id}`);
  return found;
}

describe("the panel's fold over a run", () => {
  it('begins with what the person said', () => {
    const { event } = createScript();
    const view = foldAll([event(started)]);
    assert.deepEqual(
      items(view).map(item => (item.type === 'said' ? item.text : item.type)),
      ['The tests fail. Find out why, mend it, and run them again.'],
    );
    assert.equal(view.active, true);
    assert.equal(view.scripted, true);
  });

  it('shows streamed text until the whole turn has come, and then that', () => {
    const { event, live } = createScript();
    const before = [
      event(started),
      event({ kind: 'turn.started', turn: 1 }),
      live({ type: 'text', turn: 1, text: 'I will ' }),
      live({ type: 'text', turn: 1, text: 'look.\n\nThen' }),
    ];
    const streaming = foldAll(before);
    assert.deepEqual(streaming.stream?.blocks, ['I will look.']);
    assert.equal(streaming.stream?.rest, 'Then');
    const view = fold(streaming, event(answered(1, text('I will look.\n\nThen mend.'))));
    assert.equal(view.stream, null);
    assert.deepEqual(
      items(view).map(item => item.type),
      ['said', 'text'],
    );
  });

  it('drops streamed text when the turn is tried again, and counts down only until it goes on', () => {
    const { event, live } = createScript();
    const retry: EventBody = { kind: 'model.retrying', turn: 1, attempt: 1, code: 'overloaded', waitMs: 4000 };
    const asked = event(retry, 'The API is overloaded.');
    const waiting = foldAll([event(started), live({ type: 'text', turn: 1, text: 'Half an ans' }), asked]);
    assert.equal(waiting.stream, null);
    const notice = items(waiting).at(-1);
    assert.ok(asked.type === 'event' && notice?.type === 'notice');
    assert.equal(notice.until, asked.event.at + 4000);

    const again = fold(waiting, live({ type: 'text', turn: 1, text: 'A whole one' }));
    const over = items(again).at(-1);
    assert.ok(over?.type === 'notice');
    assert.equal(over.until, null);
    assert.equal(again.stream?.rest, 'A whole one');
  });

  it('keeps fenced code together while it streams, whatever pieces it comes in', () => {
    const { live } = createScript();
    const whole = 'Look:\n\n```js\na\n\nb\n```\n\nEnd of it.';
    const pieces = whole.split('').map(letter => live({ type: 'text', turn: 1, text: letter }));
    const { stream } = foldAll(pieces);
    assert.deepEqual(stream?.blocks, ['Look:', '```js\na\n\nb\n```']);
    assert.equal(stream?.rest, 'End of it.');
  });

  it('follows a command from the wish to its exit code', () => {
    const { event, live } = createScript();
    let view = foldAll([event(started), event(answered(1, text('Tests first.'), call('c1', 'npm test')))]);
    assert.equal(tool(view, 'c1').state, 'waiting');
    view = foldAll([event(proposed('e1', 'c1')), event({ kind: 'effect.intended', effect: 'e1', digest })], view);
    assert.equal(tool(view, 'c1').state, 'running');
    view = foldAll([live({ type: 'output', effect: 'e1', text: 'not ok 1\n' }), event(execDone('e1', 1))], view);
    assert.equal(tool(view, 'c1').state, 'failed');
    assert.deepEqual(tool(view, 'c1').output?.pieces, ['not ok 1\n']);
    const result: EventBody = {
      kind: 'tool.answered',
      call: 'c1',
      tool: 'Bash',
      text: 'exit 1',
      isError: true,
      masked: 0,
    };
    view = fold(view, event(result));
    assert.equal(tool(view, 'c1').result, 'exit 1');
    assert.equal(items(view).length, 3);
  });

  it('opens a question that can be answered only once its nonce is known, and closes it', () => {
    const { event, live } = createScript();
    const decision = { verdict: 'ask' as const, by: { type: 'static' as const }, reasons: [] };
    let view = foldAll([
      event(started),
      event(answered(1, call('c1', 'npm test'))),
      event(proposed('e1', 'c1')),
      event({ kind: 'effect.decided', effect: 'e1', decision }, 'A command can do whatever you can.'),
      event({ kind: 'question.asked', question: 'q1', effect: 'e1' }),
    ]);
    assert.deepEqual(view.questions, ['q1']);
    assert.equal(tool(view, 'c1').question?.nonce, null);
    assert.deepEqual(tool(view, 'c1').question?.reasons, ['A command can do whatever you can.']);
    view = fold(view, live({ type: 'question', question: 'q1', effect: 'e1', nonce: 'n1' }));
    assert.equal(tool(view, 'c1').question?.nonce, 'n1');
    view = fold(view, live({ type: 'questionClosed', question: 'q1' }));
    assert.equal(tool(view, 'c1').question, null);
    assert.deepEqual(view.questions, []);
  });

  it('shows a refusal with its reasons and keeps it when the model is told', () => {
    const { event } = createScript();
    const by = { type: 'person' as const, surface: 'panel', afterMs: 900 };
    const view = foldAll([
      event(started),
      event(answered(1, call('c1', 'npm test'))),
      event(proposed('e1', 'c1')),
      event(
        { kind: 'effect.decided', effect: 'e1', decision: { verdict: 'deny', by, reasons: [] } },
        'A person said no.',
      ),
      event({ kind: 'tool.answered', call: 'c1', tool: 'Bash', text: 'Denied.', isError: true, masked: 0 }),
    ]);
    assert.equal(tool(view, 'c1').state, 'denied');
    assert.equal(tool(view, 'c1').byPerson, true);
    assert.deepEqual(tool(view, 'c1').reasons, ['A person said no.']);
  });

  it('adds up turns, tokens, dollars and the lines of each file', () => {
    const { event } = createScript();
    const done: EventBody = {
      kind: 'effect.done',
      effect: 'e1',
      durationMs: 3,
      outcome: { kind: 'edit', path: edit.kind === 'edit' ? edit.path : '', file: { sha256: digest, bytes: 1 } },
    };
    const once = [
      event({ kind: 'turn.started', turn: 1 }),
      event(answered(1)),
      event(proposed('e1', 'c1', edit)),
      event(done),
    ];
    const twice = [event({ kind: 'turn.started', turn: 2 }), event(answered(2)), event(done)];
    const { totals } = foldAll([event(started), ...once, ...twice]);
    assert.equal(totals.turns, 2);
    assert.equal(totals.usage.cacheRead, 2 * usage.cacheRead);
    assert.equal(totals.usd, 0.0246);
    assert.deepEqual([...totals.files.values()], [{ added: 8, removed: 4 }]);
  });

  it('count what commands changed with what edits changed, by file', () => {
    const { event } = createScript();
    const made = (lines: [number, number]): EventBody => ({
      kind: 'checkpoint.made',
      checkpoint: 1,
      effect: 'e1',
      before: null,
      after: null,
      files: 2,
      paths: ['a.ts', 'logo.png'],
      lines: { added: lines[0], removed: lines[1], atMost: false, uncounted: 1, each: [lines, null] },
    });
    const { totals } = foldAll([event(started), event(made([3, 1])), event(made([2, 0]))]);
    assert.deepEqual(
      [...totals.files],
      [
        [`${workspace}/a.ts`, { added: 5, removed: 1 }],
        [`${workspace}/logo.png`, { added: 0, removed: 0 }],
      ],
    );
  });

  it('knows no sum of dollars once one call had no price', () => {
    const { event } = createScript();
    const free: EventBody = { ...answered(1), usd: null } as EventBody;
    assert.equal(foldAll([event(started), event(free), event(answered(2))]).totals.usd, null);
  });

  it('says of what the end of the run cut short that it is not finished', () => {
    const { event } = createScript();
    const view = foldAll([
      event(started),
      event(answered(1, call('c1', 'sleep 100'), call('c2', 'npm test'))),
      event(proposed('e1', 'c1')),
      event({ kind: 'effect.intended', effect: 'e1', digest }),
      event(
        { kind: 'run.ended', status: 'stopped', exitCode: 1, failure: null, survivors: [] },
        'Nothing more is done.',
      ),
    ]);
    assert.equal(tool(view, 'c1').state, 'unfinished');
    assert.equal(tool(view, 'c2').state, 'unfinished');
    assert.equal(view.active, false);
    assert.equal(items(view).at(-1)?.type, 'end');
  });

  it('leaves events of kinds that it does not know alone', () => {
    const { event } = createScript();
    const before = foldAll([event(started)]);
    const future = {
      ...(event({ kind: 'turn.started', turn: 1 }) as Told & { type: 'event' }).event,
      kind: 'plan.drawn',
    };
    const view = fold(before, { type: 'event', event: future } as unknown as Told);
    assert.deepEqual(items(view), items(before));
  });

  it('bounds what it keeps of a command that never stops printing', () => {
    const { event, live } = createScript();
    const line = `${'x'.repeat(99)}\n`;
    const print = (count: number): Told[] =>
      Array.from({ length: count }, () => live({ type: 'output', effect: 'e1', text: line }));
    const view = foldAll([event(started), event(proposed('e1', 'c1')), ...print(20_000)]);
    const { output } = tool(view, 'c1');
    assert.ok(output);
    assert.ok(output.kept <= 2 * outputKeep, `keeps ${output.kept}`);
    assert.ok(output.kept >= outputKeep, `keeps ${output.kept}`);
    assert.equal(output.kept + output.dropped, 2_000_000);
    assert.equal(output.pieces.join('').length, output.kept);
  });

  it('redraws one page of a long run when one row changes', () => {
    const { event } = createScript();
    const wishes = Array.from({ length: 10 * pageSize }, (_, at) => event(proposed(`e${at}`, `c${at}`)));
    const before = foldAll([event(started), ...wishes]);
    const pages = before.items.pages;
    const after = fold(before, event({ kind: 'effect.intended', effect: 'e40', digest })).items.pages;
    assert.deepEqual(
      pages.flatMap((page, at) => (page === after[at] ? [] : [at])),
      [Math.floor(41 / pageSize)],
    );
  });

  const background = (effect: string, process: string): EventBody[] => [
    proposed(effect, `c-${effect}`, exec(`serve ${process}`)),
    { ...execDone(effect, 0), outcome: { ...execOutcome, exitCode: null, process } },
  ];

  it('lists what runs in the background until it is gone, or the run is', () => {
    const { event } = createScript();
    const told = [started, ...background('e1', 'p1'), ...background('e2', 'p2')].map(body => event(body));
    const view = foldAll(told);
    assert.deepEqual(view.processes, [
      { process: 'p1', command: 'serve p1' },
      { process: 'p2', command: 'serve p2' },
    ]);
    const survivors = [{ pid: 1, name: 'serve' }];
    const stubborn = fold(view, event({ kind: 'process.ended', process: 'p1', exitCode: null, survivors }));
    assert.equal(stubborn.processes.length, 2);
    const ended = fold(stubborn, event({ kind: 'process.ended', process: 'p1', exitCode: 0, survivors: [] }));
    assert.deepEqual(ended.processes, [{ process: 'p2', command: 'serve p2' }]);
    const over: EventBody = { kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] };
    assert.deepEqual(fold(ended, event(over)).processes, []);
  });

  it('puts a whole change into the card of its question, and into no other', () => {
    const { event, live } = createScript();
    const view = foldAll([
      event(started),
      event(proposed('e1', 'c1', edit)),
      event({ kind: 'question.asked', question: 'q1', effect: 'e1' }),
    ]);
    const shown = showChange(showChange(view, 'q1', 'all of it'), 'q9', 'other');
    assert.equal(tool(shown, 'c1').question?.change, 'all of it');
    const again = fold(shown, live({ type: 'question', question: 'q1', effect: 'e1', nonce: 'n' }));
    assert.deepEqual([tool(again, 'c1').question?.nonce, tool(again, 'c1').question?.change], ['n', 'all of it']);
    const closed = fold(again, live({ type: 'questionClosed', question: 'q1' }));
    assert.equal(tool(showChange(closed, 'q1', 'late'), 'c1').question, null);
  });

  it('counts what failed calls used', () => {
    const { event } = createScript();
    const failure = { code: 'model.refused', audience: 'user' as const, args: {} };
    const told = [
      event(started),
      event({ kind: 'model.retrying', turn: 1, attempt: 1, code: 'stream_cut', waitMs: 1, usage, usd: 0.5 }),
      event({ kind: 'model.retrying', turn: 1, attempt: 2, code: 'overloaded', waitMs: 1 }),
      event({ kind: 'model.failed', turn: 1, failure, usage, usd: 0.25 }),
    ];
    const { totals } = foldAll(told);
    assert.equal(totals.usage.output, 2 * usage.output);
    assert.equal(totals.usd, 0.75);
    assert.equal(fold(foldAll(told), event({ kind: 'model.failed', turn: 2, failure, usage })).totals.usd, null);
  });

  it('says nothing of a call that was stopped, beside why the run was', () => {
    const { event } = createScript();
    const shown = (code: string): number => {
      const failure = { code, audience: 'user' as const, args: {} };
      const view = foldAll([event(started), event({ kind: 'model.failed', turn: 1, failure, usage: null }, 'Gone.')]);
      return [...entries(view.items)].filter(({ type }) => type === 'notice').length;
    };
    assert.deepEqual([shown('cancelled'), shown('model.refused')], [0, 1]);
  });

  it('shows an edit as the person changed it, and says so', () => {
    const { event } = createScript();
    const bodies = { effect: 'e1', call: 'c1', tool: 'Edit', digest } as const;
    const view = foldAll([
      event(started),
      event({ kind: 'effect.proposed', ...bodies, value: edit }),
      event(
        { kind: 'effect.proposed', ...bodies, value: { ...edit, added: 9 }, revised: { by: ['person'], patch: '' } },
        'You changed it.',
      ),
    ]);
    const item = [...entries(view.items)].at(-1);
    assert.ok(item?.type === 'tool' && item.effect?.kind === 'edit');
    assert.deepEqual([item.effect.added, item.revised], [9, ['You changed it.']]);
  });

  it('takes every kind of event there is', () => {
    // Type-checked in fold.ts; here it is about not throwing on the smallest event of each kind.
    const { event } = createScript();
    const seen = new Set<EventKind>();
    const failure = { code: 'internal', audience: 'developer' as const, args: { problem: 'x' } };
    const decision = { verdict: 'allow' as const, by: { type: 'static' as const }, reasons: [] };
    const terms: Terms = { profile: 'workspace', hosts: [], writes: [] };
    const snapshot = { manifest: { sha256: digest, bytes: 2 }, files: 1, notHeld: 0 };
    const restored: EventBody = {
      kind: 'restore.done',
      restore: 'r1',
      checkpoint: 2,
      to: 0,
      whole: true,
      by: 'person',
      before: snapshot,
      after: snapshot,
      files: 1,
      conflicts: [],
    };
    const plan: Plan = {
      fit: 'auto',
      objective: 'It works',
      constraints: [],
      acceptance: ['npm test'],
      steps: [{ title: 'Do it', detail: '' }],
      risks: [],
    };
    const check: AcceptanceResult = { command: 'npm test', exitCode: 1, passed: false };
    const oneEach = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
    const all: EventBody[] = [
      started,
      { kind: 'run.resumed', gatehouse: '0.1.0', cutBytes: 0 },
      { kind: 'person.said', text: 'And mind the docs.' },
      { kind: 'context.added', text: 'x' },
      { kind: 'change.reviewed', path: '/w/a', how: 'kept', baseline: null, lines: 1, left: 0 },
      { kind: 'instructions.read', text: 'Be brief.' },
      { kind: 'instructions.kept', text: 'Be brief.', failure: null },
      { kind: 'policy.ruleKept', rule: 'npm-test', text: 'x', failure: null },
      { kind: 'denials.asked', question: 'q9', why: 'row', effects: ['e1'] },
      { kind: 'denials.answered', question: 'q9', answer: { allow: ['e1'] } },
      { kind: 'denial.lifted', effect: 'e1', digest },
      { kind: 'denial.used', effect: 'e1', by: 'e2' },
      {
        kind: 'effect.reviewed',
        effect: 'e1',
        outcome: { type: 'none', why: 'down', problem: 'x' },
        model: 'm',
        calls: 1,
        usage: { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 },
        usd: 0,
        durationMs: 1,
      },
      { kind: 'turn.started', turn: 1, held: true },
      { kind: 'model.held', hold: 'h', by: 'gate', model: 'm', usage: oneEach, usd: 1 },
      { kind: 'model.settled', hold: 'h', by: 'gate', usage: oneEach, usd: 0.5 },
      { kind: 'model.retrying', turn: 1, attempt: 1, code: 'overloaded', waitMs: 1 },
      answered(1, call('c1', 'ls')),
      { kind: 'model.failed', turn: 1, failure, usage: null },
      proposed('e1', 'c1'),
      { kind: 'effect.assessed', effect: 'e1', assessment: harmless, terms },
      { kind: 'effect.decided', effect: 'e1', decision },
      { kind: 'effect.violated', effect: 'e1', violations: [{ type: 'host', host: 'a.example', port: 443 }] },
      { kind: 'question.asked', question: 'q1', effect: 'e1' },
      { kind: 'question.answered', question: 'q1', effect: 'e1', answer: { verdict: 'allow' } },
      { kind: 'effect.intended', effect: 'e1', digest },
      execDone('e1', 0),
      { kind: 'effect.failed', effect: 'e1', failure, durationMs: 1 },
      { kind: 'tool.answered', call: 'c1', tool: 'Bash', text: '', isError: false, masked: 0 },
      { kind: 'process.ended', process: 'p1', exitCode: 0, survivors: [] },
      { kind: 'snapshot.taken', snapshot, phase: 'start', effect: null, durationMs: 1 },
      { kind: 'checkpoint.made', checkpoint: 1, effect: 'e1', before: snapshot, after: snapshot, files: 1 },
      { kind: 'restore.intended', restore: 'r1', to: 0, by: 'person', before: snapshot, paths: ['a'] },
      restored,
      { kind: 'restore.failed', restore: 'r1', failure },
      { kind: 'conversation.rewound', record: 1, checkpoint: 0 },
      { kind: 'effect.doubted', effect: 'e1', verdict: 'skip', by: 'person', changed: [] },
      { kind: 'grant.given', grant: 'g1', effect: 'e1', commandDigest: digest, signature: digest, violations: [] },
      { kind: 'grant.revoked', grant: 'g1' },
      { kind: 'mode.changed', mode: 'auto', by: 'panel' },
      { kind: 'mode.capped', reason: 'plan.unfit' },
      { kind: 'person.away', away: true },
      { kind: 'isolation.prepared', copied: [], notCopied: [], uncommitted: 0, submodules: 0, lfs: false },
      { kind: 'isolation.committed', commit: 'a'.repeat(40), branch: 'gatehouse/x', files: 1, left: [] },
      { kind: 'isolation.commitFailed', failure },
      { kind: 'isolation.ended', how: 'kept', branch: 'gatehouse/x', commit: null, into: null },
      { kind: 'acceptance.checked', when: 'end', results: [{ command: 'npm test', exitCode: 0, passed: true }] },
      { kind: 'limit.warned', limit: 'usd', share: 75, used: 0.8, allowed: 1 },
      { kind: 'review.started', review: 'v1', round: 1, files: 1, lines: 2, model: 'm' },
      {
        kind: 'review.finished',
        review: 'v1',
        outcome: { type: 'read' },
        findings: [],
        unread: [],
        model: 'm',
        calls: 1,
        usage: { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 },
        usd: 0,
        durationMs: 1,
      },
      { kind: 'review.held', review: 'v1', findings: ['f1'] },
      { kind: 'finding.fixed', finding: 'f1', review: 'v1' },
      { kind: 'finding.waived', finding: 'f1', reason: 'It is meant so.', surface: 'panel' },
      { kind: 'limit.reached', limit: 'turns', used: 3, allowed: 3 },
      { kind: 'limit.raised', limit: 'turns', from: 3, to: 6 },
      { kind: 'rule.nudged', rule: 'untested', evidence: [1], args: { edits: 8 } },
      { kind: 'rule.stopped', rule: 'sameCall', evidence: [1, 2], args: { times: 4, tool: 'Bash' } },
      { kind: 'stop.requested', by: 'person' },
      { kind: 'result.flagged', call: 'c1', effect: 'e1', source: 'README.md', marks: [] },
      { kind: 'prompt.screened', verdict: 'ask', marks: [], words: 'task' },
      { kind: 'prompt.confirmed', go: true },
      { kind: 'wishes.read', files: [], conflicts: [] },
      { kind: 'context.compacted', how: 'summed', upTo: 1, text: '', why: 'window', tokensBefore: 9, tokensAfter: 1 },
      { kind: 'compaction.asked', model: 'm', upTo: 1, tokensBefore: 9 },
      { kind: 'compaction.failed', model: 'm', why: 'none', failure: null, usage: null },
      { kind: 'agent.begun', agent: 'planner', systemDigest: digest },
      { kind: 'plan.submitted', plan: 1, call: 'c1', value: plan },
      { kind: 'plan.asked', question: 'q5', plan: 1 },
      { kind: 'plan.changesAsked', plan: 1, comments: [{ step: 1, text: 'Smaller.' }] },
      { kind: 'plan.edited', plan: 2, value: plan },
      { kind: 'plan.accepted', plan: 2, by: 'person' },
      { kind: 'plan.rejected', plan: 2, why: null },
      { kind: 'acceptance.checked', when: 'baseline', results: [check] },
      { kind: 'tests.checked', when: 'step', step: 1, result: check },
      { kind: 'tests.fell', step: 1, measure: 'tests', command: 'npm test', before: 3, after: 2 },
      {
        kind: 'step.completed',
        step: 1,
        title: 'Do it',
        outcome: 'Done.',
        tests: [],
        checked: [check],
        risks: [],
        next: '',
        files: [],
        checkpoint: 1,
      },
      { kind: 'person.asked', question: 'q6', call: 'c1', text: 'Which?', options: ['a', 'b'], reason: 'ambiguous' },
      { kind: 'person.answered', question: 'q6', text: 'a' },
      { kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] },
    ];
    const view = foldAll(all.map(body => event(body, `About ${body.kind}.`)));
    for (const body of all) seen.add(body.kind);
    assert.deepEqual([...seen].sort(), [...eventKinds].sort());
    assert.equal(view.active, false);
  });
});
