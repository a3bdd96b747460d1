import type { Claim } from '../../../claim.ts';
import { nameClaims } from '../../named.ts';
import type { Call, Flag, ProgramTable, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { changesHere, harmless, named, taking } from '../parts.ts';
import {
  adding,
  because,
  judged,
  one,
  reached,
  registry,
  standsBefore,
  unknownCommand,
  unreadTask,
  works,
} from './kinds.ts';
import { npmFlags, npmHost } from './npm.ts';

/** pnpm, yarn and bun: like npm, and any word that is no command of theirs is a script or an installed program. */

/** A program that is downloaded, unless it is `offline` and comes from the project's own. */
const tool = (argv: readonly Word[], offline: boolean): Claim => {
  const name = argv[0]?.text ?? null;
  const installed = name === null ? null : `node_modules/.bin/${name}`;
  return { does: 'tool', argv: [...argv], installed, registry: npmHost, latest: !offline, offline };
};
const installedTool = (argv: readonly Word[]): Claim => tool(argv, true);

/** A program that is downloaded and run, whatever is installed. */
export const downloads: Spec = {
  stopAtOperand: true,
  flags: { ...taking('ignore', '-p --package'), '-c': { value: 'command' }, '--shell-mode': {} },
  inspect: call => [
    ...(call.values('-p', '--package').length > 0 ? adding(call, npmHost, call.values('-p', '--package')) : []),
    tool(call.operands, false),
  ],
};
const execs: Spec = {
  stopAtOperand: true,
  flags: { '-c': { value: 'command' }, '--shell-mode': {} },
  inspect: call => (call.operands.length === 0 ? [] : [installedTool(call.operands)]),
};

/** A script, or where there is none of the name an installed program. */
export function scriptOrTool(call: Call, words: readonly Word[], elsewhere: boolean): Claim[] {
  const [name, ...args] = words;
  if (name === undefined) return [];
  if (name.text === null) return [because(call, 'high', 'obscure', 'packages.unread')];
  if (elsewhere) return unreadTask(call, name.text, nameClaims);
  return [changesHere, { does: 'task', runner: 'npm', name: name.text, args, otherwise: [name, ...args] }];
}

/** Other packages of the project are chosen, whose manifests are not read. */
export const chooses = (call: Call): boolean =>
  call.has('-r', '--recursive', '-F', '--filter', '--filter-prod', '-w', '--workspace-root', '--workspaces', '-W') ||
  standsBefore(call, /^(-r|--recursive|-F.*|--filter.*|-w|--workspace-root)$/);

/** Options that the three take, beside npm's. */
export const flags: Record<string, Flag> = {
  ...npmFlags,
  '--dir': { value: 'directory' },
  '--cwd': { value: 'directory' },
  '-C': { value: 'directory' },
  ...taking(
    'ignore',
    '-F --filter --filter-prod --reporter --network-concurrency --child-concurrency --workspace-concurrency --mutex --network-timeout',
  ),
  ...taking('write', '--modules-folder --store-dir --cache-folder --virtual-store-dir --global-dir'),
  '--use-yarnrc': { value: 'read', note: judged('high', 'persistence', 'packages.otherConfig') },
  '--pnpmfile': { value: 'script' },
  '--global-pnpmfile': { value: 'script' },
  '-w': {},
  '-W': {},
  '-r': {},
  '-m': {},
  '-p': {},
  '--recursive': {},
  '--workspace-root': {},
  '--frozen-lockfile': {},
  '--immutable': {},
  '--offline': {},
};

const run: Spec = {
  flags,
  stopAtOperand: true,
  inspect: call => scriptOrTool(call, call.operands, chooses(call)),
};
const script = (name: string): Spec => ({
  flags,
  stopAtOperand: true,
  inspect: call => scriptOrTool(call, [literal(name), ...call.operands], chooses(call)),
});
/** `pnpm -r test`: the flag stands before the command, whose own words do not tell. */
const shorthand: Spec = {
  stopAtOperand: true,
  inspect: call => {
    const name = call.path.at(-1) ?? '';
    return name === ''
      ? [because(call, 'high', 'obscure', 'packages.unread')]
      : scriptOrTool(call, [literal(name), ...call.words], chooses(call));
  },
};

export const installing: Spec = {
  flags,
  inspect: call => {
    if (call.has('--offline')) return [changesHere, because(call, 'medium', 'dependency', 'packages.runsScripts')];
    const locked = call.has('--frozen-lockfile', '--immutable');
    const claims =
      call.operands.length > 0
        ? adding(call, npmHost, call.operands)
        : [
            reached(npmHost),
            changesHere,
            because(call, 'high', 'dependency', locked ? 'packages.installLocked' : 'packages.install'),
          ];
    return [
      ...claims,
      ...(call.has('-g', '--global') ? [because(call, 'high', 'outside-workspace', 'packages.global')] : []),
    ];
  },
};
const removing: Spec = {
  flags,
  inspect: call => [
    changesHere,
    because(
      call,
      call.has('-g', '--global') ? 'high' : 'medium',
      'dependency',
      call.has('-g', '--global') ? 'packages.global' : 'packages.remove',
    ),
  ],
};
const updating = registry(npmHost, 'high', 'dependency', 'packages.update', flags);
const looksUp = registry(npmHost, 'medium', 'network', 'packages.asksRegistry', flags);
const publishing: Spec = {
  flags,
  inspect: call =>
    call.has('--dry-run')
      ? []
      : [
          { does: 'net', host: npmHost, send: true, judged: true },
          because(call, 'critical', 'publish', 'packages.publish'),
        ],
};
const rebuilding = one('medium', 'dependency', 'packages.runsScripts', flags);
export const scaffolding: Spec = {
  flags,
  inspect: call =>
    call.operands.length === 0
      ? [{ does: 'write', path: literal('package.json') }]
      : [reached(npmHost), changesHere, because(call, 'high', 'dependency', 'packages.scaffold')],
};
const configuring: Spec = {
  flags,
  sub: {
    ...named('get list', harmless),
    ...named('set delete unset', one('high', 'persistence', 'packages.configWrite')),
  },
  noSub: harmless,
  otherSub: unknownCommand,
};
const registryRights = registry(npmHost, 'high', 'publish', 'packages.registryWrite', flags);
const login = registry(npmHost, 'high', 'credential-access', 'packages.login', flags);
const linking = one('high', 'outside-workspace', 'packages.link', flags);
export const toolchain = registry(null, 'high', 'dependency', 'packages.toolchain', flags);

/** What the three have in common. */
export const common: Record<string, Spec> = {
  run,
  'run-script': run,
  test: script('test'),
  start: script('start'),
  stop: script('stop'),
  exec: execs,
  dlx: downloads,
  ...named('install i', installing),
  add: installing,
  ...named('remove rm uninstall un', removing),
  ...named('update up upgrade upgrade-interactive dedupe', updating),
  ...named('outdated info view search audit', looksUp),
  ...named('list ls ll why bin root licenses help completion store-path', { flags } satisfies Spec),
  publish: publishing,
  ...named('unpublish deprecate', registry(npmHost, 'critical', 'publish', 'packages.unpublish')),
  ...named('owner tag team access dist-tag', registryRights),
  ...named('login logout whoami adduser', login),
  ...named('link unlink ln', linking),
  ...named('init', scaffolding),
  create: {
    ...downloads,
    inspect: call => [reached(npmHost), changesHere, because(call, 'high', 'dependency', 'packages.scaffold')],
  },
  config: configuring,
  pack: { flags: { ...flags, ...taking('write', '--pack-destination --out -o') }, inspect: () => [changesHere] },
  prune: works,
  ...named('rebuild rb', rebuilding),
};

const pnpm: Spec = {
  flags: { ...flags, '-v': {} },
  noSub: harmless,
  otherSub: shorthand,
  sub: {
    ...common,
    ...named('t tst', script('test')),
    ci: installing,
    ...named('import fetch', installing),
    m: { sub: common, otherSub: shorthand },
    multi: { sub: common, otherSub: shorthand },
    recursive: { sub: common, otherSub: shorthand },
    env: { sub: { list: harmless, ls: harmless }, otherSub: toolchain },
    ...named('self-update setup', one('high', 'outside-workspace', 'packages.system')),
    server: {
      sub: { stop: harmless, status: harmless },
      otherSub: one('medium', 'process-control', 'packages.serves'),
    },
    store: {
      sub: named('status path', harmless),
      otherSub: one('medium', 'unheld-by-checkpoint', 'packages.clearsCache'),
    },
    deploy: works,
    ...named('patch-commit', { operands: 'load', inspect: () => [changesHere] } satisfies Spec),
    ...named('patch patch-remove', works),
    ...named('approve-builds ignored-builds', one('high', 'persistence', 'packages.configWrite')),
    ...named('cat-file cat-index find-hash', harmless),
    doctor: looksUp,
    cache: {
      sub: named('list list-registries view', harmless),
      otherSub: one('medium', 'unheld-by-checkpoint', 'packages.clearsCache'),
    },
  },
};

const yarnWorkspace: Spec = {
  stopAtOperand: true,
  inspect: call => {
    const [, name, ...rest] = call.operands;
    if (name?.text === 'run') return unreadTask(call, rest[0]?.text ?? null, nameClaims);
    if (name?.text === 'add' || name?.text === 'up') return adding(call, npmHost, rest);
    if (name?.text === 'exec') return [installedTool(rest)];
    if (name?.text === 'publish' || name?.text === 'npm')
      return [because(call, 'critical', 'publish', 'packages.publish')];
    return unreadTask(call, name?.text ?? null, nameClaims);
  },
};
const foreach: Spec = {
  stopAtOperand: true,
  flags: {
    ...taking('ignore', '-j --jobs --include --exclude --from --since'),
    ...named('-A --all -R -W --worktree -p --parallel -t --topological -i --interlaced -v --verbose -n --dry-run', {}),
  },
  inspect: call => yarnWorkspace.inspect?.({ ...call, operands: [literal(''), ...call.operands] }) ?? [],
};

const yarn: Spec = {
  flags: { ...flags, '-v': {} },
  // `yarn` alone installs.
  noSub: installing,
  otherSub: shorthand,
  sub: {
    ...common,
    global: {
      sub: { ...named('bin dir list', harmless) },
      otherSub: one('high', 'outside-workspace', 'packages.global'),
    },
    workspace: yarnWorkspace,
    workspaces: {
      sub: {
        foreach,
        list: harmless,
        info: harmless,
        focus: installing,
        run: { inspect: call => unreadTask(call, call.operands[0]?.text ?? null, nameClaims) },
      },
      otherSub: unknownCommand,
    },
    node: { stopAtOperand: true, inspect: call => [{ does: 'run', argv: [literal('node'), ...call.words] }] },
    npm: {
      sub: {
        audit: looksUp,
        info: looksUp,
        publish: publishing,
        ...named('login logout whoami', login),
        tag: registryRights,
      },
      otherSub: unknownCommand,
    },
    set: { sub: { version: toolchain }, otherSub: one('high', 'persistence', 'packages.configWrite') },
    policies: toolchain,
    plugin: {
      sub: { list: harmless, runtime: harmless },
      otherSub: registry(null, 'high', 'persistence', 'packages.install'),
    },
    ...named('patch-commit', { operands: 'load', inspect: () => [changesHere] } satisfies Spec),
    ...named('constraints patch version versions', works),
    explain: harmless,
    unplug: works,
    cache: {
      sub: named('list dir', harmless),
      otherSub: one('medium', 'unheld-by-checkpoint', 'packages.clearsCache'),
    },
    'self-update': one('high', 'outside-workspace', 'packages.system'),
  },
};

export const nodePrograms: ProgramTable = {
  pnpm,
  yarn,
  yarnpkg: yarn,
  corepack: {
    sub: {
      ...named('pnpm yarn npm', {
        stopAtOperand: true,
        inspect: call => [{ does: 'run', argv: [literal(call.path.at(-1) ?? ''), ...call.words] }],
      } satisfies Spec),
      ...named('enable disable', one('high', 'outside-workspace', 'packages.system')),
    },
    noSub: harmless,
    otherSub: toolchain,
  },
};
