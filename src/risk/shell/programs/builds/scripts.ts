import type { Claim } from '../../../claim.ts';
import type { Call, ProgramTable, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { changesHere, harmless, joined, named, taking } from '../parts.ts';
import { because, downloads, one, unknownCommand } from './kinds.ts';

/** Small programs of package.json scripts: several scripts at once, files on every system, hooks, processes. */

/** `npm-run-all "lint -- --fix" build:*`: each operand is a script's name with its arguments. */
function scripts(call: Call): Claim[] {
  return call.operands.flatMap((word): Claim[] => {
    if (word.text === null) return [because(call, 'high', 'obscure', 'builds.unread')];
    const [name = '', ...args] = word.text.split(/\s+/);
    if (/[{}!?[\]]/.test(word.text))
      return [because(call, 'medium', 'obscure', 'builds.indirect', { name: word.text })];
    return [{ does: 'task', runner: 'npm', name, args: args.filter(arg => arg !== '--').map(literal) }];
  });
}
const runsScripts: Spec = {
  flags: {
    ...taking('ignore', '--max-parallel --aggregate-output-to'),
    '--npm-path': { value: 'program' },
    ...named(
      '-p --parallel -s --sequential --serial -c --continue-on-error -l --print-label -n --print-name -r --race --silent --aggregate-output',
      {},
    ),
  },
  inspect: scripts,
};

/** These tools expand globs themselves, in quotes too. */
const globbed = (words: readonly Word[]): Word[] =>
  words.map(word => (/[*?[{]/.test(word.prefix) ? { ...word, glob: true } : word));
const removes: Spec = {
  flags: {
    ...named(
      '-g --glob -f --force -d --dot --dry-run -v --verbose -G --no-glob -i --preserve-root --no-preserve-root',
      {},
    ),
    ...taking('ignore', '--backoff --max-retries --retry-delay --tmp --impl'),
  },
  inspect: call =>
    call.has('--dry-run')
      ? []
      : globbed(call.operands).map((path): Claim => ({ does: 'delete', path, recursive: true })),
};
const copies: Spec = {
  flags: {
    ...taking('ignore', '-u --up -e --exclude --rename --filter --concurrency'),
    ...taking('directory', '--cwd'),
    '--flat': {},
  },
  inspect: call => {
    const target = call.operands.at(-1);
    return [
      ...globbed(call.operands.slice(0, -1)).map((path): Claim => ({ does: 'read', path, recursive: true })),
      ...(target === undefined ? [] : [{ does: 'write' as const, path: target }]),
    ];
  },
};

const hooks = one('high', 'runs-on-host', 'builds.hooks');
const outlives: Spec = {
  stopAtOperand: true,
  flags: taking('ignore', '-n --name -i --instances -l -o -e'),
  inspect: call => [
    because(call, 'medium', 'process-control', 'builds.outlives'),
    ...call.operands
      .slice(0, 1)
      .filter(word => /[./]/.test(word.prefix))
      .map((path): Claim => ({ does: 'script', path, language: null })),
  ],
};
const stops = one('medium', 'process-control', 'builds.stopsOthers');

export const scriptPrograms: ProgramTable = {
  ...named('npm-run-all npm-run-all2 run-s run-p npm-s npm-p', runsScripts),
  wireit: {
    inspect: call => [changesHere, because(call, 'medium', 'package-script', 'builds.indirect', { name: 'wireit' })],
  },
  ...named('rimraf del del-cli trash-cli premove', removes),
  ...named('cpy cpy-cli ncp copyfiles cpx cpx2 copy-files', copies),
  ...named('mkdirp make-dir-cli', {
    flags: taking('ignore', '-m --mode'),
    operands: 'write',
  } satisfies Spec),
  ...named('move-file', { operands: 'movesThenTarget' } satisfies Spec),
  ...named('shx', { stopAtOperand: true, operands: 'argv' } satisfies Spec),
  'replace-in-file': {
    flags: { ...taking('script', '--configFile'), '--dry': {} },
    operands: ['ignore', 'ignore', 'write'],
  },
  ...named('wait-on wait-port', {
    flags: taking('ignore', '-t --timeout -i --interval -d --delay -w --window -l'),
    inspect: call =>
      call.operands
        .filter(word => /^(https?|tcp|http-get|https-get):/.test(word.prefix))
        .map(
          (word): Claim => ({
            does: 'net',
            host: /^[\w-]+:(?:\/\/)?([^/:?#]+)/.exec(word.text ?? '')?.[1] ?? null,
            send: false,
          }),
        ),
  } satisfies Spec),
  'start-server-and-test': {
    inspect: call =>
      call.operands
        .filter(word => !/^(\d+|https?:.*|:\d+)$/.test(word.text ?? ''))
        .flatMap((word): Claim[] => {
          const text = word.text ?? '';
          // A word alone is a script's name, several are a command.
          return /\s/.test(text) || word.text === null
            ? [{ does: 'shell', text: word }]
            : [{ does: 'task', runner: 'npm', name: text, args: [] }];
        }),
  },
  ...named('start-test server-test', {
    inspect: call => [{ does: 'shell', text: joined(call.operands) }],
  } satisfies Spec),
  ...named('kill-port fkill fkill-cli', stops),
  ...named('open-cli opener', one('medium', 'sandbox-escape', 'builds.runsProgram')),
  husky: { noSub: hooks, sub: { ...named('version -v', harmless) }, otherSub: hooks },
  'is-ci': harmless,
  ...named('simple-git-hooks yorkie ghooks', hooks),
  lefthook: {
    noSub: harmless,
    sub: {
      ...named('dump version validate help', harmless),
      run: {
        inspect: call => [
          because(call, 'medium', 'runs-on-host', 'builds.indirect', { name: call.operands[0]?.raw ?? '' }),
        ],
      },
    },
    otherSub: hooks,
  },
  'pre-commit': {
    noSub: {
      inspect: call =>
        call.invocation.args.some(word => /^(--version|-V|--help|-h)$/.test(word.text ?? ''))
          ? []
          : [because(call, 'medium', 'download', 'builds.downloads')],
    },
    sub: {
      ...named('validate-config validate-manifest sample-config help', harmless),
      run: { inspect: call => [changesHere, because(call, 'medium', 'download', 'builds.downloads')] },
      ...named('autoupdate install-hooks try-repo', downloads()),
      ...named('clean gc', one('medium', 'unheld-by-checkpoint', 'builds.unknown')),
    },
    otherSub: hooks,
  },
  overcommit: hooks,
  'lint-staged': {
    flags: {
      ...taking('directory', '--cwd'),
      ...taking('script', '-c --config'),
      ...taking('ignore', '-p --concurrent --max-arg-length --diff --diff-filter'),
      '--shell': { value: 'ignore', attached: true },
    },
    inspect: call => [
      changesHere,
      ...(call.has('--no-stash')
        ? [because(call, 'medium', 'discards-work', 'builds.indirect', { name: 'lint-staged' })]
        : []),
    ],
  },
  'nano-staged': { inspect: () => [changesHere] },
  pm2: {
    noSub: harmless,
    sub: {
      ...named('list ls l status logs log show describe info prettylist jlist ping env help monit report', harmless),
      ...named('start restart reload startOrRestart startOrReload', outlives),
      ...named('stop delete del kill flush reset', stops),
      ...named(
        'startup unstartup save dump resurrect install update',
        one('high', 'persistence', 'builds.startsAtBoot'),
      ),
      ...named('deploy plus link publish', one('high', 'external-service', 'builds.deploys')),
    },
    otherSub: unknownCommand,
  },
  forever: {
    noSub: harmless,
    sub: {
      ...named('list logs columns config', harmless),
      ...named('stop stopall restart restartall', stops),
      start: outlives,
    },
    otherSub: { inspect: call => [because(call, 'medium', 'process-control', 'builds.outlives')] },
  },
  supervisor: outlives,
  'node-dev': outlives,
  ...named('ts-node-dev tsnd', {
    flags: {
      ...taking('script', '-r --require'),
      ...taking('ignore', '-P --project --ignore-watch -O --debounce --deps-level'),
    },
    stopAtOperand: true,
    inspect: call => call.operands.slice(0, 1).map((path): Claim => ({ does: 'script', path, language: 'javascript' })),
  } satisfies Spec),
  ...named('chokidar onchange', {
    flags: {
      ...taking('command', '-c --command'),
      ...taking('ignore', '-d --debounce -t --throttle -i --initial -e --exclude -p --poll'),
    },
    inspect: call => {
      const at = call.words.findIndex(word => word.text === '--');
      return at < 0 ? [] : [{ does: 'run', argv: call.words.slice(at + 1) }];
    },
  } satisfies Spec),
  ...named('node-gyp node-pre-gyp prebuild-install node-gyp-build prebuildify napi', {
    noSub: harmless,
    sub: {
      ...named('build clean configure rebuild list help', { inspect: () => [changesHere] } satisfies Spec),
      ...named('install', downloads()),
      publish: one('critical', 'publish', 'builds.publishes'),
    },
    otherSub: { inspect: () => [changesHere] },
  } satisfies Spec),
  ...named('patch-package', { inspect: () => [changesHere] } satisfies Spec),
  ...named(
    'degit tiged giget yo create-react-app create-next-app create-vite cookiecutter copier',
    downloads('builds.adds'),
  ),
  ...named('hygen plop', { inspect: () => [changesHere] } satisfies Spec),
};
