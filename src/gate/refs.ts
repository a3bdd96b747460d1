/** Commands of git that are there to change refs beside the branch that is checked out. Source: their manual pages. */
const changing = new Set(
  (
    'branch tag stash fetch pull push update-ref symbolic-ref switch merge rebase worktree remote bisect notes gc ' +
    'pack-refs refs maintenance cherry-pick replace filter-branch filter-repo fast-import subtree replay svn p4'
  ).split(' '),
);

/** Options before the command that take the next word. Source: git(1). */
const withValue = new Set(['-C', '-c', '--config-env', '--git-dir', '--work-tree', '--namespace', '--super-prefix']);

/** Whether the purpose of a git command, as the words of an assessment's part, is to change other refs. */
export function changesRefs(text: string): boolean {
  const words = text.split(' ').slice(1);
  let at = 0;
  while (words[at]?.startsWith('-')) at += withValue.has(words[at] ?? '') ? 2 : 1;
  const command = words[at] ?? '';
  // With paths after `--` it brings back files and moves nothing.
  if (command === 'checkout') return !words.includes('--', at) || words.at(-1) === '--';
  return changing.has(command);
}
