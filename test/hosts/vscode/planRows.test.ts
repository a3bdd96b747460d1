import assert from 'node:assert/strict';
import type { ShownChange } from '../../../src/hosts/shownChanges.ts';
import type { ShownPlan } from '../../../src/hosts/shownPlan.ts';
import { asksNothing, type PlanRow, planRows } from '../../../src/hosts/vscode/planRows.ts';

const empty: ShownPlan = { to: 0, changes: [], conflicts: [], notHeld: [], left: [], cutOff: [], commits: [] };
const change = (path: string, more: Partial<ShownChange> = {}): ShownChange => ({
  path,
  change: 'changed',
  type: 'file',
  added: 2,
  removed: 1,
  patch: '',
  merged: false,
  ...more,
});
const conflict = (path: string, overwritable = true): ShownPlan['conflicts'][number] => ({
  path,
  why: 'it was changed since, in the same place',
  overwritable,
  lost: false,
  yours: 'a file',
  theirs: 'a file',
  patch: null,
});
const choices = (plan: ShownPlan, both = false): string[] =>
  planRows({ plan, both, unsaved: [] }).flatMap(row => (row.type === 'choice' ? [row.choice.type] : []));
const labels = (rows: readonly PlanRow[]): string[] => rows.map(row => row.label);

describe('the plan of a restore, as it is asked about', () => {
  it('asks nothing where nothing would change', () => {
    assert.equal(asksNothing({ plan: empty, both: false }), true);
    assert.equal(asksNothing({ plan: empty, both: true }), false);
    assert.equal(asksNothing({ plan: { ...empty, conflicts: [conflict('a')] }, both: false }), false);
  });

  it('offers to restore where nothing is in the way', () => {
    assert.deepEqual(choices({ ...empty, changes: [change('a')] }), ['restore']);
    assert.deepEqual(choices({ ...empty, changes: [change('a'), change('b')] }), ['restore', 'all']);
  });

  it('keeps before it overwrites, and offers no overwriting of what could not be had back', () => {
    assert.deepEqual(choices({ ...empty, changes: [change('a')], conflicts: [conflict('b')] }), [
      'keep',
      'overwrite',
      'all',
    ]);
    assert.deepEqual(choices({ ...empty, changes: [change('a')], conflicts: [conflict('b', false)] }), ['keep', 'all']);
  });

  it('does nothing where all is kept, but take the conversation back', () => {
    assert.deepEqual(choices({ ...empty, conflicts: [conflict('b')] }), ['cancel', 'overwrite']);
    assert.deepEqual(choices({ ...empty, conflicts: [conflict('b')] }, true), ['conversation', 'overwrite']);
    assert.deepEqual(choices(empty, true), ['conversation']);
  });

  it('says what overwriting loses for good', () => {
    const details = (lost: boolean): string[] =>
      planRows({
        plan: { ...empty, conflicts: [{ ...conflict('a'), lost }, conflict('b')] },
        both: false,
        unsaved: [],
      }).flatMap(row => (row.type === 'choice' && row.choice.type === 'overwrite' ? [row.detail] : []));
    assert.deepEqual(details(false), ['What you changed since in 2 files goes. This can be undone.']);
    assert.deepEqual(details(true), [
      'What you changed since in 2 files goes. 1 file is held by no checkpoint and lost for good; the rest can be undone.',
    ]);
  });

  it('names every file, what is not held, what stays, and what is not saved', () => {
    const plan: ShownPlan = {
      to: 2,
      changes: [change('a.txt'), change('new.txt', { change: 'added' }), change('run.sh', { change: 'mode' })],
      conflicts: [],
      notHeld: [{ path: 'big.bin', why: 'too large for checkpoints' }],
      left: ['/elsewhere'],
      cutOff: [3],
      commits: ['git commit -m x'],
    };
    const rows = planRows({ plan, both: false, unsaved: ['a.txt'] });
    assert.deepEqual(labels(rows).slice(2), [
      'a.txt',
      'Checkpoint 3',
      'What changes',
      'a.txt',
      'new.txt',
      'run.sh',
      'What stays as it is',
      'big.bin',
      '/elsewhere',
      'git commit -m x',
    ]);
    const told = rows.flatMap(row => (row.type === 'change' ? [row.description] : []));
    assert.deepEqual(told, ['+2 −1', 'new · +2 −1', 'execute bit only']);
  });

  it('draws no icon that a file is named after, and hides no part of its name', () => {
    const rows = planRows({
      plan: { ...empty, changes: [change('$(check) Restore\n.txt')] },
      both: false,
      unsaved: [],
    });
    assert.equal(rows.at(-1)?.label, '\\$(check) Restore⏎.txt');
  });
});
