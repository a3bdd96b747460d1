import type { Claim } from '../../../claim.ts';
import { nameClaims } from '../../named.ts';
import type { Call, Flag, ProgramTable, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { changesHere, harmless, joined, named, taking } from '../parts.ts';
import {
  adding,
  because,
  installsLocked,
  judged,
  one,
  reached,
  registry,
  standsBefore,
  unknownCommand,
  unreadTask,
  works,
} from './kinds.ts';

export const npmHost = 'registry.npmjs.org';

const loads: Flag = { value: 'ignore', note: judged('high', 'persistence', 'packages.loads') };
const reroutes: Flag = { value: 'ignore', note: judged('high', 'unusual-network', 'packages.reroutes') };

/** Options of every npm command, before it or after it. Source: npm's config(7). */
export const npmFlags: Record<string, Flag> = {
  '--prefix': { value: 'directory' },
  '-C': { value: 'directory' },
  '--registry': { value: 'url', note: judged('high', 'unusual-network', 'packages.otherRegistry') },
  ...taking('load', '--userconfig --globalconfig'),
  '--cache': { value: 'write' },
  '--script-shell': { ...loads, value: 'program' },
  '--config.script-shell': { ...loads, value: 'program' },
  ...named(
    '--config.node-options --config.shell-emulator --config.npm-path --config.globalconfig --config.userconfig --config.pnpmfile --config.global-pnpmfile --config.hooks --config.git --config.editor --config.extraBinPaths --config.nodeOptions --config.scriptShell',
    loads,
  ),
  ...named('--config.registry --config.proxy --config.https-proxy --config.strict-ssl --config.cafile', reroutes),
  ...named('--node-options --shell --git --editor --viewer --browser --init-module --pager --onload-script', loads),
  ...named('--proxy --https-proxy --ca --cafile --noproxy', reroutes),
  ...named('--strict-ssl', { note: judged('high', 'unusual-network', 'packages.reroutes') }),
  ...taking(
    'ignore',
    '-w --workspace --loglevel --tag --otp --access --scope --save-prefix --omit --include --only --depth --audit-level --before --location --filter -m --message --package',
  ),
  ...named('--no-strict-ssl', { note: judged('high', 'unusual-network', 'packages.reroutes') }),
  ...named(
    '--workspaces --ws -g --global -s --silent --save --save-dev -D -S -E -O -y --yes -f --force --ignore-scripts --if-present --json --all --prod --production --dry-run -p --parseable --long -l -h --help -v --version --no-audit --no-fund --package-lock-only --foreground-scripts',
    {},
  ),
};

const isGlobal = (call: Call): boolean =>
  call.has('-g', '--global') || call.values('--location').some(each => each.text === 'global');

/** Scripts that npm runs around an installation of the project itself. */
const lifecycle = (...names: string[]): Claim[] =>
  names.map(name => ({ does: 'task', runner: 'npm', name, args: [], optional: true }));

const install: Spec = {
  flags: npmFlags,
  inspect: call => [
    ...(call.operands.length > 0
      ? adding(call, npmHost, call.operands)
      : [
          reached(npmHost),
          changesHere,
          because(call, 'high', 'dependency', 'packages.install'),
          ...(call.has('--ignore-scripts') ? [] : lifecycle('install', 'prepare')),
        ]),
    ...(isGlobal(call) ? [because(call, 'high', 'outside-workspace', 'packages.global')] : []),
  ],
};

/** A script of package.json. With a workspace chosen its text stands in that package's manifest. */
export function scriptTask(call: Call, name: Word | undefined, args: readonly Word[], elsewhere: boolean): Claim[] {
  if (name === undefined) return [];
  if (name.text === null) return [because(call, 'high', 'obscure', 'packages.unread')];
  if (elsewhere) return unreadTask(call, name.text, nameClaims);
  return [changesHere, { does: 'task', runner: 'npm', name: name.text, args: [...args] }];
}

function workspaceTasks(call: Call, names: readonly Word[], args: readonly Word[]): Claim[] {
  const chosen = call.values('-w', '--workspace');
  const all = call.has('--workspaces', '--ws') || standsBefore(call, /^(-w.*|--workspaces?(=.*)?|--ws|-ws)$/);
  const folders = chosen.every(word => word.text !== null && /^(\.\/)?[^@]*\/|^\./.test(word.text));
  if (all || !folders) return names.flatMap(name => scriptTask(call, name, args, true));
  const claims: Claim[] = [
    ...chosen.map((path): Claim => ({ does: 'load', path })),
    ...names.flatMap(name => scriptTask(call, name, args, false)),
  ];
  const [directory] = chosen;
  return directory === undefined
    ? claims
    : claims.map(claim => (claim.does === 'task' ? { ...claim, directory } : claim));
}

const run: Spec = {
  flags: npmFlags,
  inspect: call => workspaceTasks(call, call.operands.slice(0, 1), call.operands.slice(1)),
};
const lifecycleTask = (...names: string[]): Spec => ({
  flags: npmFlags,
  inspect: call => workspaceTasks(call, names.map(literal), call.operands),
});

/** `npm exec -- tool`, and `-c 'shell text'`. */
const exec: Spec = {
  flags: { ...npmFlags, '-c': { value: 'command' }, '--call': { value: 'command' } },
  stopAtOperand: true,
  inspect: call => {
    const packages = call.values('--package', '-p');
    const claims: Claim[] = packages.length > 0 ? adding(call, npmHost, packages) : [];
    const [tool] = call.operands;
    if (tool === undefined) return claims;
    const at = tool.text?.lastIndexOf('@') ?? 0;
    const name = at > 0 && tool.text !== null ? literal(tool.text.slice(0, at)) : tool;
    return [
      ...claims,
      {
        does: 'tool',
        argv: [name, ...call.operands.slice(1)],
        installed: name.text === null ? null : `node_modules/.bin/${name.text}`,
        registry: npmHost,
        latest: at > 0,
      },
    ];
  },
};

const looksUp = registry(npmHost, 'medium', 'network', 'packages.asksRegistry', npmFlags);
const changesRegistry = registry(npmHost, 'high', 'publish', 'packages.registryWrite', npmFlags);
const login = registry(npmHost, 'high', 'credential-access', 'packages.login', npmFlags);
const local: Spec = { flags: npmFlags };

const config: Spec = {
  flags: npmFlags,
  sub: {
    ...named('get list ls', {
      inspect: call =>
        call.operands.some(word => /auth|token|password/i.test(word.text ?? ''))
          ? [because(call, 'critical', 'credential-access', 'packages.readsToken')]
          : [],
    } satisfies Spec),
    ...named('set delete rm edit fix', one('high', 'persistence', 'packages.configWrite')),
  },
  noSub: harmless,
  otherSub: unknownCommand,
};

const manifestKeys =
  /^(scripts|bin|main|exports|imports|config|husky|gitHooks|pnpm|overrides|dependencies|devDependencies|optionalDependencies|lint-staged|simple-git-hooks|pre-commit|workspaces)([.[]|$)/;
const pkg: Spec = {
  flags: npmFlags,
  sub: {
    get: local,
    fix: {
      inspect: call => [
        { does: 'write', path: literal('package.json') },
        because(call, 'low', 'build-configuration', 'packages.manifest'),
      ],
    },
    ...named('set delete', {
      inspect: call => [
        { does: 'write' as const, path: literal('package.json') },
        because(
          call,
          call.operands.some(word => manifestKeys.test(word.prefix) || word.text === null) ? 'high' : 'medium',
          'runs-on-host',
          'packages.manifest',
        ),
      ],
    } satisfies Spec),
  },
  noSub: harmless,
  otherSub: unknownCommand,
};

const publish: Spec = {
  flags: npmFlags,
  inspect: call => [
    ...lifecycle('prepublishOnly', 'prepack', 'prepare'),
    ...(call.has('--dry-run')
      ? []
      : [
          { does: 'net' as const, host: npmHost, send: true, judged: true },
          because(call, 'critical', 'publish', 'packages.publish'),
        ]),
  ],
};

/** A workspace by its folder, also before the command: it may be another project's. */
const chosenFolders = (call: Call): Claim[] =>
  call
    .values('-w', '--workspace')
    .filter(word => /^[./~]/.test(word.prefix))
    .map((path): Claim => ({ does: 'load', path }));

const npm: Spec = {
  abbreviates: true,
  inspect: chosenFolders,
  flags: { ...npmFlags, '-v': {}, '--version': {} },
  noSub: harmless,
  otherSub: unknownCommand,
  sub: {
    ...named('run run-script rum urn', run),
    ...named('test t tst', lifecycleTask('test')),
    start: lifecycleTask('start'),
    stop: lifecycleTask('stop'),
    restart: lifecycleTask('stop', 'start'),
    ...named('install i in ins add isntall', install),
    ...named('ci clean-install ic install-clean isntall-clean', installsLocked(npmHost, npmFlags)),
    ...named('install-test it', install),
    ...named('install-ci-test cit', installsLocked(npmHost, npmFlags)),
    ...named('uninstall rm remove un unlink r', {
      flags: npmFlags,
      inspect: call => [
        changesHere,
        because(call, 'high', 'dependency', isGlobal(call) ? 'packages.global' : 'packages.remove'),
      ],
    } satisfies Spec),
    ...named('update up upgrade udpate', registry(npmHost, 'high', 'dependency', 'packages.update', npmFlags)),
    ...named('dedupe ddp', registry(npmHost, 'high', 'dependency', 'packages.update', npmFlags)),
    audit: {
      flags: npmFlags,
      inspect: call => [
        reached(npmHost),
        call.operands[0]?.text === 'fix' && !call.has('--dry-run')
          ? because(call, 'high', 'dependency', 'packages.update')
          : because(call, 'medium', 'network', 'packages.asksRegistry'),
      ],
    },
    ...named('outdated view v info show search s se find ping docs home repo bugs issues diff whoami stars', looksUp),
    profile: { flags: npmFlags, sub: { get: looksUp }, otherSub: login, noSub: looksUp },
    ...named(
      'ls list ll la fund root bin prefix explain why query help help-search completion doctor find-dupes',
      local,
    ),
    doctor: looksUp,
    pack: {
      flags: { ...npmFlags, '--pack-destination': { value: 'write' } },
      inspect: call => [
        ...lifecycle('prepack', 'prepare', 'postpack'),
        changesHere,
        ...(call.operands.some(word => !/^\.{0,2}(\/|$)/.test(word.text ?? ''))
          ? [reached(npmHost), because(call, 'high', 'download', 'packages.fromElsewhere')]
          : []),
      ],
    },
    publish,
    stage: publish,
    ...named(
      'unpublish deprecate undeprecate',
      registry(npmHost, 'critical', 'publish', 'packages.unpublish', npmFlags),
    ),
    ...named('dist-tag dist-tags owner author access team org hook star unstar trust', changesRegistry),
    ...named('token login adduser add-user logout', login),
    version: {
      flags: { ...npmFlags, '--no-git-tag-version': {} },
      inspect: call =>
        call.operands.length === 0
          ? []
          : [
              changesHere,
              ...lifecycle('preversion', 'version', 'postversion'),
              because(call, 'low', 'build-configuration', 'packages.version'),
            ],
    },
    ...named('link ln', one('high', 'outside-workspace', 'packages.link', npmFlags)),
    ...named('exec x', exec),
    ...named('init create innit', {
      flags: npmFlags,
      inspect: call =>
        call.operands.length === 0
          ? [{ does: 'write' as const, path: literal('package.json') }]
          : [reached(npmHost), changesHere, because(call, 'high', 'dependency', 'packages.scaffold')],
    } satisfies Spec),
    ...named('config c', config),
    get: local,
    set: one('high', 'persistence', 'packages.configWrite'),
    pkg,
    ...named('set-script', {
      inspect: call => [
        { does: 'write' as const, path: literal('package.json') },
        because(call, 'high', 'runs-on-host', 'packages.manifest'),
      ],
    } satisfies Spec),
    cache: {
      flags: npmFlags,
      sub: {
        ...named('ls verify npx', local),
        ...named('clean clear rm', one('medium', 'unheld-by-checkpoint', 'packages.clearsCache')),
        add: registry(npmHost, 'high', 'download', 'packages.install'),
      },
      otherSub: unknownCommand,
    },
    prune: works,
    shrinkwrap: works,
    sbom: local,
    ...named('rebuild rb', {
      flags: npmFlags,
      inspect: call => [changesHere, because(call, 'medium', 'dependency', 'packages.runsScripts')],
    } satisfies Spec),
    ...named('approve-scripts deny-scripts', one('high', 'persistence', 'packages.configWrite', npmFlags)),
    edit: one('medium', 'edit', 'packages.configWrite', npmFlags),
    explore: { flags: npmFlags, inspect: call => [{ does: 'shell', text: joined(call.operands.slice(1)) }] },
  },
};

export const npmPrograms: ProgramTable = { npm };
