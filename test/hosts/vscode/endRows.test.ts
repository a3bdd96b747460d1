import assert from 'node:assert/strict';
import type { IsolationState } from '../../../src/hosts/isolationState.ts';
import { endRows } from '../../../src/hosts/vscode/endRows.ts';
import { failures } from '../../../src/protocol/failure.ts';

const state: IsolationState = {
  isolation: { worktree: '/state/w', branch: 'gatehouse/x', base: 'a'.repeat(40), original: '/project' },
  ended: null,
  standing: true,
  commit: 'b'.repeat(40),
  commits: [{ commit: 'b'.repeat(40), subject: 'Mend it' }],
  files: ['a.txt'],
  uncommitted: [],
  merge: { type: 'forward', changed: ['a.txt'], overlap: [] },
};
const say = ({ code }: { code: string }): string => code;
const offered = (more: Partial<IsolationState>, wanted: 'merged' | 'kept' | 'discarded' = 'merged'): unknown[] =>
  endRows({ ...state, ...more }, wanted, say).flatMap(row => (row.type === 'choice' ? [[row.how, row.force]] : []));

describe('what can become of a worktree', () => {
  it('is what was asked for first, then the rest', () => {
    assert.deepEqual(offered({}), [
      ['merged', false],
      ['kept', false],
      ['discarded', true],
    ]);
    assert.deepEqual(offered({}, 'discarded')[0], ['discarded', true]);
  });

  it('is no merge where that would conflict, overlap or be impossible', () => {
    const failure = failures.isolationNotMergeable({ why: 'detached', branch: 'x' });
    const merges: IsolationState['merge'][] = [
      { type: 'conflicts', files: ['a.txt'] },
      { type: 'merge', changed: ['a.txt'], overlap: ['a.txt'] },
      { type: 'nothing' },
      { type: 'impossible', failure },
    ];
    for (const merge of merges)
      assert.deepEqual(
        offered({ merge }),
        [
          ['kept', false],
          ['discarded', true],
        ],
        merge.type,
      );
  });

  it('names the files that are in the way before anything else', () => {
    const rows = endRows({ ...state, merge: { type: 'conflicts', files: ['a.txt', 'b.txt'] } }, 'merged', say);
    assert.deepEqual(
      rows.slice(1, 4).map(({ label }) => label),
      ['Conflicts', 'a.txt', 'b.txt'],
    );
  });

  it('says that what is in no commit yet is committed first, and only then forces it', () => {
    const rows = endRows({ ...state, uncommitted: ['c.txt'] }, 'merged', say);
    const [merge] = rows;
    assert.ok(merge?.type === 'choice' && merge.force);
    assert.match(merge.detail, /1 file that is in no commit yet is committed first/);
  });

  it('is nothing any more where it is over', () => {
    assert.deepEqual(
      endRows({ ...state, ended: { ...endedEvent } }, 'merged', say).map(({ type }) => type),
      ['note'],
    );
  });
});

const endedEvent = {
  v: 1 as const,
  seq: 1,
  at: 1,
  prev: '0'.repeat(64),
  hash: '0'.repeat(64),
  kind: 'isolation.ended' as const,
  how: 'kept' as const,
  branch: 'gatehouse/x',
  commit: null,
  into: null,
};
