import type { Claim } from '../../claim.ts';
import { type Call, claimed, note, type ProgramTable } from '../spec.ts';
import type { Word } from '../word.ts';
import { named, taking } from './parts.ts';

/** Names under which Gatehouse, the editor around it and the system itself run. */
const hosts = [
  'gatehouse',
  'node',
  'code',
  'code-insiders',
  'code-server',
  'code-oss',
  'codium',
  'vscodium',
  'cursor',
  'windsurf',
  'electron',
  'Code Helper',
  'Visual Studio Code',
  'extensionHost',
  'vscode-server',
  'server-main.js',
  'bwrap',
  'srt',
  'socat',
  'sandbox-exec',
  'systemd',
  'init',
  'launchd',
  'sshd',
  'bash',
  'zsh',
  'login',
  'Finder',
  'WindowServer',
  'gnome-shell',
  'Xorg',
  'dockerd',
  'tmux',
  'screen',
];

const ours = (name: string): Claim => claimed(note('critical', 'self-drive', 'process.killsHost'), { name });
const broad = (name: string): Claim => claimed(note('high', 'process-control', 'process.killMany'), { name });
const one = (name: string): Claim => claimed(note('medium', 'process-control', 'process.kill'), { name });

/** `kill [-signal] pid…`: own are fine; our parent, everything and process 1 are not. */
function killClaims(call: Call): Claim[] {
  let words = call.words;
  let signal: string | null = 'TERM';
  const [first, second] = words;
  if (/^-(l|L|-list|-table)/.test(first?.text ?? '')) return [];
  if (/^(-s|-n|--signal|-q)$/.test(first?.text ?? '')) {
    signal = second?.text ?? null;
    words = words.slice(2);
  } else if (first !== undefined && first.prefix.startsWith('-') && words.length > 1) {
    signal = first.text?.slice(1) ?? null;
    words = words.slice(1);
  }
  words = words.filter(word => word.text !== '--');
  // Signal 0 only asks whether a process is there.
  if (signal === '0') return [];
  return words.flatMap((word): Claim[] => {
    if (word.text !== null) {
      if (word.text.startsWith('%')) return [];
      if (/^(-1|0|1|-0)$/.test(word.text)) return [ours(word.text)];
      return [word.text.startsWith('-') ? broad(word.text) : one(word.text)];
    }
    if (/\$\{?PPID\b/.test(word.raw)) return [ours(word.raw)];
    // `$!` is the job that this command started itself; `$$` its own shell.
    return /^"?\$\{?(!|\$)\}?"?$/.test(word.raw) ? [] : [one(word.raw)];
  });
}

/** By name: `pkill` takes a regular expression, unanchored, and with `-f` over whole command lines. */
function byName(call: Call): Claim[] {
  const exact = call.has('-x', '--exact', '-e') || call.path[0] === 'killall';
  const signals = /^-(\d+|[A-Z]+\d*)$/;
  const patterns = call.operands.filter(word => !signals.test(word.text ?? ''));
  const listing = call.has('-l', '--list-signals', '--version') && call.path[0] !== 'pkill';
  if (listing || call.words.some(word => word.text === '-0')) return [];
  const wide = call.has(
    '-u',
    '-U',
    '-G',
    '-g',
    '-s',
    '-t',
    '-P',
    '-v',
    '--user',
    '--euid',
    '--inverse',
    '--parent',
    '-r',
    '--regexp',
  );
  if (patterns.length === 0) return [call.has('-P', '--parent') ? one('?') : broad('?')];
  return patterns.flatMap((word: Word): Claim[] => {
    const { text } = word;
    if (text === null) return [broad(word.raw)];
    if (hosts.some(name => (exact ? name === text : matches(text, name)))) return [ours(text)];
    if (/\b(gatehouse|extensionHost|vscode|Code Helper|electron)\b|\bcode(-insiders|-server)? --/i.test(text))
      return [ours(text)];
    if (watchers.test(text)) return [claimed(note('high', 'tampering', 'system.defences'), { name: text })];
    const few = text.replace(/\W/g, '').length;
    return [wide || few < 3 ? broad(text) : one(text)];
  });
}

/** Daemons that record what happens, guard the machine or keep it going. */
const watchers =
  /^(rsyslogd?|syslogd?|syslog-ng|auditd|journald|systemd-\w+|falco|falcon-sensor|clamd|osqueryd|ossec\w*|wazuh\w*|fail2ban\w*|dockerd|containerd|kubelet|crond?|NetworkManager|firewalld|snort|suricata|tripwire|aide|sentinelone|mdatp)$/i;

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, 'i').test(name);
  } catch {
    return true;
  }
}

const looksAtMemory = note('high', 'credential-access', 'process.debug');

/** `ps e` and `ps auxe` show the environment; `ps -e` shows all processes. */
const isBsd = (word: string): boolean =>
  !word.startsWith('-') || /^-[a-z]*(x[a-z]*e|e[a-z]*x|e[a-z]*w[a-z]*w)/.test(word);

/** Programs that run: looking at them and ending them. */
export const processes: ProgramTable = {
  ...named(
    'top htop btop pgrep pidof pstree lsof netstat uptime free vmstat iostat mpstat nproc w who whoami id groups users last tty arch jobs pwdx smem iotop atop glances dstat numastat ipcs lslocks lsns',
    { flags: taking('ignore', '-p -u -o -i -c -C -g -n') },
  ),
  ps: {
    flags: taking('ignore', '-p -u -o -C -g -t -U -G'),
    inspect: call =>
      call.words.some(word => /^-?[a-zA-Z]*e[a-zA-Z]*$/.test(word.text ?? '') && isBsd(word.text ?? '')) ||
      call.has('-E') ||
      call.values('-o').some(word => /environ|\benv/.test(word.text ?? ''))
        ? [claimed(note('medium', 'secret', 'environment.shown'))]
        : [],
  },
  ...named('lastlog faillog lastb', {
    flags: named('-C --clear -S --set -r --reset -m -l -f', {
      value: 'ignore',
      attached: true,
      note: note('medium', 'tampering', 'system.logs'),
    }),
  }),
  fuser: { inspect: call => (call.has('-k', '--kill') ? [broad(call.operands[0]?.raw ?? '?')] : []) },
  ss: { inspect: call => (call.has('-K', '--kill') ? [broad('ss')] : []), flags: taking('write', '-D --diag') },
  kill: { inspect: killClaims },
  ...named('pkill skill', {
    flags: {
      ...taking(
        'ignore',
        '-u -U -G -g -s -t -P -F --signal --user --euid --parent --session --terminal --ns --pidfile',
      ),
      ...named('-n -o -9 -f -x -l -i -v -e --full --exact --inverse --newest --oldest', {}),
    },
    inspect: byName,
  }),
  ...named('killall killall5', {
    flags: {
      ...taking('ignore', '-u -s -o -y -n -Z --user --signal --older-than --younger-than --ns'),
      ...named('-9 -l -r -e -g -i -q -v -w -I --exact --regexp --list --process-group', {}),
    },
    inspect: byName,
  }),
  xkill: { notes: [note('critical', 'self-drive', 'process.killsHost')] },
  ...named('dtrace bpftrace gcore reptyr procdump', { operands: 'look', notes: [looksAtMemory] }),
  ...named('renice prlimit', { notes: [note('medium', 'process-control', 'process.priority')] }),
};
