import type { Claim } from '../../claim.ts';
import { tail } from '../sort.ts';
import { type Call, claimed, type Note, note, type ProgramTable, type Spec } from '../spec.ts';
import { harmless, named, reachUrl, taking } from './parts.ts';

const reveals = note('critical', 'credential-access', 'secrets.reveals');
const uses = note('high', 'credential-access', 'secrets.uses');
const changes = note('high', 'credential-access', 'secrets.changes');

const store = (looking: string, revealing: string): Spec => ({
  sub: { ...named(looking, harmless), ...named(revealing, { notes: [reveals] }) },
  otherSub: { notes: [changes] },
  noSub: harmless,
});

function gpgClaims(call: Call): Claim[] {
  const given = (...flags: string[]): boolean => call.has(...flags);
  const out: Claim[] = call.values('-o', '--output').map(path => ({ does: 'write', path }));
  const files = call.operands.map((path): Claim => ({ does: 'read', path }));
  const judge = (found: Note): Claim[] => [claimed(found), ...out];
  if ([...call.flags.keys()].some(flag => /^--export-secret|^--export-ssh/.test(flag))) return judge(reveals);
  if ([...call.flags.keys()].some(flag => flag.startsWith('--delete')))
    return judge(note('critical', 'credential-access', 'secrets.deletes'));
  if (
    given(
      '--recv-keys',
      '--send-keys',
      '--search-keys',
      '--refresh-keys',
      '--fetch-keys',
      '--receive-keys',
      '--locate-keys',
    )
  )
    return [...judge(changes), { does: 'net', host: null, send: given('--send-keys') }];
  if (given('-d', '--decrypt', '-s', '--sign', '-b', '--detach-sign', '--clearsign', '--clear-sign'))
    return judge(uses);
  if (
    given(
      '--import',
      '--edit-key',
      '--gen-key',
      '--generate-key',
      '--full-generate-key',
      '--quick-generate-key',
      '--quick-add-key',
      '--import-ownertrust',
      '--trust-model',
      '--sign-key',
      '--lsign-key',
      '--passwd',
      '--change-passphrase',
    )
  )
    return judge(changes);
  return [...out, ...(given('-c', '--symmetric', '-e', '--encrypt') ? files : [])];
}

function keygenClaims(call: Call): Claim[] {
  const names = call.values('-f');
  const writes = names.flatMap((path): Claim[] => [{ does: 'write', path }]);
  if (call.has('-l', '-B', '-L', '-F')) return names.map((path): Claim => ({ does: 'read', path, look: true }));
  if (call.has('-y', '-e')) return names.map((path): Claim => ({ does: 'read', path }));
  if (call.has('-D')) return [claimed(note('critical', 'inline-code', 'secrets.loadsLibrary'))];
  // Without a name the key is made in the home folder.
  return names.length > 0 ? [claimed(note('medium', 'auth', 'secrets.makesKey')), ...writes] : [claimed(changes)];
}

/** `openssl dgst -sha256 files`: what is left after the flags with a value is read, and in part shown. */
function digested(call: Call, sub: string): Claim[] {
  const files =
    /^(dgst|sha\w*|md\d|md_?ghost|rmd160|ripemd\w*|blake\w*|sm3|whirlpool|mdc2|prime|storeutl|rehash|mac|list)$/.test(
      sub,
    );
  const given = call.words.flatMap(word => (word.prefix.startsWith('file:') ? [tail(word, 5)] : []));
  return [
    ...given.map((path): Claim => ({ does: 'read', path })),
    ...(files
      ? call.operands
          .slice(1)
          .filter(
            word =>
              !/^-(out|hmac|mac|macopt|sigopt|passin|writerand)$/.test(
                call.words[call.words.indexOf(word) - 1]?.text ?? '',
              ),
          )
          .map((path): Claim => ({ does: 'read', path }))
      : []),
  ];
}

function opensslClaims(call: Call): Claim[] {
  const sub = call.operands[0]?.text ?? '';
  const library = call.words.some(word => /\.(so|dylib|dll)(\.\d+)*$/.test(word.text ?? ''));
  const value = (name: string): Claim[] => {
    const at = call.words.findIndex(word => word.text === name);
    const path = at < 0 ? undefined : call.words[at + 1];
    if (path === undefined) return [];
    return [/^-(out|keyout|writerand|CAserial)$/.test(name) ? { does: 'write', path } : { does: 'read', path }];
  };
  const given = (name: string): boolean => call.words.some(word => word.text === name);
  const paths = [
    '-out',
    '-keyout',
    '-writerand',
    '-in',
    '-inkey',
    '-key',
    '-kfile',
    '-config',
    '-CAfile',
    '-CAkey',
    '-signkey',
    '-pubin',
  ].flatMap(value);
  const engine =
    library || given('-engine') || given('-provider') || given('-provider-path')
      ? [claimed(note('high', 'inline-code', 'secrets.loadsLibrary'))]
      : [];
  const at = call.words.findIndex(word => word.text === '-connect');
  switch (sub) {
    case 's_client':
      return [...engine, ...paths, reachUrl(at < 0 ? undefined : call.words[at + 1])];
    case 's_server':
    case 's_time':
    case 'ocsp':
    case 'ts':
    case 'cmp':
      return [...engine, ...paths, claimed(note('high', 'unusual-network', 'secrets.serves'))];
    case 'enc':
      return [
        ...engine,
        ...paths,
        ...(given('-d') ? [claimed(note('medium', 'obscure', 'secrets.decodes'))] : []),
        ...(given('-e') || !given('-d') ? [claimed(note('medium', 'obscure', 'secrets.encrypts'))] : []),
      ];
    case '':
      return [claimed(note('medium', 'obscure', 'text.interactive'))];
    default:
      return [...engine, ...paths, ...digested(call, sub)];
  }
}

/** Keys, password stores and encryption. */
export const secrets: ProgramTable = {
  ...named('gpg gpg2 gpgsm', {
    flags: {
      ...taking(
        'ignore',
        '-r --recipient -u --local-user -o --output --keyserver --passphrase --passphrase-fd --homedir --cipher-algo --pinentry-mode --status-fd --keyserver-options',
      ),
      ...taking('read', '--passphrase-file --options --no-default-keyring --keyring'),
      '--no-default-keyring': {},
      ...named('-d --decrypt -s --sign -b -c -e -a -k -K', {}),
      '--photo-viewer': { value: 'command' },
    },
    inspect: gpgClaims,
  }),
  gpgv: { operands: 'read' },
  ...named('gpgconf gpg-agent gpg-connect-agent gpg-preset-passphrase', { notes: [uses] }),
  'ssh-add': {
    inspect: call =>
      call.has('-l', '-L') ? [claimed(note('medium', 'credential-access', 'secrets.lists'))] : [claimed(uses)],
  },
  'ssh-agent': { stopAtOperand: true, operands: 'argv', notes: [uses] },
  'ssh-keygen': {
    flags: {
      ...taking('ignore', '-f -t -b -C -N -P -m -a -n -I -s -V -O -R -F -w -Y -Z -r'),
      ...named('-s -Y -R', { value: 'ignore', note: uses }),
      '-D': { value: 'ignore' },
    },
    inspect: keygenClaims,
  },
  pass: store('ls list find search git help version', 'show grep otp'),
  'secret-tool': store('help', 'lookup search'),
  ...named('gopass', store('ls list find version help', 'show cat grep otp env')),
  ...named('lpass keepassxc-cli dashlane-cli rbw', { notes: [reveals] }),
  ...named('security', {
    sub: {
      ...named('find-generic-password find-internet-password dump-keychain export unlock-keychain find-key cms', {
        notes: [reveals],
      }),
      ...named('find-identity list-keychains default-keychain verify-cert find-certificate show-keychain-info help', {
        notes: [note('medium', 'credential-access', 'secrets.lists')],
      }),
    },
    otherSub: { notes: [changes] },
    noSub: harmless,
  }),
  ...named('keyctl kwallet-query gnome-keyring-daemon kinit ktutil klist', { notes: [uses] }),
  ...named('age rage', {
    flags: {
      ...taking('write', '-o --output'),
      ...taking('read', '-i --identity -R --recipients-file'),
      ...taking('ignore', '-r --recipient -j'),
      ...named('-d --decrypt', { note: uses }),
    },
    operands: 'read',
  }),
  'age-keygen': { flags: taking('write', '-o --output'), operands: 'read' },
  ...named('git-crypt blackbox_cat transcrypt', {
    inspect: call => {
      const sub = call.operands[0]?.text ?? '';
      if (/^exec-(env|file)$/.test(sub)) {
        const [, , text] = call.operands;
        return [claimed(uses), ...(text === undefined ? [] : [{ does: 'shell', text } as const])];
      }
      return call.has('-d', '--decrypt') || /^(decrypt|view|edit|unlock|blackbox_cat)$/.test(sub)
        ? [claimed(uses)]
        : [claimed(note('medium', 'secret', 'secrets.encrypts'))];
    },
  }),
  openssl: { longSingle: true, inspect: opensslClaims },
  ...named('certtool certutil keytool step mkcert certbot acme.sh', {
    inspect: call =>
      call.has('-list', '-L', '-printcert', '--help')
        ? []
        : [
            claimed(
              call.path[0] === 'mkcert' || call.path[0] === 'certutil'
                ? changes
                : note('medium', 'auth', 'secrets.makesKey'),
            ),
          ],
    longSingle: true,
  }),
  ...named('update-ca-certificates update-ca-trust', { notes: [note('critical', 'privilege', 'secrets.trust')] }),
  ...named('hashcat john hydra medusa mimikatz lazagne trufflehog', {
    notes: [note('high', 'credential-access', 'secrets.searches')],
  }),
  ...named('gitleaks detect-secrets', harmless),
  ...named('pwgen uuidgen apg mkpasswd', harmless),
};
