import assert from 'node:assert/strict';
import { buildTimeline, turnAfter } from '../../src/checkpoints/timeline.ts';
import type { EventBody, RunEvent } from '../../src/protocol/event.ts';
import { started } from '../journal/support.ts';

const zeros = '0'.repeat(64);
const ref = (name: string) => ({ manifest: { sha256: name.padEnd(64, '0'), bytes: 1 }, files: 1, notHeld: 0 });
const command = { kind: 'exec', command: 'x', cwd: '/ws', timeoutMs: 1, background: false } as const;
const turn = (number: number): EventBody => ({ kind: 'turn.started', turn: number });

/** A turn with one command that changed something. */
const operation = (checkpoint: number): EventBody[] => [
  turn(checkpoint),
  { kind: 'effect.proposed', effect: `e${checkpoint}`, call: 'c', tool: 'Bash', value: command, digest: zeros },
  {
    kind: 'checkpoint.made',
    checkpoint,
    effect: `e${checkpoint}`,
    before: ref(`b${checkpoint}`),
    after: ref(`a${checkpoint}`),
    files: 1,
  },
];
const restore = (checkpoint: number, to: number, whole = true): EventBody[] => {
  const about = { restore: `r${checkpoint}`, to, by: 'person', before: ref('c') } as const;
  return [
    { kind: 'restore.intended', ...about, paths: ['a'] },
    { kind: 'restore.done', ...about, checkpoint, whole, after: ref('d'), files: 1, conflicts: [] },
  ];
};
const lineOf = (...bodies: EventBody[][]) =>
  buildTimeline(
    [[started('r')], ...bodies]
      .flat()
      .map((body, seq): RunEvent => ({ v: 1, seq, at: seq, prev: zeros, hash: zeros, ...body })),
  );
const wayOf = (line: ReturnType<typeof lineOf>, to: number): string =>
  line
    .way(to)
    .map(({ operation: { checkpoint }, direction }) => `${direction === 'back' ? '-' : '+'}${checkpoint}`)
    .join(' ');
const run = [operation(1), operation(2), operation(3)];

describe('the timeline of a run', () => {
  it('leads back, the latest first, and forth again', () => {
    const line = lineOf(...run);
    assert.deepEqual([line.last, line.current, line.redo], [3, 3, null]);
    assert.deepEqual([wayOf(line, 0), wayOf(line, 2), wayOf(line, 3)], ['-3 -2 -1', '-3', '']);
    const undone = lineOf(...run, restore(4, 1));
    assert.deepEqual([undone.last, undone.current, undone.redo], [4, 1, 3]);
    assert.deepEqual([wayOf(undone, 3), wayOf(undone, 0), wayOf(undone, 4)], ['+4', '-1', '']);
    assert.deepEqual(
      [1, 2, 3, 4, 0].map(each => undone.applied(each)),
      [true, false, false, true, true],
    );
  });

  it('redoes what was undone step by step, the last first', () => {
    const undone = lineOf(...run, restore(4, 2), restore(5, 0));
    assert.equal(undone.redo, 2);
    assert.deepEqual([wayOf(undone, 2), wayOf(undone, 3), wayOf(undone, 1)], ['+5', '+5 +4', '+1']);
    assert.deepEqual(
      undone.ownWay(3).map(({ operation, direction }) => [operation.checkpoint, direction]),
      [
        [1, 'forth'],
        [2, 'forth'],
        [3, 'forth'],
      ],
    );
    assert.deepEqual(undone.way(2)[0]?.operation.source, { type: 'snapshots', before: ref('d'), after: ref('c') });
    const once = lineOf(...run, restore(4, 2), restore(5, 0), restore(6, 2));
    assert.deepEqual([once.current, once.redo], [2, 3]);
    const twice = lineOf(...run, restore(4, 2), restore(5, 0), restore(6, 2), restore(7, 3));
    assert.deepEqual([twice.current, twice.redo], [3, null]);
  });

  it('branches where a run goes on after an undo, and still leads to what was given up', () => {
    const line = lineOf(...run, restore(4, 1), operation(5));
    assert.deepEqual([line.current, line.redo], [5, null]);
    assert.deepEqual(
      [wayOf(line, 3), wayOf(line, 1), wayOf(line, 4), wayOf(line, 0)],
      ['-5 +2 +3', '-5', '-5', '-5 -1'],
    );
    assert.deepEqual(
      [1, 2, 3, 5].map(each => line.applied(each)),
      [true, false, false, true],
    );
  });

  it('takes a restore of some files for one more change', () => {
    const line = lineOf(...run, restore(4, 0, false));
    assert.deepEqual([line.current, line.redo, wayOf(line, 3), wayOf(line, 0)], [4, null, '-4', '-4 -3 -2 -1']);
  });

  it('knows a restore that has no end, or could not be taken back', () => {
    const [intended] = restore(4, 0);
    assert.ok(intended !== undefined);
    const failed = (rolledBack: boolean): EventBody => {
      const failure = {
        code: 'restore.failed',
        audience: 'user' as const,
        args: { path: 'a', problem: 'x', rolledBack },
      };
      return { kind: 'restore.failed', restore: 'r4', failure };
    };
    assert.equal(lineOf(...run, [intended]).broken?.restore, 'r4');
    assert.equal(lineOf(...run, [intended, failed(false)]).broken?.restore, 'r4');
    assert.equal(lineOf(...run, [intended, failed(true)]).broken, null);
    assert.equal(lineOf(...run, restore(4, 0)).broken, null);
    assert.equal(lineOf(...run, [intended], operation(5)).broken, null);
    assert.equal(lineOf(...run, [intended]).current, 3);
  });

  it('has an edit’s change from the edit, with the last snapshot before it', () => {
    const value = {
      kind: 'edit',
      path: '/ws/a',
      base: null,
      next: ref('n').manifest,
      patch: '',
      added: 1,
      removed: 0,
    } as const;
    const edit = (checkpoint: number): EventBody[] => [
      { kind: 'effect.proposed', effect: `e${checkpoint}`, call: 'c', tool: 'Write', value, digest: zeros },
      { kind: 'checkpoint.made', checkpoint, effect: `e${checkpoint}`, before: null, after: null, files: 1 },
    ];
    const [, , third] = lineOf(operation(1), edit(2), edit(3)).operations;
    assert.ok(third?.source?.type === 'edit');
    assert.deepEqual([third.source.snapshot, third.source.since], [ref('a1'), [value]]);
  });

  it('knows the turn that did what came after a checkpoint', () => {
    const line = lineOf(...run, restore(4, 1));
    assert.deepEqual(
      [0, 1, 2, 3, 4].map(each => turnAfter(line, each)),
      [1, 4, 7, null, null],
    );
  });

  it('counts no number twice', () => {
    assert.equal(wayOf(lineOf(...run, operation(2), operation(1)), 0), '-3 -2 -1');
  });

  it('has no state for a checkpoint that there is not', () => {
    const line = lineOf(...run);
    assert.deepEqual([line.stateOf(0), line.stateOf(3), line.stateOf(4), line.applied(4)], [0, 3, null, false]);
  });
});
