import type { Claim } from '../../claim.ts';
import { hostOf } from '../../hosts.ts';
import { judgedAs } from '../remote.ts';
import { type Call, claimed, note, type ProgramTable, type Spec } from '../spec.ts';
import { harmless, named, reach, taking } from './parts.ts';

const exposes = judgedAs('high', 'unusual-network', 'remote.exposes');
const uploads = judgedAs('high', 'upload', 'remote.uploads');
const changes = judgedAs('high', 'external-service', 'remote.changes');
const attacks = judgedAs('critical', 'unusual-network', 'outward.attacks');
const listens = judgedAs('high', 'unusual-network', 'network.listens');

/** Pages by address, or files of this machine; what is posted comes from the standard input or a file. */
function browsed(call: Call): Claim[] {
  const posted = call.has('-post_data', '-post', '-get_data', '--post-data', '-mime_header');
  return [
    ...call.operands.flatMap((word): Claim[] => {
      const page = word.text === null || /^[a-z]+:|^[\w-]+(\.[\w-]+)+(\/|$)/i.test(word.prefix);
      const local = /\.(html?|md|txt|xml)$/i.test(word.text ?? '') && !/^[a-z]+:/i.test(word.prefix);
      return page && !local ? [reach(hostOf(word.text), posted)] : [{ does: 'read', path: word }];
    }),
    ...(posted && call.operands.length === 0 ? [reach(null, true)] : []),
  ];
}

const browser: Spec = {
  longSingle: true,
  flags: {
    ...taking('read', '-post -cfg -lss'),
    ...taking('load', '-cmd_script -config'),
    ...taking('ignore', '-width -o -cols -T -I -O -useragent -auth -pauth'),
    ...taking('write', '-cmd_log -cookie_save_file -error_file'),
  },
  inspect: browsed,
};

/** Installers of libraries and whole systems. */
const installer = (looks: string): Spec => ({
  noSub: harmless,
  sub: named(looks, harmless),
  otherSub: { notes: [note('high', 'dependency', 'tool.installed')] },
});

/** What opens ways to other computers, attacks them, speaks to their services or brings programs from there. */
export const outward: ProgramTable = {
  ...named('lynx w3m links links2 elinks browsh netrik', browser),
  ...named(
    'chisel frps pagekite inlets gost rathole sshuttle iodine dnscat2 ligolo ligolo-proxy gs-netcat ptunnel udp2raw hans revsocks',
    exposes,
  ),
  ...named(
    'httpd telnetd ftpd tftpd dropbear sshd nginx apache2 caddy lighttpd darkhttpd mini_httpd httpserver ttyd gotty shellinabox',
    {
      inspect: call =>
        call.has('-t', '-v', '-V', '--version', '--help', '-T') ? [] : (listens.notes ?? []).map(each => claimed(each)),
    } satisfies Spec,
  ),
  ...named('pastebinit sendme gist ffsend telegram-send ntfy wgetpaste pbin ix sprunge 0x0 termbin', uploads),
  ...named(
    'ettercap bettercap sqlmap nikto gobuster dirb wfuzz ffuf nuclei msfconsole msfvenom meterpreter aircrack-ng airmon-ng dsniff arpspoof responder impacket-secretsdump evil-winrm crackmapexec netexec',
    attacks,
  ),
  ...named('mitmproxy mitmdump mitmweb wireshark tor i2pd parec', {
    notes: [note('high', 'unusual-network', 'outward.listensIn')],
  }),
  ...named(
    'kafka-topics kafka-topics.sh kafka-configs kafka-console-producer rabbitmqctl rabbitmqadmin mosquitto_pub amqp-publish nats',
    changes,
  ),
  ...named('vcpkg', installer('list search version help integrate-list format-manifest')),
  ...named(
    'conan spack guix xrepo mamba-build',
    installer('list search info inspect graph version help show find describe'),
  ),
  ...named('yt-dlp youtube-dl gallery-dl', { operands: 'url', notes: [note('high', 'download', 'remote.downloads')] }),
  ...named('syncthing rdiff-backup resilio', uploads),
  bfg: { notes: [note('high', 'git-history', 'git.rewritesHistory')] },
  machinectl: {
    noSub: harmless,
    sub: named('list status show list-images image-status show-image', harmless),
    otherSub: { notes: [note('high', 'sandbox-escape', 'wrapper.otherNamespace')] },
  },
  btrfs: {
    noSub: harmless,
    sub: {
      subvolume: {
        sub: named('list show get-default find-new', harmless),
        otherSub: { notes: [note('high', 'deletion', 'disks.format')] },
      },
      filesystem: {
        sub: named('df show usage du label', harmless),
        otherSub: { notes: [note('high', 'outside-workspace', 'disks.format')] },
      },
    },
    otherSub: { notes: [note('high', 'outside-workspace', 'disks.format')] },
  },
  finger: {
    inspect: call =>
      call.operands.flatMap((word): Claim[] =>
        word.text === null || word.text.includes('@') ? [reach(hostOf(word.text), true)] : [],
      ),
  },
  pydoc: { flags: named('-p -n -b -w', { note: note('medium', 'network', 'interpreter.serves') }) },
  ...named('perldoc ri godoc gprof xsv qsv datamash overmind-status', { operands: 'read' }),
  ...named('foreman overmind hivemind supervisord', {
    flags: taking('load', '-f --procfile -c -e --env'),
    notes: [note('medium', 'process-control', 'builds.outlives')],
  } satisfies Spec),
};
