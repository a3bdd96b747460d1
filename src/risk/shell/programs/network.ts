import type { Claim } from '../../claim.ts';
import { hostOf, isLoopback } from '../../hosts.ts';
import { exposes, flagged, group, local, logsIn, outcome, valued, verbClient, verbs } from '../remote.ts';
import { tail } from '../sort.ts';
import { type Call, claimed, type Flag, note, type ProgramTable, type Spec } from '../spec.ts';
import type { Word } from '../word.ts';

// Sources: ssh(1), ssh_config(5), scp(1), sftp(1), nc(1), ncat(1), socat(1), dig(1), the tools' own manuals and GTFOBins.

const unusual = (code: string) => note('high', 'unusual-network', code);

const listens = unusual('network.listens');
const tunnel = unusual('network.tunnel');
const rawSocket = unusual('network.rawSocket');

/** ssh's options that run programs here, load code, or turn checks off. */
function sshOption(option: Word): Claim[] {
  const text = option.text;
  if (text === null) return [claimed(note('high', 'obscure', 'network.sshOption'), { option: option.raw })];
  const [, name = '', value = ''] = /^\s*(\w+)\s*[=\s]\s*(.*)$/s.exec(text) ?? [];
  switch (name.toLowerCase()) {
    case 'proxycommand':
    case 'localcommand':
    case 'knownhostscommand':
      return value.toLowerCase() === 'none'
        ? []
        : [
            claimed(note('critical', 'sandbox-escape', 'network.sshRuns'), { option: name }),
            { does: 'shell', text: { ...option, text: value, prefix: value } },
          ];
    case 'permitlocalcommand':
    case 'pkcs11provider':
    case 'securitykeyprovider':
    case 'xauthlocation':
    case 'include':
      return [claimed(note('high', 'persistence', 'network.sshRuns'), { option: name })];
    case 'stricthostkeychecking':
    case 'userknownhostsfile':
    case 'checkhostip':
      return [claimed(note('high', 'checks-removed', 'network.sshUnverified'))];
    case 'localforward':
    case 'remoteforward':
    case 'dynamicforward':
    case 'forwardagent':
    case 'tunnel':
      return [claimed(tunnel)];
    default:
      return [];
  }
}

const sshFlags: Record<string, Flag> = {
  ...valued('-B -b -c -e -m -O -p -Q -S -W'),
  ...flagged('-L -R -D -w -J', { value: 'ignore', note: tunnel }),
  ...flagged('-A -X -Y', { note: tunnel }),
  '-E': { value: 'write' },
  '-F': { value: 'read', note: note('high', 'obscure', 'network.configFile') },
  '-I': { value: 'read', note: note('high', 'persistence', 'network.sshRuns') },
  '-i': { value: 'ignore' },
  '-l': { value: 'ignore' },
  '-o': { value: 'ignore' },
};

const ssh: Spec = {
  stopAtOperand: true,
  flags: sshFlags,
  inspect(call) {
    const [target, ...command] = call.operands;
    const options = call.values('-o').flatMap(sshOption);
    if (target === undefined) return call.has('-Q') ? [] : options;
    const host = hostOf(target.text);
    // ssh takes options after the host, too, and a host that begins with a dash is one.
    const late = command.flatMap((word, i) =>
      word.text === '-o' ? sshOption(command[i + 1] ?? word) : /^-o./.test(word.prefix) ? sshOption(tail(word, 2)) : [],
    );
    if (host !== null && isLoopback(host)) options.push(claimed(note('high', 'sandbox-escape', 'network.sshHere')));
    return [...options, ...late, ...outcome(command.length > 0 ? 'executes' : 'logsIn', host)];
  },
};

/** `host:path` and `user@host:path` and URLs are on another machine; a word with a slash before its colon is not. */
function remoteHost(word: Word): string | null | undefined {
  if (word.text === null && !/[:/]/.test(word.prefix)) return null;
  const url = /^[a-z]+:\/\//i.test(word.prefix);
  const match = /^(?:[^@/:]*@)?(\[[^\]]+\]|[^/:]+):/.exec(word.prefix);
  if (url) return hostOf(word.text);
  return match?.[1]?.toLowerCase();
}

/** Copies between machines: the last operand is the target. */
function copies(call: Call): Claim[] {
  const target = call.operands.at(-1);
  return call.operands.flatMap((word): Claim[] => {
    const host = remoteHost(word);
    const last = word === target && call.operands.length > 1;
    if (host === undefined)
      return last ? [{ does: 'write', path: word }] : [{ does: 'read', path: word, recursive: true }];
    return [{ does: 'net', host, send: last }];
  });
}

const scp: Spec = {
  flags: {
    ...valued('-c -D -i -J -l -P -X'),
    '-o': { value: 'ignore' },
    '-F': { value: 'read', note: note('high', 'obscure', 'network.configFile') },
    '-S': { value: 'program', note: note('critical', 'sandbox-escape', 'network.sshRuns') },
    ...flagged('-r -p -q -C -v', {}),
  },
  inspect: call => [...call.values('-o').flatMap(sshOption), ...copies(call)],
};

const sftp: Spec = {
  like: scp,
  flags: { ...valued('-R -B -s'), '-b': { value: 'read', note: note('high', 'obscure', 'network.configFile') } },
  notes: [note('high', 'external-service', 'network.transfer')],
};

/** Interactive clients whose commands come from files and flags. */
const transfer: Spec = {
  notes: [note('high', 'external-service', 'network.transfer')],
  flags: {
    ...flagged('-e -c', { value: 'ignore', note: note('high', 'obscure', 'network.transferCommands') }),
    '-f': { value: 'read', note: note('high', 'obscure', 'network.configFile') },
    ...valued('-u -p'),
  },
  operands: 'host',
  inspect: call =>
    call.values('-e', '-c').flatMap((word): Claim[] => {
      const at = word.text?.indexOf('!') ?? -1;
      return at < 0 ? [] : [{ does: 'shell', text: tail(word, at + 1) }];
    }),
};

const netcat: Spec = {
  flags: {
    ...valued('-w -i -p -q -s -T -V -X -O -I -g -G -m -M -P --wait --idle-timeout --source-port --source'),
    ...flagged('-x --proxy', { value: 'host', note: unusual('network.proxy') }),
    ...flagged('-e --exec', { value: 'command', note: note('critical', 'sandbox-escape', 'network.shellToNetwork') }),
    ...flagged('-c --sh-exec', {
      value: 'command',
      note: note('critical', 'sandbox-escape', 'network.shellToNetwork'),
    }),
    '--lua-exec': { value: 'script', note: note('critical', 'sandbox-escape', 'network.shellToNetwork') },
    ...flagged('-l --listen -k --keep-open', { note: listens }),
    ...flagged('-o --output -x --hex-dump', { value: 'write' }),
    ...flagged('-z -v -n -u -4 -6 -U -N', {}),
  },
  inspect: call => [
    ...(call.has('-z') && isLoopback(call.operands[0]?.text ?? '?') ? [] : [claimed(rawSocket)]),
    {
      does: 'net',
      host: call.has('-l', '--listen') ? null : hostOf(call.operands[0]?.text ?? null),
      send: !call.has('-z'),
    },
  ],
};

const socat: Spec = {
  notes: [rawSocket],
  flags: { ...flagged('-lf -r -R', { value: 'write' }), ...valued('-b -t -T -L -W') },
  inspect: call => call.operands.flatMap(socatAddress),
};

function socatAddress(word: Word): Claim[] {
  const [, type = '', rest = ''] = /^([a-z0-9-]+)[:]?(.*)$/is.exec(word.prefix) ?? [];
  const kind = type.toUpperCase();
  const text = tail(word, word.prefix.length - rest.length);
  const first = rest.split(',')[0] ?? '';
  if (/^(EXEC|SYSTEM|SHELL)$/.test(kind))
    return [
      claimed(note('critical', 'sandbox-escape', 'network.shellToNetwork')),
      { does: 'shell', text: text.text === null ? text : { ...text, text: first, prefix: first } },
    ];
  if (/LISTEN|RECV/.test(kind)) return [claimed(listens)];
  if (/^(OPEN|FILE|CREATE|GOPEN)$/.test(kind))
    return [
      { does: 'read', path: { ...text, text: text.text === null ? null : first } },
      { does: 'write', path: { ...text, text: text.text === null ? null : first } },
    ];
  if (/UNIX|ABSTRACT/.test(kind)) return [claimed(unusual('network.unixSocket'), { path: first })];
  if (/^(STDIO|STDIN|STDOUT|STDERR|-|PIPE|PTY|FD)$/.test(kind)) return [];
  return [{ does: 'net', host: hostOf(first === '' ? null : first), send: true }];
}

/** A name that is asked for reaches its owner's server: data leaves in names, past every proxy. */
const lookup: Spec = {
  notes: [unusual('network.dns')],
  flags: { '-f': { value: 'read' }, '-k': { value: 'read' }, ...valued('-t -p -c -q -x -b -y -W -R -N') },
  inspect: call =>
    call.operands
      .filter(word => !/^(\+|[A-Z]{1,6}$|(a|aaaa|mx|txt|ns|any|cname|soa|ptr|srv)$)/.test(word.text ?? ''))
      .map((word): Claim => {
        const host = word.text === null ? null : word.text.replace(/^@/, '').toLowerCase();
        return { does: 'net', host, send: word.text === null };
      }),
};

/** Small packets to a host; the size and the pattern can carry data. */
const probe: Spec = {
  flags: {
    ...valued('-c -i -W -w -s -t -I -m -q -f -n -l -Q -M -S -T'),
    '-p': { value: 'ignore', note: unusual('network.carries') },
    ...flagged('--pattern --data --data-string', { value: 'ignore', note: unusual('network.carries') }),
  },
  operands: 'host',
};

const scan: Spec = {
  notes: [unusual('network.scan')],
  flags: {
    ...flagged('-oN -oX -oG -oA -oS', { value: 'write' }),
    ...flagged('-iL --excludefile --datadir --resume', { value: 'read' }),
    ...flagged('--script', { value: 'ignore', note: note('critical', 'obscure', 'network.scanScript') }),
    '--interactive': { note: note('critical', 'sandbox-escape', 'network.scanScript') },
    ...valued('-p'),
  },
  inspect: call => [{ does: 'net', host: hostOf(call.operands.at(-1)?.text ?? null), send: false }],
};

const capture: Spec = {
  notes: [note('high', 'privilege', 'network.capture')],
  flags: {
    ...flagged('-w', { value: 'write' }),
    ...flagged('-r -F', { value: 'read' }),
    '-z': { value: 'command', note: note('critical', 'privilege', 'network.hook') },
    '-X': { value: 'ignore', note: note('high', 'obscure', 'network.configFile') },
    ...valued('-i -c -s -G -C -W -Z -y -T -e -Y -f'),
  },
};

const mail: Spec = {
  notes: [note('high', 'upload', 'network.mail')],
  flags: {
    ...flagged('-a -A --attach --attachment --body --header-file -H', { value: 'read' }),
    ...flagged('-S --set -e -X', { value: 'ignore', note: note('high', 'obscure', 'network.mailOption') }),
    ...valued('-s -c -b -r -f -t --to --from --server --subject'),
  },
  inspect: () => [{ does: 'net', host: null, send: true }],
};

const mounts: Spec = {
  notes: [note('high', 'external-service', 'network.mount')],
  flags: { '-o': { value: 'ignore' } },
  inspect: call => [
    ...call
      .values('-o')
      .flatMap(word => (word.text?.split(',') ?? []).flatMap(text => sshOption({ ...word, text, prefix: text }))),
    { does: 'net', host: call.operands[0] === undefined ? null : (remoteHost(call.operands[0]) ?? null), send: true },
  ],
};

const rclone: Spec = group(
  verbs(
    [local, 'version help completion genautocomplete listremotes'],
    [{ inspect: () => outcome('looks') }, 'ls lsd lsf lsl lsjson size about check cat tree md5sum sha1sum hashsum'],
    [{ inspect: () => outcome('destroys') }, 'purge delete deletefile rmdir rmdirs cleanup dedupe'],
    [
      { notes: [note('high', 'upload', 'network.transfer')], operands: 'tree', inspect: copies },
      'copy copyto sync move moveto bisync rcat',
    ],
    [exposes, 'serve mount nfsmount rcd rc link'],
    [logsIn, 'config authorize obscure reveal'],
  ),
  { '--config': { value: 'read' }, '--password-command': { value: 'command' } },
);

const sends = (): Claim[] => [{ does: 'net', host: null, send: true }];
const expose: Spec = { inspect: exposes.inspect ?? sends };

export const network: ProgramTable = {
  ssh,
  autossh: { ...ssh, notes: [tunnel] },
  mosh: {
    flags: { '--ssh': { value: 'command' }, '--server': { value: 'ignore' }, ...valued('-p --port') },
    inspect: call => outcome(call.operands.length > 1 ? 'executes' : 'logsIn', hostOf(call.operands[0]?.text ?? null)),
  },
  sshpass: {
    stopAtOperand: true,
    operands: 'argv',
    flags: { '-f': { value: 'read' }, ...valued('-p -d -P') },
    notes: [note('high', 'credential-access', 'network.storedPassword')],
  },
  'ssh-copy-id': {
    flags: { '-i': { value: 'ignore' }, ...valued('-p -o') },
    notes: [note('critical', 'persistence', 'network.sshKeyPlanted')],
    inspect: call => [{ does: 'net', host: hostOf(call.operands[0]?.text ?? null), send: true }],
  },
  'ssh-keyscan': { flags: valued('-p -t -T'), operands: 'host' },
  scp,
  sftp,
  sshfs: mounts,
  ftp: transfer,
  lftp: transfer,
  tftp: transfer,
  ncftp: transfer,
  ncftpput: { operands: ['host', 'ignore', 'read'], inspect: sends },
  telnet: { notes: [rawSocket], flags: valued('-l -b -e'), operands: ['host', 'ignore'] },
  nc: netcat,
  'nc.openbsd': netcat,
  'nc.traditional': netcat,
  ncat: netcat,
  netcat,
  pwncat: netcat,
  socat,
  rclone,
  croc: { notes: [note('high', 'upload', 'network.transfer')], inspect: sends },
  wormhole: { notes: [note('high', 'upload', 'network.transfer')], inspect: sends },
  transfer: { notes: [note('high', 'upload', 'network.transfer')], inspect: sends },
  dig: lookup,
  nslookup: lookup,
  host: lookup,
  drill: lookup,
  kdig: lookup,
  delv: lookup,
  resolvectl: lookup,
  whois: {
    operands: 'ignore',
    flags: valued('-h -p'),
    inspect: call => [{ does: 'net', host: 'whois.iana.org', send: call.operands.some(word => word.text === null) }],
  },
  ping: probe,
  ping6: probe,
  fping: probe,
  hping3: { ...probe, notes: [rawSocket] },
  traceroute: probe,
  tracepath: probe,
  mtr: probe,
  nmap: { ...scan, longSingle: true },
  masscan: scan,
  zmap: scan,
  'arp-scan': scan,
  tcpdump: capture,
  tshark: capture,
  dumpcap: capture,
  mail,
  mailx: mail,
  's-nail': mail,
  sendmail: mail,
  mutt: mail,
  msmtp: mail,
  swaks: mail,
  ngrok: group(verbs([local, 'version help config'], [logsIn, 'authtoken']), {}, expose),
  cloudflared: group(verbs([local, 'version help'], [logsIn, 'login']), {}, expose),
  localtunnel: expose,
  lt: expose,
  bore: expose,
  frpc: expose,
  tailscale: group(verbs([{ inspect: () => outcome('looks') }, 'status ip netcheck version'], [logsIn, 'login up'])),
  zrok: expose,
  serveo: expose,
  iperf: { notes: [listens], flags: { '-c': { value: 'host' } } },
  iperf3: { notes: [listens], flags: { '-c': { value: 'host' } } },
  ab: { operands: 'url', flags: { ...valued('-n -c -t -H -T'), '-p': { value: 'read' } } },
  wrk: { operands: 'url', flags: { ...valued('-t -c -d -H'), '-s': { value: 'script' } } },
  hey: { operands: 'url', flags: { ...valued('-n -c -z -m -H -d -T -a'), '-D': { value: 'read' } } },
  autocannon: { operands: 'url', flags: valued('-c -d -p -a -w -m -b -H') },
  kcat: verbClient(),
};
