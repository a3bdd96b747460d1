import type { Failure } from '../../protocol/failure.ts';
import type { IsolationEnd } from '../../protocol/isolation.ts';
import type { IsolationState } from '../isolationState.ts';
import { isolationSaid } from '../isolationWords.ts';
import { counted, pickLabel } from './safeText.ts';

export type EndRow =
  | { type: 'heading'; label: string }
  | { type: 'choice'; how: IsolationEnd; force: boolean; icon: string; label: string; detail: string }
  | { type: 'diff'; label: string; detail: string }
  | { type: 'note'; icon: string; label: string; detail?: string };

/**
 * What can be done with a run's worktree, the wanted first, and all that speaks for or against it. A merge is offered only
 * where it would succeed.
 */
export function endRows(state: IsolationState, wanted: IsolationEnd, say: (failure: Failure) => string): EndRow[] {
  const { ended, isolation, commits, files, uncommitted, merge } = state;
  if (ended !== null)
    return isolationSaid(ended).map(label => ({ type: 'note', icon: 'info', label: pickLabel(label) }));
  const lost = uncommitted.length > 0;
  const branch = pickLabel(isolation.branch);
  const choices: { [H in IsolationEnd]: EndRow | null } = {
    merged: mergeChoice(state),
    kept: {
      type: 'choice',
      how: 'kept',
      force: lost,
      icon: 'git-branch',
      label: `Keep the branch ${branch}`,
      detail: `The worktree goes, its commits stay.${lost ? firstWords(uncommitted.length) : ''}`,
    },
    discarded: {
      type: 'choice',
      how: 'discarded',
      force: true,
      icon: 'trash',
      label: 'Discard it',
      detail: `The worktree and the branch are deleted for good, ${counted(commits.length, 'commit')} included.`,
    },
  };
  const order: IsolationEnd[] = [wanted, ...(['merged', 'kept', 'discarded'] as const).filter(how => how !== wanted)];
  return [
    ...blockers(merge, say),
    ...order.flatMap(how => choices[how] ?? []),
    ...(files.length === 0
      ? []
      : [{ type: 'diff' as const, label: 'Look at all changes', detail: 'Nothing is done yet.' }]),
    ...listed('In no commit yet', uncommitted),
    ...(commits.length === 0 ? [] : [{ type: 'heading' as const, label: 'Commits' }]),
    ...commits.slice(-20).map(
      ({ commit, subject }): EndRow => ({
        type: 'note',
        icon: 'git-commit',
        label: pickLabel(subject),
        detail: commit.slice(0, 10),
      }),
    ),
    ...listed('Files changed', files),
  ];
}

function mergeChoice({ merge, isolation, uncommitted }: IsolationState): EndRow | null {
  if (merge.type !== 'forward' && merge.type !== 'merge') return null;
  if (merge.overlap.length > 0) return null;
  const lost = uncommitted.length > 0;
  const how = merge.type === 'forward' ? 'Your branch moves up to it.' : 'By a merge commit, without conflicts.';
  return {
    type: 'choice',
    how: 'merged',
    force: lost,
    icon: 'git-merge',
    label: `Merge ${counted(merge.changed.length, 'file')} from ${pickLabel(isolation.branch)}`,
    detail: `${how} Then the worktree and its branch go.${lost ? firstWords(uncommitted.length) : ''}`,
  };
}

const firstWords = (count: number): string =>
  ` ${counted(count, 'file')} that ${count === 1 ? 'is' : 'are'} in no commit yet ${count === 1 ? 'is' : 'are'} committed first.`;

function blockers(merge: IsolationState['merge'], say: (failure: Failure) => string): EndRow[] {
  const note = (label: string, detail: string): EndRow => ({ type: 'note', icon: 'warning', label, detail });
  switch (merge.type) {
    case 'nothing':
      return [note('There is nothing to merge', 'The branch has nothing that yours has not.')];
    case 'impossible':
      return [note('It cannot be merged now', pickLabel(say(merge.failure)))];
    case 'conflicts':
      return [
        note(
          'It cannot be merged: both sides changed the same places',
          'Keep the branch and merge it with git, or discard it.',
        ),
        ...listed('Conflicts', merge.files),
      ];
    case 'forward':
    case 'merge':
      return merge.overlap.length === 0
        ? []
        : [
            note('It cannot be merged over your uncommitted changes', 'Commit them or put them aside, then merge.'),
            ...listed('Uncommitted changes of yours in', merge.overlap),
          ];
  }
}

const mostFiles = 100;

function listed(label: string, paths: readonly string[]): EndRow[] {
  if (paths.length === 0) return [];
  const more = paths.length - mostFiles;
  return [
    { type: 'heading', label },
    ...paths.slice(0, mostFiles).map((path): EndRow => ({ type: 'note', icon: 'file', label: pickLabel(path) })),
    ...(more > 0 ? [{ type: 'note' as const, icon: 'ellipsis', label: `and ${more} more` }] : []),
  ];
}
