import type { PushEffect } from '../protocol/effect.ts';
import type { PushedRef } from '../protocol/event.ts';
import type { Signing, UnsignedBecause } from '../protocol/signing.ts';

/** What a person is told of the commits that a command made; nothing where nothing was to be signed. */
export function signingSentences(signing: Signing | undefined): string[] {
  if (signing === undefined) return [];
  if (signing.type === 'unsigned') {
    const count = signing.commits.length;
    const what = count === 0 ? 'What it commits is not signed' : `${counted(count)} ${are(count)} not signed`;
    const said = signing.problem === '' ? '' : ` (${signing.problem.replaceAll(/\s+/g, ' ').slice(0, 300)})`;
    return [`${what}: ${because[signing.because]}${said}. Sign with \`git commit --amend -S\` or \`git rebase -S\`.`];
  }
  const count = signing.left.length;
  const left =
    count === 0
      ? []
      : [
          `${counted(count)} ${are(count)} left without your signature: signed already, somebody else’s, or not on the branch that is checked out.`,
        ];
  if (signing.type === 'nothing') return left;
  const branch = signing.ref.replace(/^refs\/heads\//, '');
  return [`${counted(signing.commits.length)} on ${branch} signed with your key.`, ...left];
}

const because: Record<UnsignedBecause, string> = {
  'git.detachedHead': 'no branch was checked out',
  'git.mergeCommits': 'merge commits cannot be signed afterwards',
  'git.unusualCommit': 'a commit has headers that signing would lose',
  'git.unreadable': 'the commits or your git configuration could not be read',
  'git.signingFailed': 'your signing program failed',
  'git.signingAltered': 'signing would have changed the commit itself',
  'git.branchMoved': 'the branch was moved meanwhile',
  'git.repositorySigns':
    'only the repository’s own settings ask for it, not yours (`git config --global commit.gpgSign true`)',
  'git.inBackground': 'commits of a background command cannot be',
  'git.otherRepository': 'only those of the workspace’s own repository are, not of one inside it',
};

export const pushedWords: Record<PushedRef['change'], string> = {
  new: 'new branch',
  updated: 'updated',
  forced: 'replaced by force',
  same: 'up to date',
};

/** `main`, or what else goes there. */
export function branchesOf({ refspecs }: PushEffect): string {
  return refspecs.map(({ ref }) => ref.replace(/^refs\/heads\//, '')).join(', ');
}

/** All of a push that a person answers for: where it goes, and which commit goes to which branch. */
export function pushLines(effect: PushEffect): string[] {
  const { remote, shown, refspecs, force, lease, setUpstream } = effect;
  return [
    `To ${remote}: ${shown}`,
    ...refspecs.map(({ sha, ref }) => `${ref} becomes ${sha}`),
    ...(force ? ['By force: commits that are there and not here are lost.'] : []),
    ...(lease === null ? [] : [`By force, if the branch is still at ${lease}: what is there and not here is lost.`]),
    ...(setUpstream ? ['No upstream is set: that would change the repository’s settings.'] : []),
  ];
}

/** What holds a push, instead of a sandbox. */
export const pushFooting =
  'It runs outside the sandbox with your credentials, and without the repository’s hooks and settings.';

const counted = (count: number): string => `${count} ${count === 1 ? 'commit' : 'commits'}`;
const are = (count: number): string => (count === 1 ? 'is' : 'are');
