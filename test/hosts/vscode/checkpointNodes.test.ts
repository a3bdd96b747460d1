import assert from 'node:assert/strict';
import { childrenOf, effectLabel, topNodes, wordsOf } from '../../../src/hosts/vscode/checkpointNodes.ts';
import type { PastRun } from '../../../src/hosts/vscode/past.ts';
import { actionsOf } from '../../../src/hosts/vscode/pastActions.ts';
import { eventsWith, folderAt, pastRun, restored } from './pastRun.ts';

const isolation = { worktree: '/state/w', branch: 'gatehouse/x', base: 'a'.repeat(40), original: '/project' };
const rows = (run: PastRun): string[][] =>
  childrenOf({ type: 'run', run }).map(node => {
    const { label, description, context } = wordsOf(node, 0);
    return [label, description.split(' · ')[0] ?? '', context];
  });

describe('the nodes of the checkpoints view', () => {
  it('are the checkpoints of a run, the newest first, with the one marked where the files stand', () => {
    assert.deepEqual(
      rows(pastRun(eventsWith(2))).map(([label]) => label),
      ['2. Edit src/format.js', '1. Edit src/format.js', 'The start'],
    );
    assert.deepEqual(
      rows(pastRun(eventsWith(2))).map(([, state]) => state === 'current'),
      [true, false, false],
    );
  });

  it('say what is undone, and have no row for having gone back as a whole', () => {
    const run = pastRun(eventsWith(2, [restored(3, 1)]));
    assert.deepEqual(
      rows(run)
        .map(([label, state]) => [label, state])
        .slice(0, 2),
      [
        ['2. Edit src/format.js', 'undone'],
        ['1. Edit src/format.js', 'current'],
      ],
    );
    assert.equal(rows(run).length, 3);
  });

  it('have a row for a restore of some files, which is a change of its own', () => {
    assert.deepEqual(rows(pastRun(eventsWith(1, [restored(2, 0, false)])))[0]?.slice(0, 2), [
      '2. Restored some files of the start',
      'current',
    ]);
  });

  it('offer what can be done: nothing to a run that goes on, no files where the worktree is gone', () => {
    const events = eventsWith(1);
    const contextOf = (more: Partial<PastRun>): string =>
      wordsOf({ type: 'run', run: pastRun(events, more) }, 0).context;
    assert.equal(contextOf({}), 'run open diff undo');
    assert.equal(contextOf({ live: true }), 'run open diff');
    assert.equal(contextOf({ newer: true }), 'run open diff');
    assert.equal(contextOf({ status: 'unfinished', goesOn: true }), 'run open diff resume undo');
    assert.equal(contextOf({ isolation }), 'run open diff merge keep discard undo');
    assert.equal(contextOf({ isolation, isolationEnd: 'merged' }), 'run open');
    assert.equal(rows(pastRun(events, { isolation, isolationEnd: 'merged' }))[0]?.[2], 'checkpoint diff');
    assert.equal(rows(pastRun(events))[0]?.[2], 'checkpoint diff compare restore');
    assert.equal(rows(pastRun(events))[1]?.[2], 'checkpoint compare restore');
  });

  it('offer redo after an undo, and undo no more', () => {
    assert.deepEqual(actionsOf(pastRun(eventsWith(1, [restored(2, 0)]))), ['redo']);
    assert.deepEqual(actionsOf(pastRun(eventsWith(1, [restored(2, 0), restored(3, 1)]))), ['undo']);
  });

  it('are grouped by folder where runs are of several', () => {
    const [one, two] = [pastRun(eventsWith(0)), pastRun(eventsWith(0), { folder: folderAt('/other') })];
    assert.deepEqual(
      topNodes([one, one]).map(({ type }) => type),
      ['run', 'run'],
    );
    const [first, second] = topNodes([one, two, one]);
    assert.deepEqual(first?.type === 'folder' && [first.name, first.runs.length], ['project', 2]);
    assert.deepEqual(second?.type === 'folder' && [second.name, second.runs.length], ['other', 1]);
  });

  it('hide nothing of a command', () => {
    const command = 'echo ok\nrm -rf x\u202e';
    const value = { kind: 'exec', command, cwd: '/', timeoutMs: 1, background: false } as const;
    assert.equal(effectLabel(value, '/'), 'Run echo ok⏎rm -rf x<U+202E>');
  });
});
