import type { Call, Flag, Spec } from '../../spec.ts';
import { changesHere, harmless, joined, named, readsHere, taking } from '../parts.ts';
import { because, judged } from './because.ts';
import { losing } from './history.ts';
import { changes, discarding, rewritesConfig, unread, worktree } from './worktree.ts';

const skipsHooks: Flag = { note: judged('medium', 'checks-removed', 'git.skipsHooks') };

const movesBranch: Flag = { note: judged('medium', 'git-history', 'git.deletesBranch') };
const branch: Spec = {
  flags: {
    '-D': movesBranch,
    '-f': movesBranch,
    '--force': movesBranch,
    '-M': movesBranch,
    '-C': movesBranch,
    '-d': {},
    '--delete': {},
    '-u': { value: 'ignore', ...rewritesConfig },
    '--set-upstream-to': { value: 'ignore', ...rewritesConfig },
    '--unset-upstream': rewritesConfig,
    '--track': rewritesConfig,
    '-t': rewritesConfig,
    ...taking('ignore', '--contains --no-contains --merged --no-merged --points-at --sort --format'),
    '--column': {},
    '--color': {},
  },
  inspect: call => [changesHere, ...unread(call)],
};

const movesTag: Flag = { note: judged('medium', 'git-history', 'git.deletesTag') };
const tag: Spec = {
  flags: {
    '-d': movesTag,
    '--delete': movesTag,
    '-f': movesTag,
    '--force': movesTag,
    ...taking('ignore', '-m --message -u --local-user --contains --sort --format --points-at --merged --cleanup'),
    ...taking('read', '-F --file'),
    '-n': {},
  },
  inspect: () => [changesHere],
};

const commit: Spec = {
  flags: {
    '--no-verify': skipsHooks,
    '-n': skipsHooks,
    '--author': { value: 'ignore', note: judged('medium', 'tampering', 'git.author') },
    '--no-gpg-sign': { note: judged('medium', 'checks-removed', 'git.unsigned') },
    '--no-edit': {},
    '--no-status': {},
    '--no-post-rewrite': {},
    '-a': {},
    '--all': {},
    '--amend': {},
    '--allow-empty': {},
    '--allow-empty-message': {},
    ...taking(
      'ignore',
      '-m --message --date -C --reuse-message -c --reedit-message --fixup --squash --trailer --cleanup',
    ),
    ...taking('read', '-F --file -t --template --pathspec-from-file'),
    '-S': { value: 'ignore', attached: true },
    '--gpg-sign': { value: 'ignore', attached: true },
    '-u': { value: 'ignore', attached: true },
  },
  inspect: () => [changesHere],
};

const combine: Spec = {
  flags: {
    '--no-verify': skipsHooks,
    '--verify-signatures': {},
    '--verify': {},
    ...taking('ignore', '-X --strategy-option -m --mainline --into-name --cleanup --onto --empty -C --whitespace'),
    '-F': { value: 'read' },
    '--file': { value: 'read' },
    '-s': { value: 'ignore' },
    '--strategy': { value: 'ignore' },
    '--skip': discarding,
  },
  inspect: call => {
    const [strategy] = call.values('-s', '--strategy');
    const odd =
      strategy !== undefined && !/^(ort|recursive|resolve|octopus|ours|subtree|theirs)$/.test(strategy.text ?? '');
    return [changesHere, ...(odd ? [because('medium', 'git-configuration', 'git.runsProgram')] : [])];
  },
};

const patches: Spec = {
  flags: {
    ...named('--check --stat --numstat --summary --abort --quit --no-verify', {}),
    '--no-verify': skipsHooks,
    '--unsafe-paths': { note: judged('high', 'outside-workspace', 'git.appliesOutside') },
    '--build-fake-ancestor': { value: 'write' },
    ...taking('ignore', '-p -C --exclude --include --whitespace'),
    '--directory': { value: 'write' },
  },
  operands: 'read',
  inspect: call =>
    call.has('--check', '--stat', '--numstat', '--summary', '--abort', '--quit') && !call.has('--apply')
      ? []
      : [changesHere, because('medium', 'edit', 'git.appliesPatch')],
};

const removal: Spec = {
  flags: {
    '--cached': { operands: 'look' },
    '-n': { operands: 'ignore' },
    '--dry-run': { operands: 'ignore' },
    '-r': {},
    '-f': discarding,
    '--force': discarding,
    '--pathspec-from-file': { value: 'read' },
  },
  operands: 'deleteTree',
  // Nothing is lost, but git no longer holds it.
  inspect: call =>
    call.has('--cached') &&
    !call.has('-n', '--dry-run') &&
    call.operands.some(
      word => word.text === null || word.glob || /^(\.{0,2}\/?|:\/|:\/\..*|:\(top\).*)$/.test(word.text),
    )
      ? [because('medium', 'git-history', 'git.unstagesAll')]
      : [],
};

/** Plumbing that may be told where to put its results. */
const writing: Spec = {
  flags: {
    ...taking('write', '-o --output --object-dir'),
    ...taking('ignore', '--threads --max-input-size --depth --window'),
  },
  inspect: call => [
    changesHere,
    ...(call.path.at(-1) === 'pack-objects' ? call.operands.map(path => ({ does: 'write' as const, path })) : []),
  ],
};

/** Commands whose work stays in the workspace and its repository. */
export const local: Record<string, Spec> = {
  ...worktree,
  branch,
  tag,
  commit,
  ...named('merge cherry-pick revert pick', combine),
  rebase: {
    like: combine,
    flags: {
      '-x': { value: 'command' },
      '--exec': { value: 'command' },
      '-s': { value: 'ignore' },
      '-i': {},
      '--interactive': {},
      '--edit-todo': {},
      '--root': { note: judged('high', 'git-history', 'git.rewritesHistory') },
    },
    inspect: call => {
      const answered = call.invocation.env.some(({ name }) => /^GIT_(SEQUENCE_)?EDITOR$/.test(name));
      return call.has('-i', '--interactive', '--edit-todo') && !answered
        ? [because('medium', 'process-control', 'git.opensEditor')]
        : [];
    },
  },
  am: { like: patches, flags: { '--skip': discarding } },
  apply: patches,
  ...named('add stage', {
    flags: {
      '-f': { note: judged('medium', 'secret', 'git.stages.ignored') },
      '--force': { note: judged('medium', 'secret', 'git.stages.ignored') },
      '--pathspec-from-file': { value: 'read' },
      '--chmod': { value: 'ignore' },
    },
    operands: 'read',
    inspect: () => [changesHere],
  } satisfies Spec),
  rm: removal,
  mv: { flags: { '-n': { operands: 'ignore' }, '-f': {}, '-k': {} }, operands: 'movesThenTarget' },
  bisect: {
    sub: { run: { stopAtOperand: true, operands: 'argv', inspect: () => [changesHere] } },
    otherSub: changes,
  },
  worktree: {
    sub: {
      add: { flags: { ...taking('ignore', '-b -B --reason --orphan'), '-f': {} }, operands: ['write', 'ignore'] },
      remove: { flags: { '-f': discarding, '--force': discarding }, operands: 'deleteTree' },
      move: { operands: 'movesThenTarget' },
      ...named('list lock unlock prune repair', changes),
    },
    otherSub: { notes: [judged('medium', 'obscure', 'git.unreadCommand')] },
  },
  'sparse-checkout': { otherSub: changes, sub: { list: harmless } },
  init: {
    flags: {
      '--template': { value: 'read', note: judged('high', 'git-configuration', 'git.template') },
      '--separate-git-dir': { value: 'write', note: judged('high', 'git-configuration', 'git.writesConfig') },
      ...taking('ignore', '-b --initial-branch --object-format --ref-format --shared'),
      '--shared': {},
    },
    inspect: call => {
      const [place] = call.operands;
      return [place === undefined ? changesHere : { does: 'write', path: place, somewhere: true }];
    },
  },
  notes: {
    sub: {
      ...named('list show get-ref', harmless),
      ...named('remove prune', { notes: [judged('medium', 'git-history', 'git.losesHistory')] }),
    },
    otherSub: {
      ...changes,
      flags: { ...taking('read', '-F --file'), ...taking('ignore', '-m --message -C -c --ref') },
    },
  },
  ...named(
    'rerere pack-refs commit-graph multi-pack-index write-tree mktree commit-tree unpack-objects index-pack pack-objects merge-one-file update-server-info',
    writing,
  ),
  'update-index': {
    flags: {
      ...named('--assume-unchanged --skip-worktree', { note: judged('medium', 'tampering', 'git.hides') }),
      ...named('--cacheinfo --index-info --force-remove', { note: judged('medium', 'git-history', 'git.refs') }),
      ...taking('ignore', '--chmod --index-version'),
    },
    inspect: () => [changesHere],
  },
  'merge-file': {
    flags: { '-p': { operands: 'read' }, '--stdout': { operands: 'read' }, '-L': { value: 'ignore' } },
    operands: ['write', 'read'],
  },
  // The program is given the names of files that could not be merged.
  'merge-index': {
    stopAtOperand: true,
    operands: 'argv',
    notes: [judged('medium', 'git-configuration', 'git.runsProgram')],
  },
  'read-tree': {
    flags: { '-u': discarding, '--reset': discarding, '--index-output': { value: 'write' } },
    inspect: () => [changesHere],
  },
  'checkout-index': {
    flags: { '-f': discarding, '--force': discarding, '--prefix': { value: 'write' }, '-a': {} },
    inspect: () => [changesHere],
  },
  ...losing,
  hook: { notes: [judged('medium', 'runs-on-host', 'git.hooks')] },
  'for-each-repo': { notes: [judged('high', 'git-configuration', 'git.runsProgram')] },
  ...named('difftool mergetool', {
    flags: {
      ...taking('command', '-x --extcmd'),
      ...taking('ignore', '-t --tool'),
      '--tool-help': {},
    },
    inspect: (call: Call) =>
      call.has('--tool-help') ? [] : [because('medium', 'git-configuration', 'git.runsProgram')],
  }),
  submodule: {
    sub: {
      ...named('status summary', { inspect: () => [readsHere] } satisfies Spec),
      foreach: { stopAtOperand: true, inspect: call => [{ does: 'shell', text: joined(call.operands) }] },
      update: {
        flags: {
          '--no-fetch': {},
          '-N': {},
          '--init': {},
          ...taking('ignore', '--depth --reference -j --jobs --filter'),
          '--recursive': {},
          '-f': discarding,
          '--force': discarding,
        },
        inspect: call => [
          changesHere,
          ...(call.has('--no-fetch', '-N') ? [] : [{ does: 'net' as const, host: null, send: false }]),
        ],
      },
      add: {
        flags: taking('ignore', '-b --branch --name --reference --depth'),
        operands: ['url', 'write'],
        notes: [judged('high', 'git-configuration', 'git.submodule')],
      },
      ...named('set-url set-branch deinit absorbgitdirs', {
        notes: [judged('high', 'git-configuration', 'git.submodule')],
      }),
      ...named('init sync', { notes: [judged('medium', 'git-configuration', 'git.submodule')] }),
    },
    noSub: harmless,
    otherSub: { notes: [judged('medium', 'obscure', 'git.unreadCommand')] },
  },
};
