import type { Claim } from '../../claim.ts';
import { type Call, claimed, type Note, note, type ProgramTable, type Spec } from '../spec.ts';
import { literal } from '../word.ts';
import { harmless, named, taking } from './parts.ts';

const service = note('high', 'privilege', 'system.service');
const settings = note('high', 'privilege', 'system.settings');
const accounts = note('high', 'privilege', 'system.accounts');
const firewall = note('high', 'unusual-network', 'system.network');
const kernel = note('critical', 'privilege', 'system.kernel');
const stops = note('critical', 'process-control', 'system.stops');
const defends = note('critical', 'tampering', 'system.defences');

/** Looks in the subcommands named, and else does what the note says. Without a subcommand it looks. */
function looksIn(subcommands: string, otherwise: Note, flags: Spec['flags'] = {}): Spec {
  return {
    flags,
    sub: named(subcommands, harmless),
    otherSub: { notes: [otherwise] },
    noSub: harmless,
  };
}

/** Looks with any of these flags only. */
function looksWith(flags: string, otherwise: Note): Spec {
  const list = flags.split(' ');
  return { inspect: call => (call.has(...list, '--help', '--version') ? [] : [claimed(otherwise)]) };
}

function journalClaims(call: Call): Claim[] {
  const changes = [...call.flags.keys()].some(flag =>
    /^--(vacuum|rotate|flush|relinquish|smart-rel|setup-keys|update-catalog)/.test(flag),
  );
  return changes ? [claimed(note('critical', 'tampering', 'system.logs'))] : [];
}

function ipClaims(call: Call): Claim[] {
  const [object, verb] = call.operands.map(each => each.text ?? '?');
  if (object === undefined || verb === undefined || /^(s|sh|sho|show|l|ls|lst|list|get|help)$/.test(verb)) return [];
  if (/^(netns|vrf)$/.test(object) && /^(e|exec)/.test(verb)) return [claimed(kernel)];
  return object.startsWith('mon') ? [] : [claimed(firewall)];
}

const sysctl: Spec = {
  flags: named('-w --write -p --load --system -f', { note: kernel }),
  inspect: call => (call.operands.some(each => each.prefix.includes('=')) ? [claimed(kernel)] : []),
};

/** Services, accounts, kernel, network settings and logs of the computer itself. */
export const system: ProgramTable = {
  ...named(
    'uname getconf locale localedef lscpu lsmod modinfo lsipc lsmem runlevel vmmap sw_vers system_profiler ioreg hostid sestatus getenforce aa-status hwinfo inxi neofetch fastfetch screenfetch lshw dmidecode acpi sensors logname hostinfo',
    harmless,
  ),
  getent: {
    inspect: call =>
      /^g?shadow$/.test(call.operands[0]?.text ?? '')
        ? [{ does: 'read', path: literal('/etc/shadow') }]
        : call.operands[0]?.text === 'ahosts' || call.operands[0]?.text === 'hosts'
          ? call.operands.slice(1).map((word): Claim => ({ does: 'net', host: word.text, send: word.text === null }))
          : [],
  },
  ...named('hostname domainname', {
    flags: taking('read', '-F --file'),
    inspect: call => (call.operands.length > 0 || call.has('-F', '--file', '-b') ? [claimed(settings)] : []),
  }),
  dmesg: {
    flags: named('-C -c --clear --read-clear -D -E -n --console-off', {
      note: note('high', 'tampering', 'system.logs'),
    }),
  },
  journalctl: {
    flags: taking('ignore', '-u -n -S -U -p -o -t -b -g --unit --since --until --lines --output'),
    inspect: journalClaims,
  },
  ...named('logger wall write mesg', { notes: [note('medium', 'external-service', 'system.message')] }),
  logrotate: { notes: [note('high', 'tampering', 'system.logs')] },
  systemctl: {
    flags: {
      ...taking('ignore', '-t --type -p --property -n --lines -o --output --state --root'),
      ...named('-H --host -M --machine', { value: 'host' }),
    },
    sub: {
      ...named(
        'status show list-units list-unit-files list-timers list-sockets list-jobs list-dependencies list-machines is-active is-enabled is-failed is-system-running cat get-default help show-environment',
        harmless,
      ),
      ...named(
        'reboot poweroff halt kexec suspend hibernate hybrid-sleep isolate emergency rescue exit switch-root soft-reboot',
        { notes: [stops] },
      ),
      ...named(
        'enable link edit set-default preset revert add-wants add-requires reenable import-environment set-environment',
        { notes: [note('high', 'persistence', 'system.startsLater')] },
      ),
    },
    otherSub: { notes: [service] },
    noSub: harmless,
  },
  service: {
    inspect: call => (call.has('--status-all') || call.operands[1]?.text === 'status' ? [] : [claimed(service)]),
  },
  launchctl: looksIn(
    'list print print-cache print-disabled blame help version dumpstate examine hostinfo managername manageruid managerpid',
    note('high', 'persistence', 'system.startsLater'),
  ),
  ...named(
    'initctl rc-service rc-update sv supervisorctl s6-svc runit update-rc.d chkconfig insserv',
    looksIn('status list show avail', note('high', 'persistence', 'system.startsLater')),
  ),
  ...named(
    'useradd adduser usermod userdel deluser passwd chpasswd gpasswd groupadd addgroup groupmod groupdel delgroup newusers chsh chfn chage vipw vigr visudo newgrp sg pwconv grpconv dscl dseditgroup sysadminctl createhomedir',
    {
      inspect: call => [
        claimed(
          call.path[0] === 'visudo' || call.path[0] === 'vipw'
            ? note('critical', 'privilege', 'system.accounts')
            : accounts,
        ),
      ],
    },
  ),
  crontab: {
    flags: { ...taking('ignore', '-u'), ...named('-l -e -r -i', {}) },
    operands: 'read',
    inspect: call => [
      claimed(
        call.has('-l')
          ? note('medium', 'outside-workspace', 'system.jobs')
          : call.has('-r')
            ? note('critical', 'deletion', 'system.jobsRemoved')
            : note('high', 'persistence', 'system.startsLater'),
      ),
    ],
  },
  sysctl,
  ...named('modprobe insmod rmmod depmod kmod kexec kextload kextunload kmutil', {
    inspect: call => (call.has('-n', '--dry-run', '-l', '--list', '--show-depends') ? [] : [claimed(kernel)]),
  }),
  ...named(
    'iptables ip6tables iptables-restore ip6tables-restore ebtables arptables ipset',
    looksWith('-L -S --list --list-rules -V', firewall),
  ),
  nft: looksIn('list describe', firewall, { ...taking('read', '-f --file') }),
  ufw: looksIn('status version', note('critical', 'tampering', 'system.defences')),
  'firewall-cmd': {
    inspect: call =>
      [...call.flags.keys()].every(flag => /^--(list|get|query|info|state|version|help|zone|permanent)/.test(flag))
        ? []
        : [claimed(firewall)],
  },
  ...named('pfctl fail2ban-client socketfilterfw', { notes: [defends] }),
  ip: {
    inspect: ipClaims,
    flags: {
      ...taking('ignore', '-f -family'),
      ...named('-n -netns', { value: 'ignore' }),
      ...taking('read', '-b -batch'),
    },
  },
  ...named('ifconfig route arp', {
    inspect: call => (call.operands.length > 1 || call.has('-s', '-d', '-f') ? [claimed(firewall)] : []),
  }),
  ...named('ifup ifdown dhclient wpa_supplicant iw iwconfig tc brctl wg wg-quick networksetup ethtool resolvconf', {
    notes: [firewall],
  }),
  ...named('nmcli', looksIn('status general show query statistics', firewall)),
  scutil: looksWith('--get --dns --proxy -r', firewall),
  ...named(
    'hostnamectl timedatectl localectl bootctl',
    looksIn('status show show-timesync timesync-status list-timezones list-locales list-keymaps', settings),
  ),
  loginctl: looksIn(
    'list-sessions session-status show-session list-users user-status show-user list-seats',
    note('high', 'process-control', 'system.session'),
  ),
  ...named('hwclock ntpdate chronyc systemsetup nvram bless pmset', { notes: [settings] }),
  ...named('shutdown reboot halt poweroff init telinit', {
    inspect: call => (call.has('--help', '--version', '-c') ? [] : [claimed(stops)]),
  }),
  ...named(
    'auditctl auditd ausearch aureport setenforce setsebool semanage aa-disable aa-complain aa-enforce aa-teardown apparmor_parser spctl csrutil tccutil',
    {
      inspect: call =>
        /^(ausearch|aureport)$/.test(call.path[0] ?? '') ||
        /^(status|--status)$/.test(call.operands[0]?.text ?? '') ||
        call.has('--status', '-l', '-s')
          ? []
          : [claimed(defends)],
    },
  ),
  ...named('update-alternatives alternatives', {
    inspect: call => (call.has('--display', '--list', '--query', '--get-selections') ? [] : [claimed(settings)]),
  }),
  ldconfig: looksWith('-p --print-cache -v -N', settings),
  ...named('cloud-init waagent', looksIn('status query analyze', settings)),
  pivot_root: { notes: [kernel] },
  ...named(
    'tmutil',
    looksIn('listbackups destinationinfo status listlocalsnapshots', note('critical', 'deletion', 'system.backups')),
  ),
  ...named(
    'timeshift snapper restic borg borgmatic duplicity vssadmin wbadmin bcdedit',
    looksIn('list snapshots info check status', note('high', 'deletion', 'system.backups')),
  ),
};
