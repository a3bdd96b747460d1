import { posix } from 'node:path';
import type { Claim } from '../../claim.ts';
import { carriedBy } from '../../fetch/carried.ts';
import { hostOf, hostOfWord, isLoopback } from '../../hosts.ts';
import { flagged, outcome, valued } from '../remote.ts';
import { tail } from '../sort.ts';
import { type Call, claimed, note, type ProgramTable, type Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';

// Sources: curl(1) 8.x, wget(1) 1.24, httpie's and xh's manuals, aria2c(1).

const unusual = (code: string) => note('high', 'unusual-network', code);

const dataFlags = ['-d', '--data', '--data-ascii', '--data-binary', '--json', '--url-query', '--data-urlencode'];

const curl: Spec = {
  flags: {
    ...valued(
      '-A --user-agent -C --continue-at -e --referer -m --max-time -P --ftp-port -Q --quote -r --range -t --telnet-option -y --speed-time -Y --speed-limit -z --time-cond --connect-timeout --retry --retry-delay --retry-max-time --max-redirs --max-filesize --limit-rate --rate --keepalive-time --interface --local-port --dns-interface --ciphers --tls13-ciphers --tls-max --curves --proto-default --proto-redir --proto --noproxy --create-file-mode --parallel-max --form-string --expect100-timeout --happy-eyeballs-timeout-ms --ftp-method --ftp-account --krb --login-options --sasl-authzid --service-name --socks5-gssapi-service --tlsauthtype --tlsuser --pass --engine --cert-type --key-type --proxy-cert-type --proxy-key-type --pinnedpubkey --hostpubmd5 --hostpubsha256 --request-target --vlan-priority --ip-tos --aws-sigv4 --delegation --ech --trace-config --mail-from --mail-rcpt --mail-auth --capath --proxy-capath --proxy-header --haproxy-clientip --variable',
    ),
    ...valued(
      '-d --data --data-ascii --data-binary --data-raw --json --url-query --data-urlencode -F --form -X --request',
    ),
    ...valued('-H --header -u --user --oauth2-bearer -b --cookie --tlspassword --proxy-tlspassword -w --write-out'),
    ...flagged(
      '-o --output -D --dump-header -c --cookie-jar --trace --trace-ascii --stderr --libcurl --etag-save --hsts --alt-svc',
      {
        value: 'write',
      },
    ),
    ...flagged('-E --cert --key --proxy-cert --proxy-key', { value: 'read' }),
    ...flagged('--cacert --crlfile --proxy-cacert --proxy-crlfile --etag-compare --pubkey --egd-file --random-file', {
      value: 'read',
    }),
    ...flagged('-T --upload-file', { value: 'read' }),
    ...flagged('-K --config', { value: 'read', note: note('high', 'obscure', 'network.configFile') }),
    '--output-dir': { value: 'ignore' },
    '--create-dirs': {},
    '--url': { value: 'ignore' },
    '--netrc-file': { value: 'read', note: note('high', 'credential-access', 'network.storedPassword') },
    ...flagged('-n --netrc --netrc-optional --negotiate', {
      note: note('high', 'credential-access', 'network.storedPassword'),
    }),
    ...flagged('-x --proxy --preproxy --socks4 --socks4a --socks5 --socks5-hostname --proxy1.0', {
      value: 'host',
      note: unusual('network.proxy'),
    }),
    ...flagged('-U --proxy-user', { value: 'ignore' }),
    ...flagged(
      '--resolve --connect-to --doh-url --dns-servers --dns-ipv4-addr --dns-ipv6-addr --abstract-unix-socket --ipfs-gateway',
      {
        value: 'ignore',
        note: unusual('network.redirected'),
      },
    ),
    '--unix-socket': { value: 'ignore' },
    ...flagged('-O --remote-name --remote-name-all -J --remote-header-name -k --insecure', {}),
    ...flagged('-L --location -s --silent -S --show-error -f --fail -G --get -I --head -v --verbose -i --include', {}),
  },
  inspect: curlClaims,
};

function curlClaims(call: Call): Claim[] {
  const claims: Claim[] = [];
  const urls = [...call.operands, ...call.values('--url')];
  for (const url of urls) claims.push(...urlClaims(url));
  const bodies: Word[] = [];
  for (const value of call.values(...dataFlags)) bodies.push(...fileIn(value, /^([^=@]*)@/));
  for (const value of call.values('-F', '--form')) bodies.push(...fileIn(value, /^[^=]*=[@<]/));
  for (const value of call.values('-H', '--header', '--proxy-header')) bodies.push(...fileIn(value, /^@/));
  for (const value of call.values('--variable')) bodies.push(...fileIn(value, /^[^=@]*@/));
  for (const path of bodies) claims.push({ does: 'read', path });
  for (const value of call.values('-b', '--cookie'))
    if (value.text !== null && !value.text.includes('=') && value.text !== '')
      claims.push({ does: 'read', path: value });
  for (const value of call.values('-w', '--write-out')) {
    claims.push(...fileIn(value, /^@/).map((path): Claim => ({ does: 'read', path })));
    for (const [, path = ''] of (value.text ?? '').matchAll(/%output\{(?:>>)?([^}]*)\}/g))
      claims.push({ does: 'write', path: literal(path) });
  }
  const sends =
    call.has(
      '-d',
      '--data',
      '--data-ascii',
      '--data-binary',
      '--data-raw',
      '--json',
      '--url-query',
      '--data-urlencode',
    ) ||
    call.has('-F', '--form', '--form-string', '-T', '--upload-file', '--mail-from') ||
    bodies.length > 0 ||
    call.values('-X', '--request').some(method => !/^(get|head|options)$/i.test(method.text ?? '?'));
  const directory = call.values('--output-dir').at(-1);
  if (call.has('-J', '--remote-header-name')) claims.push(claimed(note('medium', 'download', 'network.theirFileName')));
  if (call.has('-O', '--remote-name', '--remote-name-all'))
    for (const url of urls) claims.push({ does: 'write', path: saved(url, directory) });
  for (const socket of call.values('--unix-socket'))
    claims.push(claimed(socketNote(socket.text), { path: socket.text ?? socket.raw }));
  return [...claims, ...sentTo(urls, sends, hasCredentials(call))];
}

/** A container engine's socket is the machine's root; another one is some local service. */
function socketNote(path: string | null) {
  return path === null || /docker|podman|containerd|crio/.test(path)
    ? note('critical', 'sandbox-escape', 'network.engineSocket')
    : note('high', 'unusual-network', 'network.unixSocket');
}

function hasCredentials(call: Call): boolean {
  return (
    call.has('-u', '--user', '--oauth2-bearer', '-E', '--cert', '--aws-sigv4', '--delegation') ||
    call
      .values('-H', '--header', '-b', '--cookie')
      .some(
        ({ text }) =>
          text === null || /^(authorization|cookie|x-api-key|api-key|private-token|x-auth)|token|secret/i.test(text),
      )
  );
}

/** Ports of this machine through which one controls it, or whatever runs on it. */
const controlPorts: Readonly<Record<string, string>> = {
  '2375': 'Docker',
  '2376': 'Docker',
  '2377': 'Docker',
  '2379': 'etcd',
  '4243': 'Docker',
  '4646': 'Nomad',
  '5985': 'WinRM',
  '6443': 'Kubernetes',
  '8001': 'Kubernetes',
  '8200': 'Vault',
  '8500': 'Consul',
  '9222': 'a browser',
  '9229': 'a debugger',
  '10250': 'Kubernetes',
  '10255': 'Kubernetes',
};

/** Servers on this machine: what changes them is told; through some ports one controls the machine itself. */
function told(url: Word, sends: boolean): Claim[] {
  const port = /^(?:[a-z]+:\/\/)?[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(url.prefix)?.[1];
  const control = port === undefined ? undefined : controlPorts[port];
  if (control !== undefined)
    return [claimed(note(sends ? 'high' : 'medium', 'sandbox-escape', 'network.controlPort'), { name: control })];
  return sends ? [claimed(note('medium', 'external-service', 'network.localChange'))] : [];
}

/** What goes to each host with the request. This machine's own servers may be told anything. */
function sentTo(urls: readonly Word[], sends: boolean, credentials: boolean): Claim[] {
  return urls.flatMap((url): Claim[] => {
    const host = hostIn(url);
    if (host !== null && isLoopback(host)) return told(url, sends);
    // What a substitution puts into an address leaves with it.
    const filled = url.text === null || url.text.length > 500 || carries(url.text);
    const out: Claim[] = sends || filled ? [{ does: 'net', host, send: true }] : [];
    if (credentials) out.push(claimed(note('high', 'external-service', 'network.credentials'), { host: host ?? '?' }));
    return out;
  });
}

/** Whether an address that is known takes data along, as it would for a page that is read. */
function carries(text: string): boolean {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(address) && carriedBy(new URL(address)) !== null;
}

function urlClaims(url: Word): Claim[] {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url.prefix)?.[1]?.toLowerCase();
  if (scheme === 'file') {
    const path = tail(url, /^file:\/\/[^/]*/i.exec(url.prefix)?.[0].length ?? 0);
    return [{ does: 'read', path }];
  }
  const host = hostIn(url);
  const claims: Claim[] = [{ does: 'net', host, send: false }];
  if (host !== null && hostOfWord(url) === null) claims.push(claimed(note('medium', 'network', 'network.unknownPort')));
  if (scheme !== undefined && !['http', 'https', 'ws', 'wss'].includes(scheme))
    claims.push(claimed(unusual('network.scheme'), { scheme }));
  return claims;
}

/** An address's host; this machine's also where its port is a plain variable, since the sandbox holds it to this machine. */
function hostIn(url: Word): string | null {
  const known = hostOfWord(url);
  if (known !== null) return known;
  const here = /^["']?https?:\/\/(localhost|127\.0\.0\.1):\$(?:\w+|\{\w+\})(?:\/[^@$`]*)?["']?$/i.exec(url.raw);
  return here?.[1]?.toLowerCase() ?? null;
}

/** The file named after a marker such as `@`; nothing where the value is plain data. */
function fileIn(value: Word, marker: RegExp): Word[] {
  const match = marker.exec(value.prefix);
  if (match === null) return [];
  const path = tail(value, match[0].length);
  const end = path.text?.indexOf(';') ?? -1;
  return [end > 0 ? literal(path.text?.slice(0, end) ?? '') : path];
}

/** Where `-O` puts an address's last part. */
function saved(url: Word, directory?: Word): Word {
  const unknown: Word = { raw: url.raw, text: null, prefix: '', glob: false, splits: false };
  if (url.text === null || directory?.text === null) return unknown;
  const name = posix.basename((url.text.split(/[?#]/)[0] ?? '').replace(/^[a-z]+:\/\/[^/]*/i, ''));
  return name === '' ? literal('index.html') : literal(posix.join(directory?.text ?? '.', name));
}

const wget: Spec = {
  flags: {
    ...valued(
      '-t --tries -T --timeout -w --wait -Q --quota -l --level -A --accept -R --reject -D --domains --exclude-domains -I --include-directories -X --exclude-directories -U --user-agent --referer --limit-rate --waitretry --dns-timeout --connect-timeout --read-timeout --bind-address --restrict-file-names --cut-dirs --default-page --accept-regex --reject-regex --regex-type --start-pos --ca-directory --secure-protocol --certificate-type --private-key-type --max-redirect --prefer-family -B --base --progress --local-encoding --remote-encoding --compression --report-speed --follow-tags --ignore-tags --warc-header --warc-max-size --ciphers',
    ),
    ...valued(
      '--header --user --password --http-user --http-password --ftp-user --ftp-password --post-data --body-data --method',
    ),
    ...valued('-P --directory-prefix'),
    ...flagged(
      '-O --output-document -o --output-file -a --append-output --save-cookies --rejected-log --warc-file --warc-tempdir --hsts-file',
      {
        value: 'write',
      },
    ),
    ...flagged('--post-file --body-file --load-cookies --certificate --private-key --ca-certificate --crl-file', {
      value: 'read',
    }),
    ...flagged('-i --input-file --config', { value: 'read', note: note('high', 'obscure', 'network.configFile') }),
    ...flagged('-e --execute', { value: 'ignore', note: note('high', 'obscure', 'network.configFile') }),
    '--use-askpass': { value: 'program', note: note('high', 'privilege', 'network.askpass') },
    ...flagged('--proxy-user --proxy-password', { value: 'ignore' }),
    ...flagged('-r --recursive -m --mirror -p --page-requisites', {
      note: note('high', 'download', 'network.recursive'),
    }),
    '--delete-after': {},
    '--spider': {},
    ...flagged('-q --quiet -nv -c --continue -N --timestamping -k --convert-links', {}),
  },
  inspect(call) {
    const sends =
      call.has('--post-data', '--post-file', '--body-data', '--body-file') ||
      call.values('--method').some(method => !/^(get|head)$/i.test(method.text ?? '?'));
    const secret =
      call.has('--user', '--password', '--http-password', '--http-user', '--load-cookies', '--certificate') ||
      call
        .values('--header')
        .some(({ text }) => text === null || /^(authorization|cookie|x-api-key|private-token)|token/i.test(text));
    const claims: Claim[] = call.operands.flatMap(urlClaims);
    if (!call.has('-O', '--output-document', '--spider')) {
      const directory = call.values('-P', '--directory-prefix').at(-1);
      for (const url of call.operands) claims.push({ does: 'write', path: saved(url, directory) });
    }
    return [...claims, ...sentTo(call.operands, sends, secret)];
  },
};

/** `http POST example.com a=b c@file`: a method, an address, then items. */
const httpie: Spec = {
  flags: {
    ...valued(
      '--print -p --style -s --pretty --auth-type -A --timeout --max-redirects --session --session-read-only --verify --ssl --ciphers --boundary --max-headers --response-charset --response-mime --default-scheme --format-options --raw',
    ),
    ...flagged('-a --auth', { value: 'ignore' }),
    ...flagged('-o --output', { value: 'write' }),
    ...flagged('--cert --cert-key', { value: 'read' }),
    '--proxy': { value: 'ignore', note: unusual('network.proxy') },
    '--unix-socket': { value: 'ignore', note: unusual('network.unixSocket') },
    ...flagged('-d --download -f --form -j --json -v --verbose -h --headers -b --body -F --follow', {}),
  },
  inspect(call) {
    const [first, ...rest] = call.operands;
    if (first === undefined) return [];
    const method = /^[A-Za-z]+$/.test(first.text ?? '') && rest.length > 0 && first.text !== 'localhost' ? first : null;
    const [url, ...items] = method === null ? call.operands : rest;
    if (url === undefined) return [];
    // `:3000/path` is short for this machine.
    const host = url.text?.startsWith(':') === true ? 'localhost' : hostOfWord(url);
    const files = items
      .filter(item => /^[^=@:]*(@|:=@|=@)/.test(item.prefix))
      .map(item => tail(item, item.prefix.indexOf('@') + 1));
    const data = items.some(item => item.text === null || /^[^:=@]*(=(?!=)|:=|@)/.test(item.text));
    const sends =
      data ||
      call.has('--raw') ||
      call.invocation.stdin.type !== 'inherited' ||
      (method !== null && !/^(get|head|options)$/i.test(method.text ?? ''));
    const secret =
      call.has('-a', '--auth', '--cert', '--session') ||
      items.some(item => /^(authorization|cookie|x-api-key):/i.test(item.prefix));
    const where = host === null ? url : literal(`http://${host}/`);
    return [
      ...files.map((path): Claim => ({ does: 'read', path })),
      { does: 'net', host, send: false },
      ...sentTo([where], sends, secret),
      ...(call.has('-d', '--download') && !call.has('-o', '--output')
        ? [{ does: 'write', path: saved(url) } as const]
        : []),
    ];
  },
};

const runsHook = { value: 'program', note: note('high', 'privilege', 'network.hook') } as const;

export const http: ProgramTable = {
  curl,
  curlie: curl,
  wget,
  wget2: wget,
  http: httpie,
  https: httpie,
  xh: httpie,
  xhs: httpie,
  aria2c: {
    flags: {
      ...valued('-j -x -s -k --header --user-agent --max-tries --timeout'),
      ...flagged('-o --out -d --dir -l --log --save-session', { value: 'write' }),
      ...flagged('-i --input-file --conf-path', { value: 'read', note: note('high', 'obscure', 'network.configFile') }),
      ...flagged(
        '--on-download-complete --on-download-error --on-download-start --on-download-stop --on-download-pause --on-bt-download-complete',
        runsHook,
      ),
      ...flagged('--enable-rpc --rpc-listen-all', {
        attached: true,
        note: note('high', 'unusual-network', 'network.listens'),
      }),
    },
    operands: 'url',
    notes: [note('high', 'download', 'network.download')],
  },
  websocat: {
    operands: 'url',
    flags: { ...flagged('-s --server-mode', { note: unusual('network.listens') }), ...valued('-H --header') },
    inspect: call =>
      call.operands.flatMap((word): Claim[] =>
        /^(cmd|sh-c|exec):/.test(word.prefix)
          ? [{ does: 'shell', text: tail(word, word.prefix.indexOf(':') + 1) }]
          : [],
      ),
  },
  grpcurl: {
    flags: {
      ...valued('-d -H -import-path -proto -rpc-header -reflect-header -authority -max-time -connect-timeout -format'),
      '-protoset': { value: 'read' },
    },
    longSingle: true,
    inspect: call => {
      const host = hostOf(call.operands[0]?.text ?? null);
      if (host !== null && isLoopback(host)) return [];
      return outcome(call.operands.some(word => /^(list|describe)$/.test(word.text ?? '')) ? 'looks' : 'changes', host);
    },
  },
};
