import type { Claim } from '../../../claim.ts';
import type { Call, Flag, Spec } from '../../spec.ts';
import { afterDashes, anyUnknown, changesHere, harmless, named, readsHere, taking } from '../parts.ts';
import { because, judged } from './because.ts';

export const discards = judged('medium', 'discards-work', 'git.discards');
export const discarding: Flag = { note: discards };
export const rewritesConfig: Flag = { note: judged('low', 'git-configuration', 'git.writesConfig') };

/** A command that changes what git holds, or tracked files in a way that commits hold. */
export const changes: Spec = { inspect: () => [changesHere] };

/** An option may hide in a word that is only known when it runs. */
export function unread(call: Call): Claim[] {
  return anyUnknown(call.words) ? [because('medium', 'obscure', 'git.unreadCommand')] : [];
}

/** Whether an operand of `checkout` names files rather than a branch: git itself looks at what exists. */
function looksLikePath(text: string | null): boolean {
  if (text === null) return true;
  return /^(\.{1,2}$|\.{1,2}\/|[:/~])|\/$|[*?]|\.[a-z]\w{0,7}$/i.test(text) && !/^(origin|upstream)\//.test(text);
}

const checkout: Spec = {
  flags: {
    '-f': discarding,
    '--force': discarding,
    '-p': discarding,
    '--patch': discarding,
    '--ours': discarding,
    '--theirs': discarding,
    '--pathspec-from-file': { value: 'read', note: discards },
    '-B': { value: 'ignore', note: judged('medium', 'discards-work', 'git.deletesBranch') },
    ...taking('ignore', '-b --orphan --conflict'),
    '-t': rewritesConfig,
    '--track': { ...rewritesConfig, value: 'ignore', attached: true },
  },
  inspect: call => {
    const fresh = call.has('-b', '-B', '--orphan');
    const files =
      afterDashes(call).length > 0 ||
      (!fresh && (call.operands.length > 1 || call.operands.some(word => looksLikePath(word.text))));
    return [changesHere, ...unread(call), ...(files ? [because('medium', 'discards-work', 'git.discards')] : [])];
  },
};

const switches: Spec = {
  flags: {
    '-f': discarding,
    '--force': discarding,
    '--discard-changes': discarding,
    ...taking('ignore', '-c --create --orphan --conflict'),
    '-C': { value: 'ignore', note: judged('medium', 'discards-work', 'git.deletesBranch') },
    '--force-create': { value: 'ignore', note: judged('medium', 'discards-work', 'git.deletesBranch') },
    '-t': rewritesConfig,
    '--track': { ...rewritesConfig, value: 'ignore', attached: true },
  },
  inspect: call => [changesHere, ...unread(call)],
};

const restore: Spec = {
  flags: {
    ...taking('ignore', '-s --source --conflict'),
    '-S': {},
    '--staged': {},
    '-W': {},
    '--worktree': {},
    '--pathspec-from-file': { value: 'read' },
  },
  inspect: call => [
    changesHere,
    ...unread(call),
    ...(call.has('-S', '--staged') && !call.has('-W', '--worktree')
      ? []
      : [because('medium', 'discards-work', 'git.discards')]),
  ],
};

const reset: Spec = {
  flags: {
    '--hard': discarding,
    '--merge': discarding,
    '--keep': discarding,
    '--soft': {},
    '--mixed': {},
    '-p': {},
    '-q': {},
    '-N': {},
  },
  inspect: call => [changesHere, ...unread(call)],
};

const clean: Spec = {
  flags: {
    '-f': {},
    '--force': {},
    '-i': {},
    '--interactive': {},
    '-n': {},
    '--dry-run': {},
    '-x': {},
    '-X': {},
    '-d': {},
    '-q': {},
    '--quiet': {},
    ...taking('ignore', '-e --exclude'),
  },
  unknownFlag: judged('medium', 'obscure', 'git.unreadCommand'),
  inspect: call => {
    if (call.has('-n', '--dry-run') && !anyUnknown(call.words)) return [readsHere];
    const force = (call.flags.get('-f')?.length ?? 0) + (call.flags.get('--force')?.length ?? 0);
    return [
      changesHere,
      because('medium', 'discards-work', 'git.clean'),
      ...(call.has('-x', '-X') ? [because('high', 'unheld-by-checkpoint', 'git.cleanIgnored')] : []),
      ...(force > 1 ? [because('high', 'unheld-by-checkpoint', 'git.cleanRepositories')] : []),
      ...unread(call).map(() => because('high', 'obscure', 'git.unreadCommand')),
    ];
  },
};

const push: Spec = {
  flags: {
    ...taking('ignore', '-m --message'),
    '--pathspec-from-file': { value: 'read' },
    '-a': { note: judged('medium', 'discards-work', 'git.clean') },
    '--all': { note: judged('medium', 'discards-work', 'git.clean') },
  },
};
const dropsStash = judged('medium', 'discards-work', 'git.discards.stash');
const stash: Spec = {
  // `git stash -u` is `git stash push -u`.
  flags: {
    ...push.flags,
    '-u': {},
    '--include-untracked': {},
    '--keep-index': {},
    '-k': {},
    '-q': {},
    '-S': {},
    '-p': {},
  },
  noSub: changes,
  sub: {
    push,
    save: push,
    list: harmless,
    show: {
      flags: {
        '--ext-diff': { note: judged('medium', 'git-configuration', 'git.runsFilter') },
        '--output': { value: 'write' },
      },
    },
    ...named('pop apply branch create store export', changes),
    drop: { notes: [dropsStash] },
    clear: { notes: [judged('high', 'unheld-by-checkpoint', 'git.clearsStash')] },
  },
  otherSub: { notes: [judged('medium', 'obscure', 'git.unreadCommand')] },
};

/** Commands that change the working tree and may lose what is not committed. */
export const worktree: Record<string, Spec> = { checkout, switch: switches, restore, reset, clean, stash };
