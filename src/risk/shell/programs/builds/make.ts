import type { Claim } from '../../../claim.ts';
import { nameClaims } from '../../named.ts';
import { tail } from '../../sort.ts';
import type { Call, ProgramTable, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { changesHere, empties, harmless, named, taking } from '../parts.ts';
import { because, downloads, judged, one, tool, touched } from './kinds.ts';

const programs =
  /^(SHELL|CC|CXX|LD|AR|AS|RM|CPP|FC|LEX|YACC|MAKE|INSTALL|PYTHON|NODE|NPM|GO|CARGO|DOCKER|SUDO|LINT|.*_CMD|.*_COMMAND|.*SHELL|.*WRAPPER|EDITOR|PAGER)$/;

/** `NAME=value` among a build's arguments, which its rules put into commands. */
function variable(call: Call, word: Word): Claim[] {
  const [, name = '', value = ''] = /^([^=]*?)[:?+!]*=(.*)$/s.exec(word.text ?? word.prefix) ?? [];
  if (word.text === null)
    return [because(call, programs.test(name) ? 'high' : 'medium', 'obscure', 'builds.variableUnread', { name })];
  if (name === 'SHELL' || name === '.SHELLFLAGS' || name === 'MAKEFLAGS')
    return [because(call, 'high', 'obscure', 'builds.variableRuns', { name })];
  if (/\$[({]|[`;|&<>\n]/.test(value))
    return [
      because(call, 'high', 'obscure', 'builds.variableRuns', { name }),
      ...(value.includes('$') ? [] : [{ does: 'shell' as const, text: literal(value) }]),
    ];
  if (/(^|\s)-(fplugin|fpass-plugin|specs|wrapper|B|Xclang|load|fuse-ld)/.test(value))
    return [because(call, 'medium', 'obscure', 'builds.variableRuns', { name })];
  return programs.test(name) && value !== '' ? [{ does: 'shell', text: tail(word, word.prefix.indexOf('=') + 1) }] : [];
}

const isVariable = (word: Word): boolean => /^[A-Za-z_.][\w.-]*[:?+!]*=/.test(word.prefix);
/** The rules that make takes unasked. */
const standard = /^(\.\/)?(GNUmakefile|[Mm]akefile)$/;

const make: Spec = {
  flags: {
    ...taking('project', '-C --directory'),
    ...taking(
      'ignore',
      '-f --file --makefile -o --old-file --assume-old -W --what-if --new-file --assume-new --output-sync -O -l --load-average --max-load',
    ),
    ...named('-I --include-dir', { value: 'load', note: judged('medium', 'obscure', 'builds.inlineRules') }),
    '-j': { value: 'ignore', attached: true },
    '--jobs': { value: 'ignore', attached: true },
    '-O': { value: 'ignore', attached: true },
    '-l': { value: 'ignore', attached: true },
    '--debug': { value: 'ignore', attached: true },
    '--eval': { value: 'ignore', note: judged('high', 'inline-code', 'builds.inlineRules') },
    '-E': { value: 'ignore', note: judged('high', 'inline-code', 'builds.inlineRules') },
    ...named(
      '-n --just-print --dry-run --recon -q --question -v --version -h --help -B -k -s -i -w -e -r -R -d -p -t --touch --always-make --silent --keep-going --no-print-directory --print-directory --warn-undefined-variables',
      {},
    ),
  },
  inspect: call => {
    if (call.has('-v', '--version', '-h', '--help')) return [];
    if (call.values('-f', '--file', '--makefile').some(path => /^(-|\/dev\/.*|\/proc\/.*)$/.test(path.text ?? '-')))
      return [because(call, 'high', 'inline-code', 'builds.inlineRules')];
    const others = call.values('-f', '--file', '--makefile').filter(path => !standard.test(path.text ?? ''));
    const claims: Claim[] = [
      changesHere,
      ...call.operands.filter(isVariable).flatMap(word => variable(call, word)),
      ...others.flatMap((path): Claim[] => [
        { does: 'load', path },
        because(call, 'medium', 'obscure', 'builds.otherFile', { path: path.raw }),
      ]),
    ];
    if (others.length > 0 || call.has('-q', '--question')) return claims;
    // A number is what `-j` was given apart from it.
    const targets = call.operands.filter(word => !isVariable(word) && !/^\d+$/.test(word.text ?? ''));
    if (targets.some(word => word.text === null)) return [...claims, because(call, 'high', 'obscure', 'builds.unread')];
    if (call.has('-n', '--just-print', '--dry-run', '--recon')) return claims;
    if (targets.some(word => /^(install|uninstall)([-_].*)?$/.test(word.text ?? '')))
      claims.push(because(call, 'high', 'outside-workspace', 'builds.installs'));
    const names = targets.length === 0 ? [''] : targets.map(word => word.text ?? '');
    return [...claims, ...names.map((name): Claim => ({ does: 'task', runner: 'make', name, args: [] }))];
  },
};

const installs = one('high', 'outside-workspace', 'builds.installs');
function targets(call: Call, words: readonly Word[]): Claim[] {
  return words.flatMap(word => {
    if (word.text === null) return [because(call, 'high', 'obscure', 'builds.unread')];
    return /^(install|uninstall)([:/_-].*)?$/.test(word.text)
      ? [because(call, 'high', 'outside-workspace', 'builds.installs')]
      : nameClaims(word.text);
  });
}

/** `cmake -E`: a small shell of its own. Source: cmake(1), "Run a Command-Line Tool". */
function cmakeTool(call: Call): Claim[] {
  const [name, ...rest] = call.values('-E');
  const paths = rest.filter(word => !word.prefix.startsWith('-'));
  switch (name?.text ?? '') {
    case 'rm':
    case 'remove':
    case 'remove_directory':
      return paths.map(path => ({ does: 'delete', path, recursive: true }));
    case 'env':
    case 'time':
      return [{ does: 'run', argv: [literal(name?.text ?? ''), ...rest] }];
    case 'chdir':
      return rest[0] === undefined ? [] : [{ does: 'run', argv: rest.slice(1), directory: rest[0] }];
    case 'cat':
    case 'md5sum':
    case 'sha256sum':
    case 'compare_files':
      return paths.map(path => ({ does: 'read', path }));
    case 'echo':
    case 'sleep':
    case 'capabilities':
    case 'true':
    case 'false':
    case 'environment':
      return [];
    case 'copy':
    case 'copy_if_different':
    case 'copy_directory':
    case 'rename':
    case 'create_symlink':
    case 'create_hardlink':
      return [
        ...paths.slice(0, -1).map((path): Claim => ({ does: 'read', path })),
        ...paths.slice(-1).map((path): Claim => ({ does: 'write', path })),
      ];
    case 'make_directory':
    case 'touch':
    case 'touch_nocreate':
      return paths.map(path => ({ does: 'write', path }));
    default:
      return [because(call, 'medium', 'obscure', 'builds.unknown')];
  }
}

const cmake: Spec = {
  flags: {
    ...taking('project', '-S'),
    ...taking('ignore', '-G -D -U -A -T --preset --config -j --parallel -t --target --component --log-level'),
    ...taking('write', '-B --prefix --trace-redirect --graphviz'),
    ...taking('script', '-P -C --toolchain'),
    ...taking('load', '--build --install'),
    '-E': { rest: 'ignore' },
    '--open': { value: 'read', note: judged('medium', 'sandbox-escape', 'builds.runsProgram') },
    '-j': { value: 'ignore', attached: true },
    '--parallel': { value: 'ignore', attached: true },
  },
  inspect: call => [
    changesHere,
    ...(call.has('-E') ? cmakeTool(call) : []),
    ...targets(call, [...call.values('-t', '--target'), ...(call.has('--build') ? call.operands : [])]),
    ...(call.has('--install') && !call.has('--prefix')
      ? [because(call, 'high', 'outside-workspace', 'builds.installs')]
      : []),
    ...call.values('-D').flatMap((word): Claim[] => {
      const included =
        /^CMAKE_(PROJECT_\w*INCLUDE\w*|TOOLCHAIN_FILE|USER_MAKE_RULES_OVERRIDE\w*|MODULE_PATH|PREFIX_PATH)(:\w+)?=/.exec(
          word.prefix,
        );
      return included === null ? [] : [{ does: 'load', path: tail(word, included[0].length) }];
    }),
    ...call
      .values('-D')
      .flatMap(word =>
        /^CMAKE_(\w+_)?(COMPILER_LAUNCHER|C_COMPILER|CXX_COMPILER|MAKE_PROGRAM|CROSSCOMPILING_EMULATOR|PROJECT_\w*INCLUDE\w*|TOOLCHAIN_FILE)/.test(
          word.prefix,
        ) && /[/ ]/.test(word.text?.split('=')[1] ?? '/')
          ? [because(call, 'medium', 'obscure', 'builds.loads', { flag: '-D' })]
          : [],
      ),
  ],
};

/** Tasks in a file that we do not read: the name has to do. */
const byName = (takes: string, more: Spec = {}): Spec => ({
  ...more,
  flags: { ...taking('ignore', takes), ...more.flags },
  inspect: call => [
    changesHere,
    ...targets(
      call,
      call.operands.filter(word => !isVariable(word)),
    ),
    ...(more.inspect?.(call) ?? []),
  ],
});

const just: Spec = {
  flags: {
    ...taking('project', '-d --working-directory'),
    ...taking('load', '-f --justfile'),
    ...taking('read', '--dotenv-path'),
    ...taking('command', '--shell --chooser'),
    ...taking('ignore', '--shell-arg --color --dotenv-filename --set --show -s'),
    '-c': { rest: 'argv' },
    '--command': { rest: 'argv' },
    ...named('-n --dry-run -l --list --summary --dump --evaluate --fmt --check --variables --version', {}),
  },
  inspect: call => {
    if (
      call.has(
        '-c',
        '--command',
        '-l',
        '--list',
        '--summary',
        '--dump',
        '--evaluate',
        '--fmt',
        '--show',
        '-s',
        '-n',
        '--dry-run',
        '--version',
        '--variables',
      )
    )
      return [];
    if (call.values('-f', '--justfile').length > 0)
      return [
        because(call, 'medium', 'obscure', 'builds.otherFile', { path: call.values('-f', '--justfile')[0]?.raw ?? '' }),
      ];
    const words = call.operands.filter(word => !isVariable(word));
    const [name, ...args] = words;
    const variables = call.operands.filter(isVariable).flatMap(word => variable(call, word));
    if (name !== undefined && name.text === null) return [because(call, 'high', 'obscure', 'builds.unread')];
    return [changesHere, ...variables, { does: 'task', runner: 'just', name: name?.text ?? '', args }];
  },
};

const mesonWorks = tool({
  writes: '--prefix',
  takes: '-D --buildtype -j',
  config: '--native-file --cross-file',
  directory: '-C',
});

export const makePrograms: ProgramTable = {
  ...named('make gmake bmake mingw32-make remake', make),
  ...named('ninja samu ninja-build', {
    flags: {
      ...taking('project', '-C'),
      ...taking('load', '-f'),
      ...taking('ignore', '-j -k -l -d -w'),
      '-t': { rest: 'ignore' },
    },
    inspect: call => [changesHere, ...targets(call, call.operands)],
  } satisfies Spec),
  cmake,
  ccmake: cmake,
  'cmake-format': tool({ fixes: '-i --in-place', config: '-c' }),
  cpack: tool({ config: '--config', writes: '-B' }),
  ctest: {
    flags: {
      ...taking('ignore', '-R -E -L -LE -j --parallel -C --build-config --timeout --repeat -I --preset'),
      ...taking('script', '-S -SP --script'),
      ...taking('write', '-O --output-log --output-junit'),
      ...taking('project', '--test-dir'),
      ...taking('ignore', '-D --dashboard -T --test-action -M --test-model'),
      // Another project is built, and its test is the rest of the words.
      ...taking('load', '--build-and-test'),
      ...taking('program', '--build-makeprogram'),
      ...taking('ignore', '--build-generator --build-project --build-target --build-exe-dir --test-timeout'),
      '--test-command': { rest: 'argv' },
    },
    inspect: call => [
      changesHere,
      ...(call
        .values('-D', '--dashboard', '-T', '--test-action')
        .some(word => /Experimental$|Nightly$|Continuous$|Submit/i.test(word.text ?? ''))
        ? [because(call, 'high', 'upload', 'builds.submits')]
        : []),
    ],
  },
  meson: {
    noSub: harmless,
    flags: {},
    sub: {
      ...named('configure compile introspect format rewrite env2mfile init', mesonWorks),
      setup: {
        ...mesonWorks,
        inspect: call => [
          ...(mesonWorks.inspect?.(call) ?? []),
          ...(call.has('--wipe') ? empties(call.operands.slice(0, 1)) : []),
        ],
      },
      test: {
        flags: { ...taking('ignore', '-C --suite -j -t'), ...taking('command', '--wrap --wrapper --gdb-path') },
        inspect: () => [changesHere],
      },
      ...named('install dist', installs),
      ...named('subprojects wrap', downloads()),
      devenv: { flags: { '-C': { value: 'ignore' } }, stopAtOperand: true, operands: 'argv' },
    },
    otherSub: tool(),
  },
  scons: byName('-j --site-dir', {
    flags: { ...taking('project', '-C --directory'), ...taking('script', '-f --file --sconstruct') },
  }),
  waf: byName('-j'),
  just,
  task: byName('-o -C --concurrency', {
    flags: { ...taking('project', '-d --dir'), ...taking('load', '-t --taskfile') },
  }),
  ...named(
    'gulp grunt jake',
    byName('--tasks --color --silent', {
      flags: { ...taking('script', '-f --gulpfile --gruntfile --jakefile -r --require --base') },
    }),
  ),
  ...named('invoke inv', byName('-c --collection', { flags: taking('load', '-r --search-root -f --config') })),
  fastlane: one('high', 'external-service', 'builds.deploys'),
  ...named('xcodebuild', {
    longSingle: true,
    flags: {
      ...taking('load', '-project -workspace -xcconfig'),
      ...taking('ignore', '-scheme -destination -configuration -sdk -target'),
      ...taking('write', '-derivedDataPath -archivePath -exportPath -resultBundlePath'),
      '-allowProvisioningUpdates': { note: judged('high', 'external-service', 'builds.deploys') },
    },
    inspect: call => [changesHere, ...targets(call, call.operands)],
  } satisfies Spec),
  xcrun: { flags: taking('ignore', '--sdk --toolchain'), stopAtOperand: true, operands: 'argv' },
  ...named('autoconf automake autoreconf aclocal autoheader libtoolize', tool()),
  install_name_tool: { inspect: call => touched(call.operands) },
};
