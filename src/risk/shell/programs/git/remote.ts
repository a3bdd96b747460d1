import type { Claim } from '../../../claim.ts';
import { hostOf } from '../../../hosts.ts';
import type { Call, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { changesHere, harmless, named, reach, taking } from '../parts.ts';
import { because, judged } from './because.ts';
import { settingClaims } from './settings.ts';

const runsProgram = { value: 'command', note: judged('high', 'git-configuration', 'git.runsProgram') } as const;
const skipsHooks = { note: judged('medium', 'checks-removed', 'git.skipsHooks') };

/** Where a repository's address leads: `ext::` runs what follows, a path stays on the machine, the rest is reached. */
export function addressClaims(word: Word | undefined): Claim[] {
  if (word === undefined) return [reach(null)];
  const text = word.text ?? word.prefix;
  const helper = /^([a-z][\w-]*)::(.*)$/s.exec(text);
  if (helper?.[1] !== undefined) {
    const command =
      helper[1] === 'ext' && word.text !== null
        ? [{ does: 'shell' as const, text: literal((helper[2] ?? '').replace(/%(.)/g, ' ')) }]
        : [];
    return [because('high', 'git-configuration', 'git.transportRuns'), ...command];
  }
  if (word.text === null) return [reach(null)];
  if (text.startsWith('file://'))
    return [{ does: 'read', path: literal(text.slice('file://'.length)), recursive: true }];
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[^/]+:/.test(text)) return [reach(hostOf(text))];
  return isPath(text) ? [{ does: 'read', path: word, recursive: true }] : [reach(null)];
}

function isPath(text: string): boolean {
  return /^(\.{0,2}\/|\.{1,2}$|~)/.test(text) || text.endsWith('.git') || text.endsWith('.bundle');
}

/** `clone owner/repo` is a path; a bare word elsewhere is the name of a remote, whose host the configuration holds. */
const cloned = (word: Word | undefined): Claim[] =>
  word !== undefined && word.text !== null && !word.text.includes(':')
    ? [{ does: 'read', path: word, recursive: true }]
    : addressClaims(word);

const getting = {
  '--upload-pack': runsProgram,
  ...taking(
    'ignore',
    '-j --jobs --depth --deepen --shallow-since --shallow-exclude --filter --server-option -o --refmap --negotiation-tip --recurse-submodules-default',
  ),
};

const clone: Spec = {
  flags: {
    ...getting,
    '-u': runsProgram,
    '--config': { value: 'ignore' },
    '-c': { value: 'ignore' },
    '--template': { value: 'read', note: judged('high', 'git-configuration', 'git.template') },
    '--separate-git-dir': { value: 'write' },
    ...taking('ignore', '-b --branch --origin --reference --reference-if-able --bundle-uri'),
  },
  inspect: call => [
    ...cloned(call.operands[0]),
    call.operands[1] === undefined ? changesHere : { does: 'write', path: call.operands[1], somewhere: true },
    ...call.values('-c', '--config').flatMap(settingClaims),
  ],
};

const fetch: Spec = {
  flags: { ...getting, '--all': {}, '--multiple': {}, '-u': {}, '-f': {}, '--force': {} },
  inspect: call => [...addressClaims(call.has('--all', '--multiple') ? undefined : call.operands[0]), changesHere],
};

const mainBranch =
  /^(\+|:)?(.*:)?(refs\/heads\/)?(main|master|trunk|develop|development|production|prod|staging|stable|release([/-].*)?|gh-pages)$/;

const push: Spec = {
  flags: {
    ...named(
      '-f --force --force-if-includes --mirror --delete -d --prune --all --branches --tags --follow-tags -n --dry-run --porcelain --atomic -q -v',
      {},
    ),
    '--force-with-lease': { value: 'ignore', attached: true },
    '-u': { note: judged('low', 'git-configuration', 'git.writesConfig') },
    '--set-upstream': { note: judged('low', 'git-configuration', 'git.writesConfig') },
    '--no-verify': skipsHooks,
    '--receive-pack': runsProgram,
    '--exec': runsProgram,
    ...taking('ignore', '-o --push-option --repo --recurse-submodules --signed'),
    '--signed': {},
  },
  inspect: call => {
    const [place = call.values('--repo')[0], ...refs] = call.operands;
    const remote = place?.text ?? (place === undefined ? 'the remote' : place.raw);
    const reached = addressClaims(place);
    if (call.has('-n', '--dry-run')) return reached;
    return [...reached, because('high', 'push', 'git.push', { remote }), ...replaced(call, refs, remote)];
  },
};

/** What a push takes away from the remote. A word that is only known when it runs may be a forced refspec. */
function replaced(call: Call, refs: readonly Word[], remote: string): Claim[] {
  const claims: Claim[] = [];
  const forceAll = call.has('-f', '--force', '--force-with-lease', '--force-if-includes');
  const toMain = (ref: Word): boolean => mainBranch.test(ref.text ?? '');
  if (call.has('--mirror') || (call.has('--prune') && !call.has('--dry-run')))
    claims.push(because('critical', 'git-history', 'git.mirror', { remote }));
  const forced = refs.filter(ref => forceAll || ref.prefix.startsWith('+'));
  if (forced.some(ref => toMain(ref) || ref.prefix.includes('*')) || (forceAll && call.has('--all', '--branches')))
    claims.push(because('critical', 'git-history', 'git.forcePushMain', { remote }));
  else if (forceAll || forced.length > 0) claims.push(because('high', 'git-history', 'git.forcePush', { remote }));
  for (const ref of refs)
    if (call.has('-d', '--delete') || /^\+?:./.test(ref.prefix))
      claims.push(
        because(toMain(ref) ? 'critical' : 'high', 'git-history', 'git.deletesRemote', {
          ref: ref.raw.replace(/^\+?:/, ''),
          remote,
        }),
      );
  return claims;
}

const configured = (call: Call): Claim[] => {
  const name = call.operands[0]?.raw ?? '';
  return [
    because('high', 'git-configuration', 'git.remoteSet', { name }),
    ...call.operands.slice(1, 2).flatMap(helperOnly),
  ];
};
/** An address that is only noted down runs nothing yet, unless it will run a program when used. */
const helperOnly = (word: Word): Claim[] => addressClaims(word).filter(claim => claim.does === 'note');

const toServer: Spec = { notes: [judged('high', 'external-service', 'git.bridge')], inspect: () => [reach(null)] };
const looksAtServer: Spec = { inspect: call => addressClaims(call.operands[0]) };

/** Commands that reach others, or change whom the repository reaches. */
export const remote: Record<string, Spec> = {
  clone,
  fetch,
  pull: {
    like: fetch,
    flags: {
      '--no-verify': skipsHooks,
      ...taking('ignore', '-X -s --strategy --strategy-option'),
      '-r': {},
      '--rebase': {},
    },
  },
  push,
  'ls-remote': {
    flags: {
      '--upload-pack': runsProgram,
      '--exec': runsProgram,
      '-o': { value: 'ignore' },
      '--sort': { value: 'ignore' },
    },
    ...looksAtServer,
  },
  remote: {
    flags: { '-v': {}, '--verbose': {} },
    sub: {
      'get-url': harmless,
      show: {
        flags: { '-n': {} },
        inspect: call => (call.has('-n') || call.operands.length === 0 ? [] : [reach(null)]),
      },
      add: {
        flags: { ...taking('ignore', '-t -m'), '-f': {} },
        inspect: call => [...configured(call), ...(call.has('-f', '--fetch') ? addressClaims(call.operands[1]) : [])],
      },
      'set-url': { inspect: configured },
      ...named('set-head set-branches', { notes: [judged('medium', 'git-configuration', 'git.configUnknown')] }),
      ...named('remove rm rename', { notes: [judged('medium', 'git-configuration', 'git.remoteRemove')] }),
      ...named('prune update', { inspect: () => [reach(null), changesHere] } satisfies Spec),
    },
    noSub: harmless,
    otherSub: { notes: [judged('medium', 'obscure', 'git.unreadCommand')] },
  },
  ...named('fetch-pack backfill', {
    flags: { '--upload-pack': runsProgram, '--exec': runsProgram },
    ...looksAtServer,
  } satisfies Spec),
  'send-pack': push,
  'request-pull': { inspect: call => addressClaims(call.operands[1]) },
  'send-email': {
    flags: {
      ...taking('command', '--to-cmd --cc-cmd --header-cmd --sendmail-cmd'),
      '--dry-run': {},
      '--smtp-server': { value: 'host' },
    },
    inspect: call =>
      call.has('--dry-run') ? [] : [because('high', 'external-service', 'git.mail'), reach(null, true)],
  },
  'imap-send': { notes: [judged('high', 'external-service', 'git.mail')] },
  ...named('svn p4 cvsimport cvsexportcommit archimport', toServer),
  ...named('daemon instaweb http-backend cvsserver gitweb shell', {
    notes: [judged('high', 'unusual-network', 'git.serves')],
  }),
  ...named('upload-pack receive-pack upload-archive', changesSpec()),
  ...named('gui citool gitk', { notes: [judged('medium', 'git-configuration', 'git.runsProgram')] }),
  ...named(
    'credential credential-store credential-cache credential-manager credential-osxkeychain credential-libsecret',
    {
      notes: [judged('critical', 'credential-access', 'git.credential')],
    },
  ),
  lfs: {
    sub: {
      ...named('ls-files status env version pointer logs fsck help', harmless),
      ...named(
        'checkout prune dedup clean smudge filter-process post-checkout post-commit post-merge pre-push merge-driver',
        changesSpec(),
      ),
      ...named('pull fetch clone locks', { inspect: () => [reach(null)] } satisfies Spec),
      push: { notes: [judged('high', 'push', 'git.push')], inspect: () => [reach(null)] },
      ...named('lock unlock', {
        notes: [judged('high', 'external-service', 'git.bridge')],
        inspect: () => [reach(null)],
      } satisfies Spec),
      migrate: { sub: { info: harmless }, otherSub: { notes: [judged('high', 'git-history', 'git.rewritesHistory')] } },
    },
    otherSub: { notes: [judged('high', 'git-configuration', 'git.lfsInstall')] },
  },
  maintenance: {
    sub: {
      run: changesSpec(),
      ...named('stop unregister', { notes: [judged('medium', 'git-configuration', 'git.configUnknown')] }),
    },
    otherSub: { notes: [judged('high', 'persistence', 'git.maintenance')] },
  },
  'fsmonitor--daemon': {
    sub: named('status stop', harmless),
    otherSub: { notes: [judged('medium', 'process-control', 'git.maintenance')] },
  },
  ...named('remote-ext remote-fd remote-http remote-https remote-ftp http-push http-fetch sh-i18n--envsubst', {
    notes: [judged('high', 'unusual-network', 'git.transportRuns')],
  }),
  scalar: { notes: [judged('high', 'persistence', 'git.maintenance')] },
};

function changesSpec(): Spec {
  return { inspect: () => [changesHere] };
}
