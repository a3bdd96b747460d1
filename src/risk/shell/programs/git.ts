import type { Claim } from '../../claim.ts';
import type { Call, ProgramTable, Spec } from '../spec.ts';
import type { Word } from '../word.ts';
import { because, judged } from './git/because.ts';
import { config } from './git/config.ts';
import { local } from './git/local.ts';
import { looking } from './git/looking.ts';
import { remote } from './git/remote.ts';
import { dangerOf, settingClaims } from './git/settings.ts';
import { changesHere, harmless, named, reach, taking } from './parts.ts';

/** Options before the command. Source: git(1). */
function globals(call: Call): Claim[] {
  return [
    ...call.values('-c').flatMap(settingClaims),
    ...call.values('--config-env').map(fromEnvironment),
    ...call.values('--git-dir').flatMap(otherRepository),
    ...(call.values('--exec-path').length > 0 ? [because('high', 'git-configuration', 'git.execPath')] : []),
  ];
}

function fromEnvironment(word: Word): Claim {
  const key = word.prefix.split('=')[0] ?? '';
  const danger = dangerOf(key);
  if (danger === 'runs') return because('high', 'git-configuration', 'git.configRuns', { key });
  return because(danger === 'reroutes' ? 'high' : 'medium', 'git-configuration', 'git.configUnknown', { key });
}

/** A folder that is called `.git` is protected from the agent; one of another name may hold a configuration of its own. */
function otherRepository(path: Word): Claim[] {
  const usual = path.text !== null && /(^|\/)\.git\/?$/.test(path.text);
  return [{ does: 'load', path }, ...(usual ? [] : [because('high', 'git-configuration', 'git.otherRepository')])];
}

const git: Spec = {
  flags: {
    '-C': { value: 'directory' },
    ...taking('ignore', '-c --config-env --git-dir --namespace --super-prefix --attr-source --list-cmds'),
    '--work-tree': { value: 'write' },
    '--exec-path': { value: 'ignore', attached: true },
    ...named(
      '-p --paginate -P --no-pager --bare --no-replace-objects --literal-pathspecs --no-optional-locks --version -v --help -h --html-path --man-path --info-path --no-advice --no-lazy-fetch --glob-pathspecs --noglob-pathspecs --icase-pathspecs',
      {},
    ),
  },
  unknownFlag: judged('medium', 'obscure', 'git.unreadCommand'),
  inspect: globals,
  noSub: harmless,
  sub: { ...looking, ...local, ...remote, config },
  otherSub: {
    inspect: call =>
      call.path[1] === ''
        ? [because('high', 'obscure', 'git.unreadCommand')]
        : [because('medium', 'unknown-program', 'git.unknownCommand'), changesHere],
  },
};

const vcsPush: Spec = { notes: [judged('high', 'push', 'vcs.push')], inspect: () => [reach(null)] };
const vcsReach: Spec = { inspect: () => [reach(null), changesHere] };
const vcsChange: Spec = { inspect: () => [changesHere] };
const vcsDiscard: Spec = { notes: [judged('medium', 'discards-work', 'vcs.discards')], inspect: () => [changesHere] };
const vcsHistory: Spec = { notes: [judged('high', 'git-history', 'vcs.losesHistory')] };
const vcsUnknown: Spec = {
  inspect: call => [because('medium', 'unknown-program', 'vcs.unknown', { program: call.path[0] ?? '' })],
};

const hgGlobals: Spec['flags'] = {
  '-R': { value: 'directory' },
  '--repository': { value: 'directory' },
  '--cwd': { value: 'directory' },
  ...taking('ignore', '--encoding --color --pager'),
  '--config': { value: 'ignore', note: judged('high', 'git-configuration', 'vcs.hookRuns') },
  '--debugger': { note: judged('high', 'git-configuration', 'vcs.hookRuns') },
};

const hg: Spec = {
  abbreviates: true,
  flags: hgGlobals,
  noSub: harmless,
  sub: {
    ...named(
      'status st log diff cat annotate blame heads id identify parents root summary branches tags files locate grep manifest verify version help paths showconfig config tip',
      {
        flags: hgGlobals,
      } satisfies Spec,
    ),
    ...named(
      'add addremove commit ci branch bookmark bookmarks tag merge copy cp rename mv graft resolve backout phase shelve unshelve forget',
      vcsChange,
    ),
    ...named('update up checkout co revert remove rm purge clean', vcsDiscard),
    ...named('strip rollback histedit rebase debugstrip', vcsHistory),
    ...named('pull clone incoming in outgoing out', vcsReach),
    ...named('push email', vcsPush),
    serve: { notes: [judged('high', 'unusual-network', 'git.serves')] },
  },
  otherSub: vcsUnknown,
};

const svn: Spec = {
  flags: {
    '--config-option': { value: 'ignore', note: judged('high', 'git-configuration', 'vcs.hookRuns') },
    ...taking('ignore', '--username --password --config-dir'),
  },
  noSub: harmless,
  sub: {
    ...named('status st diff di help proplist propget', {
      flags: {
        '--diff-cmd': { value: 'command' },
        '--show-updates': { note: judged('high', 'network', 'vcs.push') },
        '-u': {},
      },
    } satisfies Spec),
    ...named('info log list ls cat blame update up checkout co export switch sw relocate', vcsReach),
    ...named('add resolve resolved move mv rename copy cp mkdir changelist cleanup propset patch merge', vcsChange),
    ...named('revert delete del remove rm', {
      ...vcsDiscard,
      // By address it is the server's.
      inspect: call =>
        call.operands.some(word => word.text === null || /^[a-z+]+:\/\//.test(word.prefix))
          ? [reach(null, true)]
          : [changesHere],
    } satisfies Spec),
    ...named('commit ci import lock unlock', vcsPush),
  },
  otherSub: vcsUnknown,
};

const jj: Spec = {
  flags: {
    ...taking('directory', '-R --repository'),
    '--config': { value: 'ignore', note: judged('high', 'git-configuration', 'vcs.hookRuns') },
    '--config-file': { value: 'read', note: judged('high', 'git-configuration', 'vcs.hookRuns') },
  },
  noSub: harmless,
  sub: {
    ...named('status st log diff show interdiff evolog help version root file op operation tag', harmless),
    ...named(
      'new commit describe desc edit squash split rebase bookmark branch duplicate next prev resolve absorb parallelize undo workspace sparse simplify-parents unsquash fix',
      vcsChange,
    ),
    abandon: {
      ...vcsDiscard,
      inspect: call =>
        call.operands.some(word => word.text === null || /all\(|::|\.\.|\|/.test(word.text))
          ? [because('high', 'git-history', 'vcs.losesHistory')]
          : [changesHere],
    },
    ...named('restore backout revert', vcsDiscard),
    git: {
      sub: {
        push: vcsPush,
        ...named('fetch clone', vcsReach),
        ...named('import export init root', vcsChange),
        remote: {
          sub: { list: harmless },
          otherSub: { notes: [judged('high', 'git-configuration', 'git.remoteSet')] },
        },
      },
      otherSub: vcsUnknown,
    },
    config: {
      sub: named('list get path', harmless),
      otherSub: { notes: [judged('high', 'git-configuration', 'git.configEdit')] },
    },
  },
  otherSub: vcsUnknown,
};

/** Version control. */
export const gitPrograms: ProgramTable = {
  git,
  hg,
  jj,
  svn,
  'git-lfs': remote['lfs'] ?? harmless,
  ...named('gitk tig gitui lazygit', { notes: [judged('medium', 'git-configuration', 'git.runsProgram')] }),
};
