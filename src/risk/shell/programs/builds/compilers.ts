import type { Claim } from '../../../claim.ts';
import { tail } from '../../sort.ts';
import type { Call, Flag, ProgramTable, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { changesHere, harmless, named, taking } from '../parts.ts';
import { because, downloads, judged, one, responseFile, tool, unknownCommand } from './kinds.ts';

const plugin: Flag = { value: 'ignore', note: judged('high', 'persistence', 'builds.plugin') };
const runs: Flag = { value: 'command', note: judged('high', 'persistence', 'builds.loads') };

/** `-ofile` and `-o file`, and options that load code: `-fplugin=x.so`, `-Xclang -load`. Source: gcc(1), clang(1). */
function compiled(call: Call): Claim[] {
  const flag = call.words.find(word =>
    /^(-fplugin=|-fpass-plugin=|-specs=|--specs=|-load$|-fuse-ld=.*\/|--ld-path=|-B|--gcc-toolchain|--config=|-plugin$|-Wl,.*(-plugin|--dynamic-linker)|-fplugin-arg)/.test(
      word.prefix,
    ),
  );
  return [
    changesHere,
    ...call.words
      .filter(word => /^-o./.test(word.prefix))
      .map((word): Claim => ({ does: 'write', path: tail(word, 2) })),
    ...(flag === undefined
      ? []
      : [
          because(call, flag.prefix.startsWith('-B') ? 'medium' : 'high', 'persistence', 'builds.plugin', {
            flag: flag.prefix.split('=')[0] ?? '',
          }),
        ]),
    ...call.operands
      .filter(word => word.prefix.startsWith('@'))
      .flatMap((word): Claim[] => [
        { does: 'read', path: tail(word, 1) },
        { does: 'load', path: tail(word, 1) },
        because(call, 'medium', 'obscure', 'builds.plugin', { flag: '@' }),
      ]),
  ];
}
const cCompiler: Spec = {
  longSingle: true,
  flags: {
    '-o': { value: 'write' },
    ...taking('write', '-MF -dumpdir -dumpbase --serialize-diagnostics -save-temps -aux-info'),
    ...taking('read', '-include -imacros -isystem -iquote -idirafter -T'),
    ...taking(
      'ignore',
      '-x -Xlinker -Xassembler -Xpreprocessor -Xclang -MT -MQ -target -arch -framework -z -u -e -L -I -D -U -l',
    ),
    '-wrapper': runs,
    '-run': { note: judged('medium', 'inline-code', 'builds.runsProgram') },
    '-save-temps': {},
  },
  operands: 'read',
  inspect: compiled,
};

const rustc: Spec = {
  values: true,
  flags: {
    ...taking('write', '-o --out-dir'),
    ...taking(
      'ignore',
      '--edition --crate-type --crate-name --emit --target -A -W -D -F --cap-lints --cfg -l -L --extern --print --explain',
    ),
    '-C': { value: 'ignore' },
    '--codegen': { value: 'ignore' },
    '-Z': { value: 'ignore' },
  },
  operands: 'read',
  inspect: call => [
    changesHere,
    ...call.operands.flatMap(responseFile),
    ...(call
      .values('-C', '--codegen', '-Z')
      .some(word => /^(linker|link-arg|pre-link-arg|codegen-backend|llvm-plugins|passes)/.test(word.text ?? 'linker'))
      ? [because(call, 'high', 'persistence', 'builds.loads', { flag: '-C' })]
      : []),
  ],
};

/** What the virtual machine is told before the class or the archive. Source: java(1). */
function virtualMachine(call: Call): Claim[] {
  return call.words.flatMap((word): Claim[] => {
    const text = word.prefix;
    const hook = /^-XX:(OnError|OnOutOfMemoryError)=/.exec(text);
    if (hook !== null)
      return [
        { does: 'shell', text: tail(word, hook[0].length) },
        because(call, 'high', 'persistence', 'builds.loads', { flag: hook[0] }),
      ];
    if (/^-(agentlib:jdwp|Xrunjdwp|Xdebug|Dcom\.sun\.management\.jmxremote)/.test(text))
      return [because(call, 'medium', 'unusual-network', 'builds.debugPort')];
    if (text.startsWith('-javaagent:'))
      return [
        because(call, 'medium', 'persistence', 'builds.plugin', { flag: '-javaagent' }),
        { does: 'read', path: literal(text.slice('-javaagent:'.length).split('=')[0] ?? '') },
      ];
    if (/^-(agentpath:|agentlib:|Xbootclasspath|XX:(Flags|VMOptionsFile)=|J-)/.test(text))
      return [because(call, 'high', 'persistence', 'builds.plugin', { flag: text.split(/[:=]/)[0] ?? '' })];
    return [];
  });
}
/** What of a class path is absolute or above the project: programs that a build did not make. */
function elsewhere(word: Word): Claim[] {
  if (word.text === null) return [];
  const places = word.text.split(':').filter(place => /^(\/|~|\.\.)/.test(place));
  return places.map(place => ({ does: 'script', path: literal(place), language: 'other' }));
}
const java: Spec = {
  longSingle: true,
  stopAtOperand: true,
  flags: {
    '-jar': { value: 'ignore' },
    ...taking('ignore', '-cp -classpath --class-path'),
    ...taking('read', '-p --module-path --upgrade-module-path'),
    ...taking('ignore', '-m --module --add-modules --add-opens --add-exports --source'),
  },
  inspect: call => [
    changesHere,
    ...virtualMachine({ ...call, words: call.words.slice(0, call.words.length - call.operands.length) }),
    ...call.values('-cp', '-classpath', '--class-path').flatMap(elsewhere),
    ...call.values('-jar').map((path): Claim => ({ does: 'script', path, language: 'other' })),
    ...call.operands
      .slice(0, 1)
      .flatMap((word): Claim[] =>
        word.text === null
          ? [because(call, 'high', 'obscure', 'builds.unread')]
          : word.text.endsWith('.java')
            ? [{ does: 'script', path: word, language: 'other' }]
            : word.text.startsWith('@')
              ? [{ does: 'read', path: tail(word, 1) }, because(call, 'medium', 'obscure', 'builds.unread')]
              : [],
      ),
  ],
};
const javac: Spec = {
  longSingle: true,
  flags: {
    ...taking('write', '-d -s -h'),
    ...taking('read', '-cp -classpath --class-path -sourcepath --module-path'),
    ...taking('ignore', '-source -target --release -encoding'),
    '-processor': plugin,
    '-processorpath': plugin,
    '--processor-path': plugin,
  },
  operands: 'read',
  inspect: call => [
    changesHere,
    ...call.operands.flatMap(responseFile),
    ...virtualMachine(call),
    ...(call.words.some(word => word.prefix.startsWith('-Xplugin'))
      ? [because(call, 'high', 'persistence', 'builds.plugin', { flag: '-Xplugin' })]
      : []),
  ],
};

const reads: Spec = { operands: 'read' };
/** `strip files` writes each of them, `objcopy from to` the last. */
const inPlace: Spec = {
  flags: taking('write', '-o'),
  inspect: call =>
    (call.has('-o') ? [] : call.path[0] === 'strip' ? call.operands : call.operands.slice(-1)).map(path => ({
      does: 'write',
      path,
    })),
};

export const compilerPrograms: ProgramTable = {
  ...named(
    'gcc g++ cc c++ clang clang++ gfortran emcc em++ nvcc tcc icc cpp gdc gnat swiftc ldc2 dmd x86_64-linux-gnu-gcc aarch64-linux-gnu-gcc arm-none-eabi-gcc zig-cc cl',
    cCompiler,
  ),
  ...named('ld lld gold mold as nasm yasm', {
    ...cCompiler,
    flags: { ...cCompiler.flags, '-plugin': plugin, '--plugin': plugin, '-load': plugin },
  } satisfies Spec),
  ...named(
    'nm objdump readelf size otool dumpbin addr2line c++filt gcov lcov genhtml gcovr dwarfdump javap jdeps',
    reads,
  ),
  ...named('strip objcopy', inPlace),
  ldd: { operands: 'read', notes: [judged('medium', 'unknown-program', 'builds.runsProgram')] },
  rustc,
  rustdoc: rustc,
  java,
  javac,
  ...named('javadoc jlink jpackage', tool({ writes: '-d -f --file --output --dest', takes: '-e' })),
  ghc: {
    ...cCompiler,
    flags: {
      ...cCompiler.flags,
      '-e': { value: 'ignore', note: judged('medium', 'inline-code', 'builds.runsCode') },
      '-pgmF': runs,
      '-F': plugin,
      '-fplugin': plugin,
    },
  },
  ...named('ocamlc ocamlopt', {
    ...cCompiler,
    flags: { ...cCompiler.flags, '-pp': runs, '-ppx': runs, '-plugin': plugin },
  } satisfies Spec),
  ...named(
    'fpc gprbuild valac sassc sass lessc stylus coffee haxe',
    tool({ writes: '-o --output', reads: '-I --load-path' }),
  ),
  elm: {
    sub: {
      make: tool({ writes: '--output' }),
      ...named('reactor repl init', tool()),
      install: downloads('builds.adds'),
      publish: one('critical', 'publish', 'builds.publishes'),
      ...named('diff bump', downloads()),
    },
    otherSub: unknownCommand,
    noSub: harmless,
  },
  protoc: {
    flags: {
      ...taking('read', '-I --proto_path --descriptor_set_in'),
      ...taking('write', '-o --descriptor_set_out'),
      '--plugin': runs,
    },
    operands: 'read',
    inspect: call => [
      changesHere,
      ...call.words.flatMap((word): Claim[] => {
        const out = /^--\w+_out=(?:[^:/]*:)?(.*)$/.exec(word.text ?? '');
        return out?.[1] === undefined || out[1] === ''
          ? []
          : [{ does: 'write', path: literal(out[1]), somewhere: true }];
      }),
    ],
  },
  buf: {
    noSub: harmless,
    sub: {
      ...named(
        'lint format build breaking ls-files convert export',
        tool({ writes: '-o --output', takes: '--path --against --template' }),
      ),
      ...named('generate dep mod curl', downloads()),
      ...named('push beta', one('critical', 'publish', 'builds.publishes')),
      registry: one('high', 'external-service', 'builds.publishes'),
    },
    otherSub: unknownCommand,
  },
  ...named('flatc thrift capnp swig', tool({ writes: '-o --out' })),
  ...named('bison yacc flex lex re2c ragel antlr4', tool({ writes: '-o' })),
  ...named('pkg-config pkgconf llvm-config nasm-config python-config', harmless),
  'wasm-pack': {
    sub: {
      ...named('build test new', tool({ writes: '-d --out-dir' })),
      pack: tool(),
      ...named('publish login', one('critical', 'publish', 'builds.publishes')),
    },
    otherSub: unknownCommand,
  },
  ...named('wasm-opt wasm-bindgen wat2wasm wasm2wat', tool({ writes: '-o --out-dir' })),
};
