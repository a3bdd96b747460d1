import type { Claim } from '../../../claim.ts';
import { nameClaims } from '../../named.ts';
import type { Call, Flag, ProgramTable, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { changesHere, harmless, named, taking } from '../parts.ts';
import {
  adds,
  because,
  clearsCache,
  global,
  installsLocked,
  judged,
  login,
  one,
  publishing,
  reached,
  registry,
  unknownCommand,
  works,
} from './kinds.ts';

/** Build tools that also fetch and publish. Building and testing are the project's own and stay in the workspace. */

const otherConfig: Flag = { value: 'read', note: judged('high', 'persistence', 'packages.otherConfig') };

const gems = 'rubygems.org';
const gem: Spec = {
  noSub: harmless,
  otherSub: unknownCommand,
  sub: {
    ...named(
      'list environment env which contents dependency specification help check stale unpack info lock',
      harmless,
    ),
    ...named('search outdated query fetch', registry(gems, 'medium', 'network', 'packages.asksRegistry')),
    build: works,
    ...named('install update', global(gems)),
    ...named('uninstall cleanup pristine setup', one('high', 'outside-workspace', 'packages.global')),
    push: publishing(gems),
    yank: registry(gems, 'critical', 'publish', 'packages.unpublish'),
    owner: registry(gems, 'high', 'publish', 'packages.registryWrite'),
    ...named('signin signout cert', login),
    sources: {
      flags: { '-l': {}, '--list': {} },
      inspect: call =>
        call.has('-a', '--add', '-r', '--remove', '-c')
          ? [because(call, 'high', 'persistence', 'packages.configWrite')]
          : [],
    },
    exec: registry(gems, 'high', 'download', 'packages.scaffold'),
  },
};
const bundleFlags: Record<string, Flag> = {
  ...taking('ignore', '--jobs -j --retry --without --with --group'),
  '--gemfile': otherConfig,
  '--path': { value: 'write' },
  '--local': {},
};
const bundle: Spec = {
  abbreviates: true,
  noSub: installsLocked(gems),
  flags: {},
  otherSub: unknownCommand,
  sub: {
    exec: { flags: { '--gemfile': otherConfig }, stopAtOperand: true, operands: 'argv' },
    ...named('install', {
      flags: bundleFlags,
      inspect: call =>
        call.has('--local')
          ? [changesHere]
          : [reached(gems), changesHere, because(call, 'high', 'dependency', 'packages.installLocked')],
    } satisfies Spec),
    ...named('update lock', registry(gems, 'high', 'dependency', 'packages.update', bundleFlags)),
    add: adds(gems, bundleFlags),
    remove: one('high', 'dependency', 'packages.remove'),
    ...named('list show info check platform licenses version help doctor viz env', harmless),
    ...named('outdated', registry(gems, 'medium', 'network', 'packages.asksRegistry')),
    ...named('init binstubs clean pristine package cache gem', works),
    config: {
      inspect: call => (call.operands.length > 1 ? [because(call, 'high', 'persistence', 'packages.configWrite')] : []),
    },
    ...named('open console plugin', one('medium', 'obscure', 'packages.unknown')),
  },
};

const packagist = 'packagist.org';
const composerFlags: Record<string, Flag> = {
  ...taking('directory', '-d --working-dir'),
  '--dev': {},
  '--no-dev': {},
  '--no-scripts': {},
  '--dry-run': {},
};
const composer: Spec = {
  abbreviates: true,
  flags: composerFlags,
  noSub: harmless,
  otherSub: {
    inspect: call => {
      const name = call.path.at(-1) ?? '';
      return name === ''
        ? [because(call, 'high', 'obscure', 'packages.unread')]
        : [{ does: 'task', runner: 'composer', name, args: [...call.words] }];
    },
  },
  sub: {
    ...named('run run-script', {
      stopAtOperand: true,
      flags: composerFlags,
      inspect: call => {
        const [name, ...args] = call.operands;
        return name === undefined
          ? []
          : name.text === null
            ? [because(call, 'high', 'obscure', 'packages.unread')]
            : [{ does: 'task', runner: 'composer', name: name.text, args }];
      },
    } satisfies Spec),
    ...named('install i', installsLocked(packagist, composerFlags)),
    ...named('require r', adds(packagist, composerFlags)),
    ...named('update u upgrade reinstall', registry(packagist, 'high', 'dependency', 'packages.update', composerFlags)),
    ...named('remove rm uninstall', one('high', 'dependency', 'packages.remove', composerFlags)),
    ...named(
      'show info validate check-platform-reqs depends why why-not prohibits licenses status suggests fund diagnose about help list',
      { flags: composerFlags } satisfies Spec,
    ),
    ...named('outdated search audit browse', registry(packagist, 'medium', 'network', 'packages.asksRegistry')),
    ...named('dump-autoload dumpautoload init archive bump', works),
    exec: { flags: composerFlags, stopAtOperand: true, operands: 'argv' },
    config: {
      flags: { ...composerFlags, '-l': {}, '--list': {} },
      inspect: call =>
        call.operands.length > 1 || call.has('--unset', '-e', '--editor')
          ? [because(call, 'high', 'persistence', 'packages.configWrite')]
          : [],
    },
    global: one('high', 'outside-workspace', 'packages.global'),
    ...named('self-update selfupdate', one('high', 'outside-workspace', 'packages.system')),
    'create-project': registry(packagist, 'high', 'dependency', 'packages.scaffold'),
    ...named('clear-cache clearcache cc', clearsCache),
  },
};

/** `mix ecto.drop`, `rake db:reset`: a task of the project whose name tells what it does. */
const taskNames = (call: Call): Claim[] => {
  const name = (call.path.at(-1) ?? '').replaceAll('.', ':').replace(/^ecto:/, 'db:');
  return name === '' ? [because(call, 'high', 'obscure', 'packages.unread')] : [changesHere, ...nameClaims(name)];
};
/** `mix do a, b` and `mix do a + b`: one task after the other. */
function mixTasks(call: Call): Claim[] {
  const tasks: Word[][] = [[]];
  for (const word of call.words) {
    const { text } = word;
    if (text === '+' || text === ',') tasks.push([]);
    else if (text?.endsWith(',') === true) {
      tasks.at(-1)?.push(literal(text.slice(0, -1)));
      tasks.push([]);
    } else tasks.at(-1)?.push(word);
  }
  return tasks
    .filter(words => words.length > 0)
    .map(words => ({ does: 'run', argv: [call.invocation.name, ...words] }));
}
const hexHost = 'hex.pm';
const mix: Spec = {
  noSub: works,
  otherSub: { inspect: taskNames },
  sub: {
    run: {
      flags: {
        ...taking('ignore', '-e --eval'),
        ...taking('load', '-r --require -pr'),
        ...named('--no-halt --no-start --no-compile --no-mix-exs --preload-modules --no-deps-check', {}),
      },
      inspect: call => [
        changesHere,
        ...call.values('-e', '--eval').map((text): Claim => ({ does: 'code', language: 'other', text })),
      ],
    },
    do: { inspect: mixTasks },
    ...named('test format credo', {
      ...works,
      flags: taking('load', '--config-file --dot-formatter -r --require --checks-from'),
    } satisfies Spec),
    ...named('compile dialyzer docs phx.server phx.routes help xref clean deps.tree deps.clean', works),
    ...named('deps.get deps.update deps.unlock', registry(hexHost, 'high', 'dependency', 'packages.install')),
    ...named('hex.publish', publishing(hexHost)),
    ...named('hex.retire hex.owner', registry(hexHost, 'high', 'publish', 'packages.registryWrite')),
    ...named('hex.user hex.organization', login),
    ...named('archive.install escript.install local.hex local.rebar', global(hexHost)),
    cmd: { stopAtOperand: true, operands: 'argv' },
    eval: { inspect: call => call.operands.slice(0, 1).map(text => ({ does: 'code', language: 'other', text })) },
  },
};

const hackage = 'hackage.haskell.org';
const haskell: Spec = {
  flags: { ...taking('ignore', '-j --project-file'), ...taking('command', '--with-compiler -w') },
  noSub: harmless,
  otherSub: unknownCommand,
  sub: {
    ...named(
      'build test bench run repl check haddock clean configure init freeze gen-bounds list-bin path info list sdist ghci hoogle ide dot ls query templates',
      works,
    ),
    ...named('update fetch outdated setup', registry(hackage, 'high', 'dependency', 'packages.update')),
    install: global(hackage),
    upload: publishing(hackage),
    exec: { stopAtOperand: true, operands: 'argv' },
    ...named('new unpack get', registry(hackage, 'high', 'dependency', 'packages.scaffold')),
    upgrade: one('high', 'outside-workspace', 'packages.system'),
  },
};

export const languagePrograms: ProgramTable = {
  gem,
  bundle,
  bundler: bundle,
  composer,
  mix,
  rebar3: {
    noSub: harmless,
    sub: {
      ...named('compile eunit ct dialyzer shell as clean xref fmt tree', works),
      hex: publishing(hexHost),
      ...named('get-deps upgrade update', registry(hexHost, 'high', 'dependency', 'packages.update')),
    },
    otherSub: unknownCommand,
  },
  ...named('cabal stack', haskell),
  opam: {
    noSub: harmless,
    sub: {
      ...named('list show var config-report exec-env env which tree lint', harmless),
      exec: { stopAtOperand: true, operands: 'argv' },
      publish: publishing('opam.ocaml.org'),
    },
    otherSub: registry('opam.ocaml.org', 'high', 'dependency', 'packages.toolchain'),
  },
  dune: {
    noSub: works,
    sub: {
      ...named('build test runtest clean fmt utop describe init promote exec top rules subst', works),
      ...named('pkg cache', registry(null, 'high', 'dependency', 'packages.install')),
      ...named('install uninstall', one('high', 'outside-workspace', 'packages.global')),
    },
    otherSub: unknownCommand,
  },
  swift: {
    noSub: harmless,
    sub: {
      ...named('build test run format', works),
      package: {
        sub: {
          ...named('init describe dump-package show-dependencies clean reset tools-version edit unedit', works),
          ...named('resolve update add-dependency', registry(null, 'high', 'dependency', 'packages.install')),
        },
        otherSub: one('medium', 'package-script', 'packages.unknown'),
      },
      repl: harmless,
    },
    otherSub: {
      inspect: call => [
        {
          does: 'script',
          path: literal(call.path.at(-1) ?? ''),
          language: 'other',
        },
      ],
    },
  },
  zig: {
    noSub: harmless,
    sub: {
      ...named(
        'build test run fmt cc c++ ar build-exe build-lib build-obj translate-c env version targets zen init ast-check',
        works,
      ),
      fetch: registry(null, 'high', 'dependency', 'packages.install'),
    },
    otherSub: unknownCommand,
  },
  pod: {
    noSub: harmless,
    sub: {
      ...named('install update repo setup', registry('cdn.cocoapods.org', 'high', 'dependency', 'packages.install')),
      ...named('search outdated', registry('cdn.cocoapods.org', 'medium', 'network', 'packages.asksRegistry')),
      trunk: { sub: { push: publishing('trunk.cocoapods.org') }, otherSub: login },
      ...named('init deintegrate lib spec env', works),
    },
    otherSub: unknownCommand,
  },
  carthage: {
    sub: { build: works, version: harmless },
    otherSub: registry(null, 'high', 'dependency', 'packages.install'),
  },
  luarocks: {
    sub: {
      ...named('list show which path config lint make build test', works),
      upload: publishing('luarocks.org'),
      search: registry('luarocks.org', 'medium', 'network', 'packages.asksRegistry'),
    },
    otherSub: global('luarocks.org'),
  },
  cpan: global('cpan.org'),
  cpanm: global('cpan.org'),
};
