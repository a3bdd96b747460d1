import type { EventOf } from '../protocol/event.ts';
import type { FailureArgs, FailureCode } from '../protocol/failure.ts';
import type { NotCopied } from '../protocol/isolation.ts';

type IsolationCode = Extract<FailureCode, `isolation.${string}`>;

/** For a person, as in `sentences.ts`. */
export const isolationSentences: { [C in IsolationCode]: (args: FailureArgs<C>) => string } = {
  'isolation.unavailable': a => chosen(unavailable, a.why, a.path),
  'isolation.failed': a =>
    `The worktree could not be worked on (${a.problem}). Nothing of yours was changed. Check the space and the permissions, then try again.`,
  'isolation.none': a =>
    `Run ${a.run} worked in the workspace itself, so it has no worktree. \`gatehouse undo\` takes back what it did.`,
  'isolation.over': a =>
    `The worktree of run ${a.run} is gone already: its branch ${a.branch} was ${a.how}.${a.how === 'merged' ? ' `git revert` takes back what was merged.' : ''}`,
  'isolation.conflicts': a =>
    `${a.branch} conflicts with your branch in ${others(a.first, a.files)}, so nothing was merged. Merge it with git and resolve them there (\`git merge ${a.branch}\`), or discard it.`,
  'isolation.overlap': a =>
    `Files of yours that are in no commit stand where the merge would write: ${others(a.first, a.files)}. Nothing was merged. Commit them or move them away, then try again. Ignored files count too, and those that git was told not to look at (\`git ls-files -v\`).`,
  'isolation.uncommitted': a =>
    `The worktree holds changes that are in no commit: ${others(a.first, a.files)}. Commit them in ${a.worktree}, or give --yes to have all that can be committed added to its branch first. Only \`discard\` loses them.`,
  'isolation.notMergeable': a => chosen(notMergeable, a.why, a.branch),
  'isolation.unconfirmed': a =>
    `Discarding deletes the worktree and the branch of run ${a.run}, commits included. Give --yes if you want that.`,
};

const unavailable: Record<FailureArgs<'isolation.unavailable'>['why'], (path: string) => string> = {
  noGit: () => 'There is no git here, and a worktree needs it. Install git, or run without --isolate.',
  noRepository: path =>
    `${path} lies in no git repository that has files checked out, so there is nothing to make a worktree of. Run \`git init\` and commit there, or run without --isolate.`,
  noCommit: path =>
    `The repository of ${path} has no commit yet, so there is nothing to make a worktree of. Commit first, or run without --isolate.`,
  folderNotCommitted: path =>
    `${path} is not in the last commit, so a worktree would not have it. Commit it first, or run without --isolate.`,
};

const notMergeable: Record<FailureArgs<'isolation.notMergeable'>['why'], (branch: string) => string> = {
  detached: branch => `No branch is checked out to merge ${branch} into. Check one out, then try again.`,
  inProgress: branch =>
    `A merge, rebase or the like is going on in your repository, so ${branch} was not merged. Finish it or give it up, then try again.`,
  oldGit: branch =>
    `Your git is older than 2.38 and cannot show conflicts before it merges. Keep the branch, then merge it yourself: \`git merge ${branch}\`.`,
  sparse: branch =>
    `Your checkout is a sparse one, which is not merged from outside. Keep the branch, then merge it yourself: \`git merge ${branch}\`.`,
  originalGone: branch =>
    `The folder that the run was started in is gone, so ${branch} cannot be merged there. Keep the branch.`,
  branchGone: branch =>
    `There is no branch ${branch} any more, so there is nothing to merge or keep. Discard the worktree.`,
  branchLeft: branch =>
    `Another branch than ${branch} is checked out in the worktree, or none, so what changed there was not committed. Commit it there yourself.`,
  checkedOut: branch =>
    `${branch} is checked out in a working tree of yours, so it cannot go. Check out another branch there, then try again.`,
  locked: branch =>
    `Another git command works in your repository, or was killed there, so ${branch} was not merged. If none is running, remove .git/index.lock.`,
};

/** A journal may hold a reason of another version. */
function chosen(table: Record<string, (subject: string) => string>, why: string, subject: string): string {
  const say = Object.hasOwn(table, why) ? table[why] : undefined;
  return say?.(subject) ?? `It cannot be done with ${subject} (${why}). Update Gatehouse, then try again.`;
}

function others(first: string, files: number): string {
  return files > 1 ? `${first} and ${files - 1} more` : first;
}

/** What a person is told of an event about isolation. */
export function isolationSaid(
  event: EventOf<'isolation.prepared' | 'isolation.committed' | 'isolation.ended'>,
): string[] {
  if (event.kind === 'isolation.prepared') return preparedSaid(event);
  if (event.kind === 'isolation.ended') return [endedSentence(event)];
  const said = [
    `${counted(event.files, 'changed file')} committed to ${event.branch} as ${event.commit.slice(0, 10)}.`,
  ];
  if (event.left.length > 0)
    said.push(
      `Not committed: ${others(event.left[0] ?? '', event.left.length)}. It is a repository of its own, or needs a filter that only your own git has; commit it in the worktree.`,
    );
  return said;
}

function preparedSaid(event: EventOf<'isolation.prepared'>): string[] {
  const { copied, notCopied, uncommitted, submodules, lfs } = event;
  const said: string[] = [];
  if (uncommitted === null) said.push('Changes that you have not committed are not part of it.');
  else if (uncommitted > 0)
    said.push(`Your ${counted(uncommitted, 'uncommitted change')} ${uncommitted === 1 ? 'is' : 'are'} not part of it.`);
  if (copied.length > 0) said.push(`Copied into it: ${copied.map(({ path }) => path).join(', ')}.`);
  for (const { path, why } of notCopied) said.push(`${path} was not copied: ${notCopiedWords[why]}`);
  if (submodules > 0) said.push(`${counted(submodules, 'submodule')} in it ${submodules === 1 ? 'is' : 'are'} empty.`);
  if (lfs) said.push('Large files (LFS) are their pointers in it.');
  return said;
}

const notCopiedWords: Record<NotCopied['why'], string> = {
  tooLarge:
    'it is too large. Name a setup command (GATEHOUSE_ISOLATION_SETUP) or raise GATEHOUSE_ISOLATION_MAX_COPY_MIB.',
  failed: 'it could not be read or written.',
  environment: 'it may hold secrets. Name it in GATEHOUSE_ISOLATION_COPY if the run needs it.',
};

function endedSentence({ how, branch, into }: EventOf<'isolation.ended'>): string {
  switch (how) {
    case 'merged':
      return `${branch} was merged into ${into ?? 'your branch'}; the worktree and the branch are gone. No hook of the repository was run.`;
    case 'kept':
      return `The worktree is gone; the branch ${branch} stays.`;
    case 'discarded':
      return `The worktree and the branch ${branch} are gone.`;
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
