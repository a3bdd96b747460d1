import type { Claim } from '../../../claim.ts';
import { tail } from '../../sort.ts';
import { claimed } from '../../spec.ts';
import type { Word } from '../../word.ts';
import { because } from './because.ts';

/** What a key of git's configuration can do. Source: git-config(1). */
export type Danger = 'runs' | 'reroutes' | 'plain' | 'unknown';

const runs =
  /^(core\.(pager|editor|sshcommand|fsmonitor|hookspath|askpass|gitproxy|alternaterefscommand|attributesfile|worktree|excludesfile)|alias\..*|pager\..*|diff\.external|diff\..*\.(command|textconv)|(difftool|mergetool|guitool)\..*|merge\..*\.driver|filter\..*|credential\.(.*\.)?helper|gpg\.(.*\.)?program|gpg\.ssh\.defaultkeycommand|sequence\.editor|uploadpack\.packobjectshook|remote\..*\.(uploadpack|receivepack|vcs)|protocol\..*|include\.path|includeif\..*|interactive\.difffilter|init\.templatedir|submodule\..*\.update|web\.browser|browser\..*|man\..*|instaweb\..*|sendemail\..*|imap\..*|trailer\..*\.(command|cmd)|tar\..*\.command|hook\..*|extensions\..*|safe\..*|ssh\.variant|lfs\..*|blame\..*file|log\.mailmap|receive\..*|bitmap.*|gui\..*|svn.*)$/;
const reroutes =
  /^(http\.(?!(postbuffer|lowspeedlimit|lowspeedtime|version|maxrequests)$).*|https\..*|url\..*|remote\..*|credential\..*|core\.protectntfs|core\.protecthfs|transfer\..*|fetch\.fsckobjects|push\.recursesubmodules|branch\..*\.(remote|pushremote)|remote\.pushdefault|sendpack\..*)$/;
const plain =
  /^(color\..*|core\.(quotepath|autocrlf|safecrlf|eol|filemode|ignorecase|abbrev|longpaths|symlinks|precomposeunicode|preloadindex|untrackedcache|compression|commentchar|commentstring|whitespace|bigfilethreshold|checkstat|trustctime|sparsecheckout(cone)?|logallrefupdates|fscache|packedgitlimit|packedgitwindowsize|deltabasecachelimit|splitindex|commitgraph|multipackindex|optionallocks|warnambiguousrefs)|user\.(name|email|signingkey|useconfigonly)|(author|committer)\.(name|email)|advice\..*|log\.(?!showsignature)[a-z]+|diff\.(?!external)[a-z]+|status\..*|push\.(default|autosetupremote|followtags|gpgsign)|pull\..*|fetch\.(prune|prunetags|parallel|all|output|writecommitgraph)|merge\.(?!tool)[a-z]+|rebase\.[a-z]+|commit\.[a-z]+|tag\.[a-z]+|init\.defaultbranch|column\..*|blame\.[a-z]+|branch\.(autosetupmerge|autosetuprebase|sort)|grep\..*|gc\..*|pack\..*|index\..*|feature\..*|rerere\..*|stash\..*|versionsort\..*|help\..*|format\..*|i18n\..*|notes\..*|apply\..*|checkout\..*|submodule\.[a-z]+|http\.(postbuffer|lowspeedlimit|lowspeedtime|version|maxrequests)|maintenance\.auto|sequencer?\..*|am\..*|worktree\..*|diff\.[^.]*\.(xfuncname|wordregex|binary))$/;

/** Case does not count in sections and names. */
export function dangerOf(key: string): Danger {
  const name = key.toLowerCase();
  if (runs.test(name)) return 'runs';
  if (reroutes.test(name)) return 'reroutes';
  return plain.test(name) ? 'plain' : 'unknown';
}

/** Values that turn a program off, or name one that only shows text. */
const off = /^(|true|false|0|1|no|yes|on|off|:|cat|less( -[A-Za-z]+)?|more|\/bin\/cat|delta|diff-highlight)$/;
const shown =
  /^(core\.(pager|editor|fsmonitor|askpass|excludesfile|attributesfile)|pager\..*|sequence\.editor|interactive\.difffilter|credential\.(.*\.)?helper|diff\.external)$/;

/**
 * Configuration for one command: `-c key=value`, `--config key=value`. The value of a key that runs a program is
 * followed like any other shell text.
 */
export function settingClaims(word: Word): Claim[] {
  const equals = word.prefix.indexOf('=');
  if (equals < 0 && word.text === null) return [because('high', 'git-configuration', 'git.configUnread')];
  const key = equals < 0 ? word.prefix : word.prefix.slice(0, equals);
  const value = equals < 0 ? null : tail(word, equals + 1);
  return keyClaims(key, value);
}

export function keyClaims(key: string, value: Word | null): Claim[] {
  const name = key.toLowerCase();
  const args = { key };
  switch (dangerOf(key)) {
    case 'plain':
      return plainKey(name, value);
    case 'unknown':
      return [because('medium', 'git-configuration', 'git.configUnknown', args)];
    case 'reroutes':
      return [because('high', 'unusual-network', 'git.configReroutes', args)];
    case 'runs': {
      if (shown.test(name) && value !== null && off.test(value.text ?? '?')) return [];
      if (name === 'core.hookspath' && (value?.text === '' || value?.text === '/dev/null'))
        return [because('medium', 'checks-removed', 'git.skipsHooks')];
      if (name === 'safe.directory' || name === 'protocol.file.allow')
        return [because('medium', 'git-configuration', 'git.configUnknown', args)];
      return [because('high', 'git-configuration', 'git.configRuns', args), ...behind(name, value)];
    }
  }
}

/** Keys that run nothing, and yet change who a commit is from, whether it is signed, or what is kept. */
function plainKey(name: string, value: Word | null): Claim[] {
  if (/^(user|author|committer)\.(name|email)$/.test(name)) return [because('medium', 'tampering', 'git.author')];
  if (/^(commit|tag)\.gpgsign$/.test(name) && !/^(true|1|yes|on)$/.test(value?.text ?? ''))
    return [because('medium', 'checks-removed', 'git.unsigned')];
  return /^gc\.(.*\.)?\w*expire\w*$/.test(name) && !/^(never|false)$/.test(value?.text ?? 'now')
    ? [because('high', 'git-history', 'git.losesHistory')]
    : [];
}

/** Keys whose value names no command but a path, a switch or a list. */
const noCommand =
  /^(core\.(hookspath|gitproxy|attributesfile|worktree|excludesfile)|protocol\..*|include.*|init\.templatedir|extensions\..*|safe\..*|ssh\.variant|lfs\..*|receive\..*|gui\..*|svn.*|blame\..*|log\..*|bitmap.*|.*\.(required|trustexitcode|keepbackup|prompt|cmdline))$/;

function behind(name: string, value: Word | null): Claim[] {
  if (value === null || noCommand.test(name)) return [];
  // An alias without `!` is a git command.
  if (name.startsWith('alias.') && !value.prefix.startsWith('!')) {
    if (value.text === null) return [];
    return [{ does: 'shell', text: { ...value, text: `git ${value.text}`, prefix: `git ${value.text}` } }];
  }
  const text = value.prefix.startsWith('!') ? tail(value, 1) : value;
  return [{ does: 'shell', text }];
}

export function globalKey(key: string): Claim {
  const danger = dangerOf(key);
  const tier = danger === 'runs' || danger === 'reroutes' ? 'critical' : 'high';
  return claimed({ tier, category: 'persistence', code: 'git.configGlobal' }, { key });
}
