import type { PushOutcome } from '../effects/outcome.ts';
import type { Signing, UnsignedBecause } from '../protocol/signing.ts';

/** What the model is told of the commits that its command made; nothing where nothing was to be signed. */
export function signingNotes(signing: Signing | undefined): string[] {
  if (signing === undefined) return [];
  if (signing.type === 'unsigned') {
    const which = signing.commits.length === 0 ? '' : `: ${listed(signing.commits)}`;
    const said = signing.problem === '' ? '' : ` It said: ${signing.problem.slice(0, 500)}`;
    return [
      `(Not signed${which}. ${because[signing.because]}${said} Tell the person; do not try to sign by yourself.)`,
    ];
  }
  const left =
    signing.left.length === 0
      ? []
      : [
          `(Left without a signature of the person's: ${listed(signing.left)}. They are signed already, somebody else's, or not on the branch that is checked out.)`,
        ];
  if (signing.type === 'nothing') return left;
  const moved = signing.commits.slice(0, most).map(({ from, to }) => `${short(from)} is now ${short(to)}`);
  return [`(Signed with the person's key, which gives new hashes: ${moved.join(', ')}.)`, ...left];
}

const because: Record<UnsignedBecause, string> = {
  'git.detachedHead': 'No branch is checked out.',
  'git.mergeCommits': 'Merge commits cannot be signed here.',
  'git.unusualCommit': 'A commit has headers that would be lost.',
  'git.unreadable': "The commits or the person's git configuration could not be read.",
  'git.signingFailed': "The person's signing program failed.",
  'git.signingAltered': 'Signing would have changed the commit itself.',
  'git.branchMoved': 'The branch was moved meanwhile.',
  'git.repositorySigns': "Only the repository's own settings ask for signatures, and those are not followed.",
  'git.inBackground': 'What a background command commits is not signed.',
  'git.otherRepository': "Only commits of the workspace's own repository are signed, not of one inside it.",
};

/** The outcome of `command`, a push. */
export function presentPush({ remote, shown, refs }: PushOutcome, command: string): string {
  const upstream = / (-u|--set-upstream)( |$)/.test(command)
    ? ['(-u was not done: no upstream was set. Go on naming the remote and the branch.)']
    : [];
  return [
    `Pushed to ${remote} (${shown}).`,
    ...refs.map(each => `${each.ref}: ${changes[each.change]}`),
    ...upstream,
  ].join('\n');
}

const changes = { new: 'new branch', updated: 'updated', forced: 'replaced by force', same: 'already up to date' };

const most = 10;

function listed(hashes: readonly string[]): string {
  const more = hashes.length > most ? ` and ${hashes.length - most} more` : '';
  return hashes.slice(0, most).map(short).join(', ') + more;
}

function short(hash: string): string {
  return hash.slice(0, 10);
}
