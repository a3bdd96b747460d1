import type { Claim } from '../../claim.ts';
import { type Call, note, type ProgramTable, type Spec } from '../spec.ts';
import { literal } from '../word.ts';
import { assignmentsThenProgram, flock, parallel, script, start, toolRunner, watch, xargs } from './argv.ts';
import { changesHere, harmless, joined, named, taking } from './parts.ts';
import { env, su, sudo } from './privilege.ts';
import { fromStdin } from './stdin.ts';

/** `wrapper [flags] program args`; `taken`: flags that take a value. */
function wrapper(taken = '', more: Spec = {}): Spec {
  return {
    stopAtOperand: true,
    ...more,
    flags: { ...taking('ignore', taken), ...more.flags },
    inspect: call => [...assignmentsThenProgram(call.operands), ...(more.inspect?.(call) ?? [])],
  };
}

/** `wrapper [flags] ONE program args`, such as `timeout 5s program`. */
function after(first: 'ignore' | 'write' | 'directory', taken = '', more: Spec = {}): Spec {
  return {
    stopAtOperand: true,
    operands: [first === 'directory' ? 'ignore' : first, 'argv'],
    ...more,
    flags: { ...taking('ignore', taken), ...more.flags },
  };
}

/** Names under which secrets stand in the environment. */
const secretName =
  /SECRET|TOKEN|PASSW|PASSPHRASE|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIAL|_PAT$|_PWD$|_KEY$|AUTH|DATABASE_URL|_DSN$|COOKIE|SESSION/i;

const isolation = note('high', 'sandbox-escape', 'wrapper.namespace');
const attaches = note('high', 'process-control', 'process.attach');
const elsewhere = note('high', 'sandbox-escape', 'wrapper.outsideSession');
const lasts = note('high', 'persistence', 'wrapper.service');
const later = note('high', 'persistence', 'wrapper.scheduled');
const routed = note('high', 'unusual-network', 'wrapper.tunnelled');

/** `npm:build` is a script of package.json, with `*` for several; anything else is shell text. */
function concurrent(call: Call): Claim[] {
  return call.operands.map((word): Claim => {
    const [, name, rest] = /^(?:npm|yarn|pnpm|bun):(\S+)(.*)$/.exec(word.text ?? '') ?? [];
    if (name === undefined) return { does: 'shell', text: word };
    const args = (rest ?? '').split(' ').filter(part => part !== '');
    return { does: 'task', runner: 'npm', name, args: args.map(literal) };
  });
}

/** What stands after `--`, or else the first operand and on, is the program. */
const inner: Spec['inspect'] = call => {
  const dashes = call.words.findIndex(word => word.text === '--');
  return start(dashes >= 0 ? call.words.slice(dashes + 1) : call.operands);
};

/** Text typed into a terminal that stands outside: it is read as the shell there would. */
const typed: Spec = {
  stopAtOperand: true,
  flags: taking('ignore', '-t -c -n -s -x -y -e -F -l -p'),
  notes: [elsewhere],
  inspect: call => (call.operands.length === 0 ? [] : [{ does: 'shell', text: joined(call.operands) }]),
};
const keys: Spec = {
  ...typed,
  inspect: call => {
    const named = /^(Enter|C-\w|M-\w|Tab|Space|Escape|KPEnter)$/;
    const words = call.operands.filter(word => !named.test(word.text ?? ''));
    return words.length === 0 ? [] : [{ does: 'shell', text: joined(words) }];
  },
};

const atText: Spec = {
  notes: [later],
  flags: { ...taking('script', '-f'), ...taking('ignore', '-q -t -c -r -d') },
  inspect: call => (call.has('-f', '-l', '-r', '-d', '-c') ? [] : fromStdin(call.invocation, 'shell')),
};

const gdbText: Claim = { does: 'note', tier: 'medium', category: 'inline-code', code: 'debugger.commands' };
const gdb: Spec = {
  stopAtOperand: true,
  longSingle: true,
  flags: {
    ...taking('ignore', '-d -directory -s -symbols -e -exec -se -cd -tty -b -l'),
    ...taking('script', '-x -command -ix -init-command --command --init-command'),
    ...taking('ignore', '-ex -eval-command --eval-command -iex -init-eval-command'),
    '-p': { value: 'ignore', note: attaches },
    '-pid': { value: 'ignore', note: attaches },
    '--pid': { value: 'ignore', note: attaches },
  },
  inspect: call => [
    ...(call.has('--args', '-args')
      ? start(call.operands)
      : call.operands.slice(0, 1).map((path): Claim => ({ does: 'read', path }))),
    ...call.values('-ex', '-eval-command', '--eval-command', '-iex').flatMap((word): Claim[] => {
      const [, text] = /^\s*(?:shell|!|pipe|make|python|py|source|guile)\s*(.*)$/s.exec(word.text ?? '!') ?? [];
      return text === undefined
        ? [gdbText]
        : [gdbText, { does: 'shell', text: { ...word, text: word.text === null ? null : text } }];
    }),
  ],
};

const perf: Spec = {
  sub: {
    ...named('record stat trace kmem lock mem sched timechart c2c ftrace', {
      stopAtOperand: true,
      flags: {
        ...taking('write', '-o --output'),
        ...taking(
          'ignore',
          '-e --event -F --freq -c --count -g_ --call-graph -C --cpu -r --repeat -I -t --tid -u --uid -x',
        ),
        '-p': { value: 'ignore', note: attaches },
        '--pid': { value: 'ignore', note: attaches },
      },
      inspect: inner,
    }),
    ...named('report list annotate script diff version buildid-list evlist', harmless),
  },
  otherSub: { notes: [note('medium', 'unknown-program', 'program.unknown')] },
};

const hyperfine: Spec = {
  operands: 'command',
  flags: {
    ...taking('command', '-p --prepare -s --setup -c --cleanup --conclude --reference'),
    ...taking('write', '--export-json --export-csv --export-markdown --export-asciidoc --export-orgmode'),
    ...taking(
      'ignore',
      '-w --warmup -r --runs -m --min-runs -M --max-runs -P -D -L --parameter-list -n --command-name -S --shell --style -u',
    ),
  },
};

export const wrappers: ProgramTable = {
  env,
  printenv: {
    inspect: call =>
      call.operands.length > 0 && !call.operands.some(word => word.text === null || secretName.test(word.text))
        ? []
        : [{ does: 'note', tier: 'medium', category: 'secret', code: 'environment.shown' }],
  },
  sudo,
  doas: { ...sudo, flags: { ...taking('ignore', '-u'), ...taking('read', '-C'), '-s': {}, '-L': {}, '-n': {} } },
  ...named('su runuser', su),
  ...named('pkexec run0 gosu su-exec setpriv capsh gksudo kdesudo dzdo', {
    ...wrapper(
      '--user -u --unit --property --slice --working-directory -D --reuid --regid --groups --inh-caps --bounding-set --setenv',
    ),
    notes: [note('high', 'privilege', 'privilege.run')],
  }),

  nice: wrapper('-n --adjustment'),
  ionice: wrapper('-c --class -n --classdata -p --pid -P -u'),
  ...named('time gtime', wrapper('-f --format', { flags: taking('write', '-o --output') })),
  ...named(
    'nohup unbuffer chronic catchsegv xvfb-run dbus-run-session fakeroot caffeinate rlwrap winpty setarch linux32 linux64 ' +
      'x86_64 i386 ccache sccache distcc pipenv-run dotenv-run foreman-run systemd-inhibit numactl cgexec ' +
      'softlimit firefox-headless tini dumb-init catatonit exec busybox-run',
    wrapper(
      '-a -s --server-args -n --server-num -e --error-file -f --auth-file -w --wait -t -l -i -b --faked -u -g --what --who --why --mode --cpunodebind --membind',
    ),
  ),
  setsid: wrapper(),
  ...named('stdbuf', wrapper('-i -o -e --input --output --error')),
  ...named('timeout gtimeout', after('ignore', '-s --signal -k --kill-after')),
  taskset: after('ignore', '', { flags: { '-p': { note: attaches } } }),
  chrt: after('ignore', '-T -P -D -p'),
  faketime: after('ignore', '-f'),
  ...named('command builtin', {
    stopAtOperand: true,
    inspect: call => (call.has('-v', '-V') ? [] : start(call.operands)),
  }),
  // The dynamic loader runs what it is given, past the program's own mode bits.
  ...named(
    'ld.so ld-linux.so.2 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 ld-linux-armhf.so.3 ld-musl-x86_64.so.1 ld-musl-aarch64.so.1',
    wrapper('--library-path --preload --audit --argv0 --inhibit-rpath', {
      notes: [note('medium', 'obscure', 'wrapper.loader')],
    }),
  ),
  coproc: wrapper(),
  noglob: wrapper(),
  nocorrect: wrapper(),
  flock,
  script,
  watch,
  xargs,
  parallel,
  ...named('entr', {
    stopAtOperand: true,
    flags: { '-s': {} },
    inspect: call => (call.has('-s') ? [{ does: 'shell', text: joined(call.operands) }] : start(call.operands)),
  }),
  watchexec: wrapper('-w --watch -e --exts -f --filter -i --ignore -d --debounce --signal -s --shell', {
    flags: { '-C': { value: 'directory' }, '--workdir': { value: 'directory' } },
  }),
  hyperfine,

  ...named('cross-env cross-env-shell', wrapper()),
  ...named('dotenv env-cmd', wrapper('-f --file -e --environments -c -v', { flags: taking('read', '-f -e') })),
  concurrently: {
    inspect: concurrent,
    flags: taking(
      'ignore',
      '-n --names -c --prefix-colors -p --prefix -m --max-processes -l --prefix-length -s --success --restart-tries --restart-after -i --default-input-target -t --timestamp-format',
    ),
  },
  nodemon: {
    stopAtOperand: true,
    flags: {
      ...taking('command', '-x --exec'),
      ...taking('ignore', '-e --ext -w --watch -i --ignore -d --delay -s --signal'),
      // It may say what is run.
      ...taking('load', '--config'),
    },
    inspect: call => {
      const [path] = call.operands;
      return path === undefined || call.has('-x', '--exec') ? [] : [{ does: 'script', path, language: 'javascript' }];
    },
  },
  direnv: {
    sub: {
      exec: { stopAtOperand: true, notes: [note('medium', 'obscure', 'direnv.loads')], operands: ['read', 'argv'] },
      ...named('allow permit grant', { notes: [note('high', 'persistence', 'direnv.allow')] }),
      ...named('status version help stdlib deny revoke block hook', harmless),
    },
    otherSub: { notes: [note('medium', 'obscure', 'direnv.loads')] },
  },
  'with-env': wrapper(),

  // A namespace, another root or another machine's shape: what runs inside is not where the sandbox thinks it is.
  chroot: { ...after('ignore', '', { notes: [isolation] }), flags: { '--userspec': {}, '--groups': {} } },
  unshare: wrapper('-S -G -R -w --setuid --setgid --root --wd --map-user --map-group --propagation --kill-child', {
    notes: [isolation],
  }),
  nsenter: wrapper('-t --target -S -G', {
    notes: [note('critical', 'sandbox-escape', 'wrapper.otherNamespace')],
  }),
  ...named(
    'bwrap firejail proot systemd-nspawn runc crun lxc-execute lxc-attach schroot fakechroot toolbox distrobox',
    {
      stopAtOperand: true,
      notes: [isolation],
      inspect: inner,
    },
  ),
  ...named('proxychains proxychains4 torsocks torify tsocks', wrapper('-f', { notes: [routed] })),

  // Debuggers and tracers run what they are given.
  ...named(
    'strace ltrace dtruss',
    wrapper('-e -E -a -s -u -S -O -P -X -I -b -l -n -U', {
      flags: {
        ...taking('write', '-o --output'),
        '-p': { value: 'ignore', note: attaches },
        '--attach': { note: attaches },
      },
    }),
  ),
  gdb,
  lldb: {
    stopAtOperand: true,
    flags: {
      ...taking('ignore', '-f --file -a --arch -c --core -k -K -S -s --source -O'),
      '-o': { value: 'ignore', note: note('medium', 'inline-code', 'debugger.commands') },
      '-p': { value: 'ignore', note: attaches },
      '-n': { value: 'ignore', note: attaches },
    },
    inspect: inner,
  },
  perf,
  ...named('valgrind', wrapper('', { flags: { '--log-file': { value: 'write', attached: true } } })),
  ...named('rr heaptrack kcov bpftrace-run uftrace samply', {
    stopAtOperand: true,
    inspect: call => start(call.operands[0]?.text === 'record' ? call.operands.slice(1) : call.operands),
  }),
  expect: {
    stopAtOperand: true,
    flags: {
      ...taking('script', '-f'),
      '-c': { value: 'ignore', note: note('high', 'inline-code', 'expect.commands') },
    },
    inspect: call =>
      call.operands.slice(0, call.has('-c', '-f') ? 0 : 1).map(path => ({ does: 'script', path, language: 'other' })),
  },

  // What outlives the command, or runs where no sandbox is.
  tmux: {
    flags: taking('ignore', '-L -S -f -c'),
    sub: {
      ...named(
        'ls list-sessions has has-session lsw list-windows lsp list-panes capture-pane capturep info display-message display show-options show -V',
        harmless,
      ),
      ...named('send-keys send', keys),
      ...named(
        'new-session new new-window neww split-window splitw respawn-pane respawn-window run-shell run if-shell if pipe-pane popup display-popup confirm-before command-prompt',
        typed,
      ),
    },
    otherSub: { notes: [elsewhere] },
    noSub: { notes: [elsewhere] },
  },
  screen: {
    stopAtOperand: true,
    flags: taking('ignore', '-S -p -h -t -T -e -s'),
    inspect: call => {
      if (call.has('-l') && call.has('-s') && call.operands.length === 0) return [];
      return [{ does: 'note', ...elsewhere }, ...(call.has('-X') ? [] : start(call.operands))];
    },
  },
  ...named('zellij byobu dtach abduco', { notes: [elsewhere] }),
  ...named('at batch', atText),
  ...named('atq', harmless),
  ...named('atrm', { notes: [later] }),
  'systemd-run': wrapper(
    '-u --unit -p --property --description --slice -E --setenv --uid --gid --nice --working-directory -d --on-active --on-calendar --on-boot -H --host -M --machine --timer-property',
    {
      notes: [lasts],
    },
  ),
  ...named('start-stop-daemon daemonize daemon supervise runsv', {
    notes: [lasts],
    flags: {
      ...taking('program', '-x --exec -a --startas'),
      ...taking('write', '-p --pidfile'),
      ...taking('ignore', '-u -n -c -g -r -s -R'),
    },
    inspect: call => (call.has('-x', '--exec', '-a', '--startas') ? [] : start(call.operands)),
  }),

  // The next word is the program.
  ...named('busybox toybox', {
    stopAtOperand: true,
    inspect: call => (call.has('--install', '-s') ? [changesHere] : start(call.operands)),
  }),

  ...named('npx', toolRunner({ folder: 'node_modules/.bin', registry: 'registry.npmjs.org' })),
  ...named('pnpx bunx', toolRunner({ folder: 'node_modules/.bin', registry: 'registry.npmjs.org' })),
  uvx: toolRunner({ folder: null, registry: 'pypi.org' }),
  pipx: {
    sub: {
      run: toolRunner({ folder: null, registry: 'pypi.org' }),
      ...named('list environment --version', harmless),
      ...named('uninstall uninstall-all unpin pin', { notes: [note('high', 'outside-workspace', 'tool.removed')] }),
    },
    otherSub: {
      notes: [note('high', 'dependency', 'tool.installed')],
      inspect: () => [{ does: 'net', host: 'pypi.org', send: false }],
    },
  },
};
