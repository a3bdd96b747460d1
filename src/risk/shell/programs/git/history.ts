import type { Spec } from '../../spec.ts';
import { changesHere, harmless, named, taking } from '../parts.ts';
import { because, judged } from './because.ts';
import { changes } from './worktree.ts';

/** Commands that can lose what neither a commit nor a checkpoint holds. */
export const losing: Record<string, Spec> = {
  'filter-branch': {
    flags: {
      ...taking(
        'command',
        '--setup --env-filter --tree-filter --index-filter --parent-filter --msg-filter --commit-filter --tag-name-filter',
      ),
      ...taking('ignore', '--subdirectory-filter --original -d'),
      '-f': {},
    },
    notes: [judged('high', 'git-history', 'git.rewritesHistory')],
  },
  'filter-repo': { flags: { '--analyze': {} }, notes: [judged('high', 'git-history', 'git.rewritesHistory')] },
  replace: {
    flags: { '-l': {} },
    inspect: call => (call.has('-l') ? [] : [because('high', 'git-history', 'git.rewritesHistory')]),
  },
  'update-ref': { notes: [judged('high', 'git-history', 'git.losesHistory')] },
  'symbolic-ref': {
    flags: { '-m': { value: 'ignore' } },
    inspect: call =>
      call.operands.length > 1 || call.has('-d', '--delete') ? [because('medium', 'git-history', 'git.refs')] : [],
  },
  refs: {
    sub: named('list verify exists', harmless),
    otherSub: { notes: [judged('medium', 'git-history', 'git.refs')] },
  },
  reflog: {
    sub: {
      ...named('expire delete drop write', {
        flags: { '-n': {}, '--dry-run': {} },
        notes: [judged('high', 'git-history', 'git.losesHistory')],
      }),
    },
    otherSub: harmless,
  },
  gc: {
    flags: { '--prune': { value: 'ignore', attached: true }, '--no-prune': {}, '--auto': {} },
    inspect: call => [
      changesHere,
      ...(call.values('--prune').length > 0 || call.has('--expire-to')
        ? [because('high', 'git-history', 'git.losesHistory')]
        : []),
    ],
  },
  prune: {
    flags: { '-n': {}, '--dry-run': {} },
    inspect: call => (call.has('-n', '--dry-run') ? [] : [because('high', 'git-history', 'git.losesHistory')]),
  },
  'prune-packed': changes,
  repack: {
    inspect: call => [changesHere, ...(call.has('-d') ? [because('medium', 'git-history', 'git.losesHistory')] : [])],
  },
  'fast-export': { flags: { '--export-marks': { value: 'write' }, '--import-marks': { value: 'read' } } },
  'fast-import': { notes: [judged('high', 'git-history', 'git.rewritesHistory')] },
  replay: { notes: [judged('medium', 'git-history', 'git.refs')] },
};
