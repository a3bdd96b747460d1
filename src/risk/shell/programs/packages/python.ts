import type { Claim } from '../../../claim.ts';
import type { Flag, ProgramTable, Spec } from '../../spec.ts';
import { changesHere, empties, harmless, named, taking } from '../parts.ts';
import {
  adding,
  because,
  installs,
  installsLocked,
  judged,
  one,
  reached,
  registry,
  unknownCommand,
  works,
} from './kinds.ts';

const host = 'pypi.org';
const otherRegistry: Flag = { value: 'url', note: judged('high', 'unusual-network', 'packages.otherRegistry') };
const loads: Flag = { value: 'ignore', note: judged('high', 'persistence', 'packages.loads') };

const pipFlags: Record<string, Flag> = {
  ...named('-i --index-url --extra-index-url --default-index --index -f --find-links', otherRegistry),
  ...taking('read', '-r --requirement -c --constraint --requirements --constraints'),
  ...taking(
    'ignore',
    '--timeout --retries --platform --python-version --abi --implementation --only-binary --no-binary --upgrade-strategy --config-settings --exists-action --progress-bar --group --extra --python -p --cert',
  ),
  '--trusted-host': { value: 'ignore', note: judged('high', 'unusual-network', 'packages.reroutes') },
  '--proxy': { value: 'ignore', note: judged('high', 'unusual-network', 'packages.reroutes') },
  ...taking('write', '-t --target --root --prefix --src -d --dest -w --wheel-dir --log --report --cache-dir'),
  '--config-file': { value: 'read', note: judged('high', 'persistence', 'packages.otherConfig') },
  '--keyring-provider': loads,
  '-e': { value: 'ignore' },
  '--editable': { value: 'ignore' },
  '--user': { note: judged('high', 'outside-workspace', 'packages.global') },
  '--system': { note: judged('high', 'outside-workspace', 'packages.global') },
  '--break-system-packages': { note: judged('high', 'outside-workspace', 'packages.global') },
  '--dry-run': {},
  '--directory': { value: 'project' },
  '--project': { value: 'project' },
  '--env-file': { value: 'read' },
  '-U': {},
  '-q': {},
};

const pipInstall: Spec = {
  flags: pipFlags,
  inspect: call => {
    const words = [...call.operands, ...call.values('-e', '--editable')];
    return words.length > 0
      ? adding(call, host, words)
      : [reached(host), changesHere, because(call, 'high', 'dependency', 'packages.install')];
  },
};
const removes = one('high', 'dependency', 'packages.remove', pipFlags);
const looksUp = registry(host, 'medium', 'network', 'packages.asksRegistry', pipFlags);
const configures: Spec = {
  flags: pipFlags,
  sub: {
    ...named('list get debug', harmless),
    ...named('set unset edit', one('high', 'persistence', 'packages.configWrite')),
  },
  noSub: harmless,
  otherSub: unknownCommand,
};
const publishes: Spec = {
  flags: { ...pipFlags, '--dry-run': {} },
  inspect: call =>
    call.has('--dry-run')
      ? []
      : [{ does: 'net', host, send: true, judged: true }, because(call, 'critical', 'publish', 'packages.publish')],
};
const toolchain = registry(null, 'high', 'dependency', 'packages.toolchain', pipFlags);
const local: Spec = { flags: pipFlags };

const pip: Spec = {
  flags: pipFlags,
  noSub: harmless,
  otherSub: unknownCommand,
  sub: {
    install: pipInstall,
    ...named('download wheel', { ...pipInstall, inspect: call => adding(call, host, call.operands) } satisfies Spec),
    uninstall: removes,
    ...named('list freeze show check inspect help debug completion hash', local),
    ...named('index search', looksUp),
    lock: looksUp,
    config: configures,
    cache: {
      sub: named('dir info list', harmless),
      otherSub: one('medium', 'unheld-by-checkpoint', 'packages.clearsCache'),
    },
  },
};

/** `uv run X`, `poetry run X`: X with the project's environment. What the environment lacks may be installed first. */
const runs: Spec = {
  flags: {
    ...pipFlags,
    ...taking('ignore', '--with --with-editable --with-requirements --package --only-group --no-group --python -p'),
    '-m': { rest: 'ignore' },
    '--module': { rest: 'ignore' },
    '-s': {},
    '--script': {},
  },
  stopAtOperand: true,
  inspect: call => {
    const added = call.values('--with', '--with-editable', '--with-requirements');
    const module = call.values('-m', '--module');
    const python = { raw: 'python', text: 'python', prefix: 'python', glob: false, splits: false };
    const dashM = { ...python, raw: '-m', text: '-m', prefix: '-m' };
    const [first] = call.operands;
    return [
      ...(added.length > 0 ? adding(call, host, added) : []),
      ...(module.length > 0 ? [{ does: 'run' as const, argv: [python, dashM, ...module] }] : []),
      ...(first === undefined
        ? []
        : [
            {
              does: 'run' as const,
              argv:
                first.text !== null && (first.text.endsWith('.py') || call.has('-s', '--script'))
                  ? [python, ...call.operands]
                  : [...call.operands],
            },
          ]),
    ];
  },
};
const installsProject = installs(host, pipFlags);
const locks = registry(host, 'high', 'dependency', 'packages.update', pipFlags);

/** uv's own `uvx` stands with the other runners. */
const uv: Spec = {
  flags: pipFlags,
  noSub: harmless,
  otherSub: unknownCommand,
  sub: {
    run: runs,
    pip: { ...pip, sub: { ...pip.sub, compile: locks, sync: installsLocked(host, pipFlags), tree: local } },
    ...named('add', installsProject),
    sync: installsLocked(host, pipFlags),
    lock: {
      flags: pipFlags,
      inspect: call =>
        call.has('--check', '--locked', '--offline')
          ? []
          : [reached(host), because(call, 'high', 'dependency', 'packages.update')],
    },
    remove: removes,
    ...named('tree version export help format', local),
    init: { flags: pipFlags, operands: 'write', inspect: () => [changesHere] },
    build: works,
    venv: {
      flags: pipFlags,
      operands: 'write',
      inspect: call => (call.has('-c', '--clear') ? empties(call.operands) : []),
    },
    publish: publishes,
    tool: {
      sub: {
        run: {
          stopAtOperand: true,
          flags: runs.flags ?? {},
          inspect: call => [{ does: 'tool', argv: [...call.operands], installed: null, registry: host, latest: true }],
        },
        ...named('list dir', harmless),
        ...named('install upgrade', registry(host, 'high', 'outside-workspace', 'packages.global')),
        uninstall: one('high', 'outside-workspace', 'packages.global'),
      },
      otherSub: unknownCommand,
    },
    python: { sub: named('list find dir', harmless), otherSub: toolchain },
    cache: { sub: { dir: harmless }, otherSub: one('medium', 'unheld-by-checkpoint', 'packages.clearsCache') },
    self: { sub: { version: harmless }, otherSub: one('high', 'outside-workspace', 'packages.system') },
    auth: one('high', 'credential-access', 'packages.login'),
  },
};

const projectCommands: Record<string, Spec> = {
  run: runs,
  ...named('add install', installsProject),
  ...named('sync', installsLocked(host, pipFlags)),
  ...named('update upgrade lock', locks),
  ...named('remove uninstall rm', removes),
  ...named(
    'show list check about version info tree graph export help env which where requirements verify scripts fix',
    local,
  ),
  ...named('search outdated', looksUp),
  ...named('init build clean use import', works),
  new: { flags: pipFlags, operands: 'write', inspect: () => [changesHere] },
  publish: publishes,
  config: {
    ...configures,
    inspect: call => (call.operands.length > 1 ? [because(call, 'high', 'persistence', 'packages.configWrite')] : []),
    otherSub: harmless,
  },
  cache: {
    sub: named('list dir info', harmless),
    otherSub: one('medium', 'unheld-by-checkpoint', 'packages.clearsCache'),
  },
  ...named('self plugin', one('high', 'outside-workspace', 'packages.system')),
  ...named('shell activate', {
    inspect: call => [because(call, 'medium', 'obscure', 'packages.unknown')],
  } satisfies Spec),
};
const project: Spec = {
  flags: { ...pipFlags, ...taking('directory', '-C -P') },
  noSub: harmless,
  sub: projectCommands,
  otherSub: unknownCommand,
};

const condaRun: Spec = {
  flags: { ...taking('ignore', '-n --name -p --prefix'), '--cwd': { value: 'directory' } },
  stopAtOperand: true,
  operands: 'argv',
};
const conda: Spec = {
  noSub: harmless,
  otherSub: unknownCommand,
  sub: {
    run: condaRun,
    ...named('list info env-list config-show compare notices', harmless),
    search: registry('conda.anaconda.org', 'medium', 'network', 'packages.asksRegistry'),
    ...named('install update upgrade create', registry('conda.anaconda.org', 'high', 'dependency', 'packages.install')),
    ...named('remove uninstall clean rename', one('high', 'outside-workspace', 'packages.environment')),
    env: {
      sub: { list: harmless, export: harmless, config: harmless },
      otherSub: registry('conda.anaconda.org', 'high', 'dependency', 'packages.environment'),
    },
    config: {
      flags: { ...named('--show --get --show-sources', {}) },
      inspect: call =>
        call.has('--show', '--get', '--show-sources')
          ? []
          : [because(call, 'high', 'persistence', 'packages.configWrite')],
    },
    init: one('high', 'persistence', 'packages.configWrite'),
    ...named('activate deactivate', harmless),
    build: works,
  },
};

export const pythonPrograms: ProgramTable = {
  ...named('pip pip3', pip),
  uv,
  ...named('poetry pdm rye hatch', project),
  pipenv: { ...project, sub: { ...projectCommands, install: installsProject, graph: local } },
  ...named('conda mamba micromamba', conda),
  pixi: project,
  ...named('pip-compile pip-sync', registry(host, 'high', 'dependency', 'packages.update')),
  // The project's own script, by whichever interpreter.
  'setup.py': {
    projectCopy: true,
    inspect: call =>
      call.words.flatMap((word): Claim[] => {
        const verb = word.text ?? '';
        if (/^(install|develop|easy_install|install_lib)$/.test(verb))
          return [reached(host), because(call, 'high', 'dependency', 'packages.install')];
        return /^(upload|register|upload_docs)$/.test(verb)
          ? [because(call, 'critical', 'publish', 'packages.publish')]
          : [];
      }),
  },
  twine: { sub: { check: { operands: 'read' }, upload: publishes, register: publishes }, otherSub: unknownCommand },
  flit: { sub: { build: works, init: works, publish: publishes, install: installsProject }, otherSub: unknownCommand },
  virtualenv: { operands: 'write', inspect: call => (call.has('--clear') ? empties(call.operands) : []) },
  easy_install: installsProject,
};
