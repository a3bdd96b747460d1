import type { Claim } from '../../../claim.ts';
import type { Call, Flag, ProgramTable, Spec } from '../../spec.ts';
import { valueClaims } from '../../unlisted.ts';
import { literal } from '../../word.ts';
import { afterDashes, changesHere, empties, harmless, named, taking } from '../parts.ts';
import {
  adds,
  because,
  global,
  installs,
  judged,
  login,
  one,
  publishing,
  reached,
  registry,
  toolchain,
  unknownCommand,
  works,
} from './kinds.ts';

/** Rust's and Go's tools: building and testing stay in the workspace, fetching and publishing do not. */

const loads: Flag = { value: 'ignore', note: judged('high', 'persistence', 'packages.loads') };
const loadsProgram: Flag = { value: 'command', note: judged('high', 'persistence', 'packages.loads') };

/** A program or its own arguments come after `--`, and belong to the project: nothing more is known of it than of a test. */
const cargoFlags: Record<string, Flag> = {
  '-C': { value: 'project' },
  '--config': loads,
  '-Z': { value: 'ignore' },
  ...taking('write', '--target-dir --out-dir --artifact-dir --root'),
  '--manifest-path': { value: 'load' },
  ...taking(
    'ignore',
    '-p --package --bin --example --test --bench --features -F --target --profile -j --jobs --message-format --color --exclude --rename --version --vers --git --branch --tag --rev --path --registry --index -E --lockfile-path',
  ),
};
const cargoWorks: Spec = {
  values: true,
  flags: cargoFlags,
  inspect: call => [
    changesHere,
    ...afterDashes(call).flatMap(word => valueClaims('--', word)),
    ...call.values('--manifest-path').map(path => ({ does: 'write' as const, path, somewhere: true })),
  ],
};
/** A folder that is made, named by the operands. */
const placed = (call: Call): Claim[] => call.operands.map((path): Claim => ({ does: 'write', path }));

/** `cargo rustc -- -C linker=x`: the compiler's own options, some of which start programs. */
function compilerOptions(call: Call): Claim[] {
  const loading = afterDashes(call).some(
    (word, i, all) =>
      word.text === null ||
      /^@|^-[CZ]?\s*(linker|link-arg|ar|link-self|llvm-args|codegen-backend|profile-use|pre-link|post-link)|^-L|^--extern|^--sysroot/.test(
        word.text,
      ) ||
      (/^-(C|Z)$/.test(all[i - 1]?.text ?? '') && /^(linker|link-arg|ar=|llvm-args|codegen-backend)/.test(word.text)) ||
      /^-[CZ](linker|link-arg|ar=|llvm-args|codegen-backend)|^--codegen[= ]?linker/.test(word.text),
  );
  return loading ? [because(call, 'high', 'persistence', 'packages.loads', { flag: '-C' })] : [];
}
const crates = 'crates.io';
const cargo: Spec = {
  flags: { ...cargoFlags, '-v': {}, '--list': {}, '--offline': {}, '--locked': {} },
  noSub: harmless,
  otherSub: {
    inspect: call => {
      // `cargo +nightly build`: the toolchain stands before the command.
      const [first] = call.words;
      if (call.path.at(-1)?.startsWith('+') === true && first !== undefined)
        return [{ does: 'run', argv: [call.invocation.name, ...call.words] }];
      return unknownCommand.inspect?.(call) ?? [];
    },
  },
  sub: {
    ...named(
      'build b check c test t run r bench doc d fix miri nextest tarpaulin llvm-cov expand udeps machete hack llvm-lines bloat flamegraph criterion zigbuild leptos make deny',
      cargoWorks,
    ),
    fmt: {
      ...cargoWorks,
      inspect: call => [
        ...(cargoWorks.inspect?.(call) ?? []),
        { does: 'run', argv: [literal('rustfmt'), ...afterDashes(call)] },
      ],
    },
    watch: {
      ...cargoWorks,
      flags: { ...cargoFlags, ...taking('command', '-s --shell'), ...taking('ignore', '-x --exec -w --watch -i -d') },
    },
    insta: {
      ...cargoWorks,
      inspect: call => [
        changesHere,
        ...(call.operands.some(word => /^(accept|review)$/.test(word.text ?? 'accept')) ||
        call.has('--accept', '--accept-unseen', '--review')
          ? [because(call, 'medium', 'tests-weakened', 'packages.snapshots')]
          : []),
      ],
    },
    ...named('rustc rustdoc clippy', {
      ...cargoWorks,
      inspect: call => [...(cargoWorks.inspect?.(call) ?? []), ...compilerOptions(call)],
    } satisfies Spec),
    ...named('metadata tree pkgid version help locate-project read-manifest verify-project report config', {
      flags: cargoFlags,
    } satisfies Spec),
    package: cargoWorks,
    ...named('new init', {
      ...cargoWorks,
      flags: { ...cargoFlags, ...taking('ignore', '--name --edition --vcs') },
      inspect: call => [...(cargoWorks.inspect?.(call) ?? []), ...placed(call)],
    } satisfies Spec),
    vendor: {
      ...cargoWorks,
      flags: { ...cargoFlags, '-s': { value: 'load' }, '--sync': { value: 'load' } },
      inspect: call => [...(cargoWorks.inspect?.(call) ?? []), ...placed(call)],
    },
    clean: {
      flags: cargoFlags,
      inspect: call => [
        changesHere,
        ...(call.has('-p', '--package', '--dry-run', '-n')
          ? []
          : call.has('--target-dir')
            ? empties(call.values('--target-dir'))
            : [{ does: 'delete' as const, path: literal('target'), recursive: true }]),
      ],
    },
    ...named('search info outdated audit', registry(crates, 'medium', 'network', 'packages.asksRegistry')),
    add: adds(crates, cargoFlags),
    ...named(
      'update fetch generate-lockfile upgrade',
      registry(crates, 'high', 'dependency', 'packages.update', cargoFlags),
    ),
    ...named('remove rm', one('high', 'dependency', 'packages.remove', cargoFlags)),
    ...named('install binstall uninstall', global(crates)),
    publish: publishing(crates),
    release: publishing(crates),
    yank: registry(crates, 'critical', 'publish', 'packages.unpublish'),
    owner: registry(crates, 'high', 'publish', 'packages.registryWrite'),
    ...named('login logout', login),
  },
};

const goFlags: Record<string, Flag> = {
  '-C': { value: 'project' },
  ...named('-exec -toolexec -vettool -gccgo', loadsProgram),
  ...taking(
    'write',
    '-o -coverprofile -cpuprofile -memprofile -blockprofile -mutexprofile -trace -outputdir -pkgdir -cacheprog',
  ),
  ...taking(
    'ignore',
    '-run -bench -count -timeout -tags -ldflags -gcflags -asmflags -gccgoflags -mod -p -cpu -covermode -coverpkg -parallel -benchtime -shuffle -fuzz -fuzztime -f -buildmode -compiler -skip -vet -list -installsuffix',
  ),
  ...taking('load', '-overlay -modfile'),
};
const goWorks: Spec = {
  values: true,
  flags: goFlags,
  longSingle: true,
  inspect: call => [
    changesHere,
    // The linker and the compiler can be told to start other programs.
    ...(call
      .values('-ldflags', '-gcflags')
      .some(word => /-extld|-linkmode=external.*-ext|-fplugin/.test(word.text ?? '-extld'))
      ? [because(call, 'high', 'persistence', 'packages.loads', { flag: '-ldflags' })]
      : []),
  ],
};
const goHost = 'proxy.golang.org';
const go: Spec = {
  noSub: harmless,
  otherSub: unknownCommand,
  flags: { '-C': { value: 'project' } },
  sub: {
    ...named('build test vet fmt list doc version help fix', goWorks),
    tool: {
      ...goWorks,
      inspect: call => [changesHere, ...call.words.flatMap(word => valueClaims('--', word))],
    },
    clean: {
      ...goWorks,
      flags: {
        ...goFlags,
        ...named('-modcache -cache -fuzzcache', {
          note: judged('medium', 'unheld-by-checkpoint', 'packages.clearsCache'),
        }),
      },
    },
    run: {
      ...goWorks,
      stopAtOperand: true,
      inspect: call =>
        /@/.test(call.operands[0]?.text ?? '')
          ? [reached(goHost), because(call, 'high', 'download', 'packages.scaffold')]
          : (goWorks.inspect?.(call) ?? []),
    },
    generate: {
      flags: goFlags,
      longSingle: true,
      inspect: call => [
        changesHere,
        because(call, 'medium', 'package-script', 'packages.workspaceTask', { name: 'generate' }),
      ],
    },
    get: installs(goHost),
    install: {
      ...goWorks,
      inspect: call =>
        call.operands.some(word => /@/.test(word.text ?? '@'))
          ? [reached(goHost), because(call, 'high', 'outside-workspace', 'packages.global')]
          : [changesHere, because(call, 'medium', 'outside-workspace', 'packages.environment')],
    },
    mod: {
      sub: {
        ...named('graph why verify', harmless),
        ...named('init vendor', { ...works, values: true, flags: taking('write', '-o') } satisfies Spec),
        edit: {
          longSingle: true,
          flags: taking(
            'ignore',
            '-replace -require -dropreplace -droprequire -exclude -go -toolchain -module -retract -tool',
          ),
          inspect: call => [
            changesHere,
            ...(call.has('-replace', '-require', '-toolchain', '-tool')
              ? [because(call, 'medium', 'dependency', 'packages.manifest')]
              : []),
            ...call.values('-replace').flatMap((word): Claim[] => {
              const [, to] = /=([./~][^@]*)$/.exec(word.text ?? '') ?? [];
              return to === undefined ? [] : [{ does: 'load', path: literal(to) }];
            }),
          ],
        },
        ...named('download tidy', registry(goHost, 'high', 'dependency', 'packages.install')),
      },
      otherSub: unknownCommand,
    },
    work: {
      sub: {
        ...named('edit sync vendor', works),
        ...named('init use', { operands: 'load', inspect: () => [changesHere] } satisfies Spec),
      },
      otherSub: unknownCommand,
    },
    env: {
      flags: { '-w': {}, '-u': {}, '-json': {}, '-changed': {} },
      longSingle: true,
      inspect: call => (call.has('-w', '-u') ? [because(call, 'high', 'persistence', 'packages.configWrite')] : []),
    },
    telemetry: one('medium', 'external-service', 'packages.configWrite'),
    bug: one('medium', 'network', 'packages.asksRegistry'),
  },
};

export const compiledPrograms: ProgramTable = {
  cargo,
  ...named('rustup', {
    noSub: harmless,
    sub: {
      ...named('show which doc check completions help man', harmless),
      run: { stopAtOperand: true, operands: ['ignore', 'argv'] },
      toolchain: { sub: { list: harmless }, otherSub: toolchain },
      component: { sub: { list: harmless }, otherSub: toolchain },
      target: { sub: { list: harmless }, otherSub: toolchain },
    },
    otherSub: toolchain,
  } satisfies Spec),
  'cargo-binstall': global(crates),
  go,
};
