import type { Claim } from '../../claim.ts';
import { specsByName } from '../rows.ts';
import { type Call, claimed, type Flag, note, type ProgramTable, type Spec } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import { interpreter, loaded, program } from './interpreter.ts';
import { changesHere, harmless, named, readsHere, taking } from './parts.ts';
import { python } from './pythonModules.ts';
import { fromStdin } from './stdin.ts';

const debugs: Flag = { value: 'ignore', attached: true };

function opensDebugger(call: Call): Claim[] {
  const open = call
    .values('--inspect', '--inspect-brk', '--inspect-wait')
    .some(word => !/^(127\.0\.0\.1|localhost|\[::1\])?:?\d*$/.test(word.text ?? '?'));
  return open ? [claimed(note('high', 'network', 'code.opensDebugger'))] : [];
}

const writesHere =
  '--diagnostic-dir --report-directory --report-dir --redirect-warnings --heapsnapshot-near-heap-limit --cpu-prof-dir --heap-prof-dir --trace-event-file-pattern --test-reporter-destination --build-snapshot-config';

const nodeBase = interpreter({
  language: 'javascript',
  code: '-e --eval -p --print -pe',
  loads: '-r --require --import --loader --experimental-loader --test-reporter --test-global-setup',
  takes:
    '-C --conditions --input-type --stack-trace-limit --max-old-space-size --test-name-pattern --test-concurrency --watch-path --title --unhandled-rejections --dns-result-order --experimental-default-type',
  informs: '-v --v8-options --completion-bash',
  checks: '-c --check',
  flags: {
    ...named('--inspect --inspect-brk --inspect-wait', debugs),
    '--test-update-snapshots': { note: note('medium', 'tests-weakened', 'builds.snapshots') },
    ...taking('write', writesHere),
    // Settings by which libraries are loaded.
    ...named('--openssl-config --openssl-shared-config', {
      value: 'load',
      note: note('medium', 'inline-code', 'interpreter.loadsModule'),
    } satisfies Flag),
    ...taking('load', '--icu-data-dir'),
    ...taking('read', '--env-file --env-file-if-exists --snapshot-blob --experimental-config-file'),
    '--run': { value: 'ignore' },
    '--max-old-space-size': { value: 'ignore', attached: true },
    '--stack-trace-limit': { value: 'ignore', attached: true },
    '--unhandled-rejections': { value: 'ignore', attached: true },
  },
  also: opensDebugger,
});

/** `node inspect file` debugs a program; with `-p` or an address it takes hold of one that runs. */
function inspected(call: Call): Claim[] {
  const [, target] = call.operands;
  if (target === undefined) return [];
  return target.text === null || /^-p$|^--?\w*=|:\d+$/.test(target.text)
    ? [claimed(note('high', 'process-control', 'process.attach'))]
    : program(target, 'javascript');
}

const node: Spec = {
  ...nodeBase,
  inspect: call => {
    const tasks = call
      .values('--run')
      .flatMap((word): Claim[] =>
        word.text === null ? [] : [{ does: 'task', runner: 'npm', name: word.text, args: [...call.operands] }],
      );
    if (tasks.length > 0) return tasks;
    if (call.operands[0]?.text === 'inspect') return inspected(call);
    if (!call.has('--test')) return nodeBase.inspect?.(call) ?? [];
    const files = call.operands.filter(word => !word.glob && /\.[cm]?[jt]sx?$/.test(word.text ?? ''));
    return [
      ...opensDebugger(call),
      ...call
        .values(
          '-r',
          '--require',
          '--import',
          '--loader',
          '--experimental-loader',
          '--test-reporter',
          '--test-global-setup',
        )
        .flatMap(word => loaded(word, 'javascript')),
      readsHere,
      ...files.map((path): Claim => ({ does: 'script', path, language: 'javascript' })),
    ];
  },
};

const tsNode = interpreter({
  language: 'javascript',
  code: '-e --eval -p --print -pe',
  loads: '-r --require --import --loader --compiler -C',
  takes: '-P --project --tsconfig -O --cwd --ignore -I --ext --conditions',
  informs: '-v',
  flags: { '--env-file': { value: 'read' }, ...named('--inspect --inspect-brk', debugs) },
  also: opensDebugger,
});

const tsx: Spec = {
  ...tsNode,
  inspect: call => {
    const [first] = call.operands;
    // `tsx watch file`
    if (first?.text === 'watch')
      return call.operands
        .slice(1)
        .filter(word => !word.prefix.startsWith('-'))
        .slice(0, 1)
        .flatMap(word => program(word, 'javascript'));
    return tsNode.inspect?.(call) ?? [];
  },
};

const granted = note('medium', 'inline-code', 'deno.permits');
const denoProgram: Spec = {
  exact: true,
  stopAtOperand: true,
  flags: {
    ...taking('ignore', '-c --config --import-map --lock --cert --location --seed --ext --v8-flags -L'),
    ...taking('read', '--env-file'),
    ...named('-A --allow-all --allow-run --allow-ffi --allow-sys', { note: granted }),
    ...named('--inspect --inspect-brk', debugs),
  },
  inspect: call => {
    const [first] = call.operands;
    return first === undefined || first.text === '-'
      ? fromStdin(call.invocation, 'javascript')
      : program(first, 'javascript');
  },
};

const fetchesModules = note('high', 'dependency', 'tool.installed');

const denoSubs: Readonly<Record<string, Spec>> = {
  ...named('run serve watch', denoProgram),
  eval: {
    stopAtOperand: true,
    flags: { '-p': {}, '--print': {}, ...taking('ignore', '--ext -c --config') },
    inspect: call => call.operands.slice(0, 1).map((text): Claim => ({ does: 'code', language: 'javascript', text })),
  },
  repl: { flags: { ...taking('ignore', '--eval-file') }, inspect: call => fromStdin(call.invocation, 'javascript') },
  ...named('test bench check lint doc info types completions help coverage', harmless),
  fmt: { inspect: call => (call.has('--check') ? [] : [changesHere]) },
  task: {
    stopAtOperand: true,
    flags: { ...taking('directory', '--cwd'), ...taking('ignore', '-c --config -f --filter') },
    inspect: call => {
      const name = call.operands[0]?.text ?? null;
      return name === null ? [] : [{ does: 'task', runner: 'deno', name, args: call.operands.slice(1) }];
    },
  },
  compile: { flags: taking('write', '-o --output'), inspect: () => [changesHere] },
  ...named('add install cache remove uninstall upgrade vendor outdated i', { notes: [fetchesModules] }),
  ...named('publish deploy', { notes: [note('high', 'publish', 'interpreter.publishes')] }),
  jupyter: { notes: [note('medium', 'unknown-program', 'program.unknown')] },
};

const deno: Spec = {
  sub: denoSubs,
  // `deno file` is `deno run file`; the word itself is the file.
  otherSub: {},
  noSub: {
    inspect: ({ invocation }) =>
      invocation.args.some(word => /^(--version|-V|--help|-h)$/.test(word.text ?? ''))
        ? []
        : fromStdin(invocation, 'javascript'),
  },
  inspect: call => {
    const [first] = call.operands;
    return first === undefined || specsByName(denoSubs).has(first.text ?? '') ? [] : program(first, 'javascript');
  },
};

const perlBase = interpreter({
  language: 'perl',
  code: '-e -E',
  informs: '-v -V',
  flags: {
    '-I': { value: 'load' },
    '-i': { value: 'ignore', attached: true },
    '-F': { value: 'ignore', attached: true },
    '-l': { value: 'ignore', attached: true },
    '-0': { value: 'ignore', attached: true },
    '-C': { value: 'ignore', attached: true },
    '-x': { value: 'ignore', attached: true },
    '-D': { value: 'ignore', attached: true },
    '-d': { value: 'ignore', attached: true },
    ...named('-M -m', { value: 'ignore' } satisfies Flag),
  },
});

/** With text on the line, the operands are the files that it works on: `perl -i -pe 's/a/b/' files`. */
function worksOn(base: Spec): Spec {
  return {
    ...base,
    inspect: call => {
      const claims = base.inspect?.(call) ?? [];
      if (!call.has('-e', '-E')) return claims;
      // `-M'POSIX;system("x")'`: what follows a module's name is code.
      const modules = call.values('-M', '-m').filter(word => !/^-?[\w:]+(=[\w:,]*)?$/.test(word.text ?? ''));
      const inPlace = call.words.some(
        word => /^-[a-zA-Z0-9]*i/.test(word.text ?? '') && !/^-[IMmeE]/.test(word.text ?? ''),
      );
      const pathLike = call.has('-n', '-p', '-i') || inPlace;
      return [
        ...claims,
        ...call
          .values('-M', '-m')
          .filter(word => !isCore(word))
          .map(foreign),
        ...modules.map((text): Claim => ({ does: 'code', language: 'perl', text })),
        ...(pathLike
          ? call.operands.map((path): Claim => (inPlace ? { does: 'write', path } : { does: 'read', path }))
          : []),
      ];
    },
  };
}

/** Perl's own modules, and the few that everybody has. */
const isCore = (word: Word): boolean =>
  /^-?(strict|warnings|utf8|open|feature|bigint|bignum|integer|lib=|version|v?5|constant|Data::Dumper|List::|Scalar::|File::|Time::|POSIX|JSON|Encode|MIME::|Digest::|Text::|Getopt::|Storable|Carp|Math::|Term::|IO::|Cwd|Benchmark|Unicode::|Tie::|Hash::|Sys::|Socket|English|Fcntl|Env|Config|B::|Devel::|Test::|HTTP::|LWP|URI|YAML|XML::|DBI|Moose|Try::|autodie|diagnostics|sort|vars|overload|threads|Memoize)/.test(
    word.text ?? '',
  );
const foreign = (word: Word): Claim =>
  claimed(note('medium', 'inline-code', 'interpreter.loadsModule'), { name: word.text ?? word.raw });

const rubyBase = interpreter({
  language: 'ruby',
  code: '-e',
  loads: '-r',
  takes: '-E --encoding --external-encoding --internal-encoding',
  informs: '-v',
  checks: '-c',
  flags: {
    '-C': { value: 'directory' },
    '-I': { value: 'load' },
    ...named('-i -F -0 -x -W -K -T', { value: 'ignore', attached: true } satisfies Flag),
  },
});

/** `ruby -run -e httpd .` serves files; its other tools are those of the shell. */
function unClaims(call: Call): Claim[] {
  const tool = call.values('-e')[0]?.text ?? null;
  if (tool === 'httpd')
    return [
      claimed(note('high', 'network', 'interpreter.serves')),
      ...call.operands.slice(0, 1).map((path): Claim => ({ does: 'read', path, recursive: true })),
    ];
  return tool === null ? [] : [{ does: 'run', argv: [literal(tool), ...call.operands] }];
}

const awk: Spec = {
  stopAtOperand: true,
  flags: {
    ...taking('ignore', '-F --field-separator -v --assign'),
    '-f': { value: 'ignore' },
    '--file': { value: 'ignore' },
    '-e': { value: 'ignore' },
    '--source': { value: 'ignore' },
    '-E': { value: 'ignore' },
    '--exec': { value: 'ignore' },
    '-i': { value: 'ignore' },
    '--include': { value: 'ignore' },
    '-l': { value: 'ignore', note: note('high', 'inline-code', 'awk.loads') },
    '--load': { value: 'ignore', note: note('high', 'inline-code', 'awk.loads') },
    ...named('-d --dump-variables -o --pretty-print -p --profile', { value: 'write', attached: true } satisfies Flag),
  },
  inspect: call => {
    const files = call
      .values('-f', '--file', '-E', '--exec')
      .map((path): Claim => ({ does: 'script', path, language: 'awk' }));
    const texts = call.values('-e', '--source').map((text): Claim => ({ does: 'code', language: 'awk', text }));
    const includes = call.values('-i', '--include');
    const inPlace = includes.some(word => word.text === 'inplace');
    const own = files.length + texts.length > 0;
    const [text, ...rest] = call.operands;
    const inputs = (own ? call.operands : rest).filter(word => !/^[A-Za-z_]\w*=/.test(word.prefix));
    return [
      ...files,
      ...texts,
      ...includes
        .filter(word => word.text !== 'inplace')
        .map((path): Claim => ({ does: 'script', path, language: 'awk' })),
      ...(own || text === undefined || call.has('--version', '-V', '--help')
        ? []
        : [{ does: 'code' as const, language: 'awk' as const, text }]),
      ...inputs.map((path): Claim => (inPlace ? { does: 'write', path } : { does: 'read', path })),
    ];
  },
};

const phpLoads =
  /^(auto_(prepend|append)_file|extension(_dir)?|zend_extension|include_path|disable_(functions|classes)|open_basedir|allow_url_include|sendmail_path|opcache\.preload|ffi\.|session\.save_handler|unserialize_callback_func|mail\.)/i;

const plainInterpreter = (code: string, loads = ''): Spec => interpreter({ language: 'other', code, loads });

export const interpreters: ProgramTable = {
  ...named('node nodejs iojs', node),
  'ts-node': tsNode,
  ...named('ts-node-esm ts-node-transpile-only swc-node esno jiti babel-node sucrase-node vite-node', tsNode),
  tsx,
  deno,
  zx: {
    ...interpreter({ language: 'javascript', code: '-e --eval', takes: '--shell --prefix --postfix --cwd --ext' }),
  },
  ...named('python pythonw pypy python3 pypy3 ipython bpython', python),
  py: python,
  ...named('perl', worksOn(perlBase)),
  ...named('ruby jruby truffleruby', {
    ...worksOn(rubyBase),
    inspect: call => [
      ...(call.values('-r').some(word => word.text === 'un') ? unClaims(call) : []),
      ...(worksOn(rubyBase).inspect?.(call) ?? []),
    ],
  } satisfies Spec),
  irb: interpreter({ language: 'ruby', code: '-e', loads: '-r', takes: '-I' }),
  php: {
    ...interpreter({
      language: 'php',
      code: '-r -B -R -E --run --process-code',
      takes: '-d --define -t --docroot',
      informs: '-v -i -m -S --info --modules --ini',
      checks: '-l --syntax-check',
      flags: {
        ...taking('load', '-c --php-ini -z --zend-extension'),
        '-f': { value: 'script' },
        '--file': { value: 'script' },
        '-S': { value: 'ignore', note: note('medium', 'network', 'interpreter.serves') },
        '-F': { value: 'script' },
      },
      also: call => [
        ...(call.values('-S').some(word => !/^(localhost|127\.0\.0\.1|\[::1\]):/.test(word.text ?? ''))
          ? [claimed(note('high', 'network', 'interpreter.serves'))]
          : []),
        ...call.values('-t', '--docroot').map((path): Claim => ({ does: 'read', path, recursive: true })),
        ...(call.values('-d', '--define').some(word => word.text === null || phpLoads.test(word.text))
          ? [claimed(note('medium', 'inline-code', 'interpreter.loadsModule'), { name: '-d' })]
          : []),
      ],
    }),
  },
  ...named('lua luajit texlua', interpreter({ language: 'lua', code: '-e', takes: '-l', informs: '-v' })),
  ...named('Rscript R r littler', plainInterpreter('-e')),
  julia: plainInterpreter('-e --eval -E --print', '-L --load'),
  ...named('tclsh wish', plainInterpreter('-c')),
  ...named(
    'groovy scala scala-cli kotlin kotlinc jshell jrunscript ghci runghc runhaskell ocaml elixir iex erl clojure bb racket guile sbcl crystal nim zig-run v octave maxima gnuplot raku rakudo escript janet',
    plainInterpreter('-e --eval -E -ne -x -r -eval -s --execute -c'),
  ),
  ...named('awk gawk mawk nawk original-awk', awk),
};
