import type { Claim } from '../../../claim.ts';
import { hostOf, isLoopback } from '../../../hosts.ts';
import type { Call, ProgramTable, Spec } from '../../spec.ts';
import { literal, type Word } from '../../word.ts';
import { afterDashes, changesHere, empties, harmless, named, taking } from '../parts.ts';
import { because, cleaning, downloads, elsewhere, judged, listens, one, tool, unknownCommand } from './kinds.ts';

/** Test runners. The tests are the project's own and run in the sandbox; what they load from the command line is read. */

const jest = tool({
  config: '-c --config',
  loads:
    '--setupFiles --setupFilesAfterEnv --globalSetup --globalTeardown --testEnvironment --env --runner --testRunner --reporters --transform --resolver --preset --testSequencer --snapshotSerializers --watchPlugins',
  writes: '--outputFile --coverageDirectory --cacheDirectory',
  updates: '-u --updateSnapshot --update-snapshot',
  directory: '--rootDir',
  takes:
    '-t --testNamePattern --testPathPattern --testPathPatterns --maxWorkers -w --testTimeout --changedSince --projects --selectProjects --shard --collectCoverageFrom --coverageReporters --roots',
  plain:
    '--coverage --ci --watch --watchAll --bail -i -o --onlyChanged --passWithNoTests --runInBand --silent --verbose --json --findRelatedTests --runTestsByPath --no-cache --config-check',
});
const vitest: Spec = {
  ...tool(
    {
      config: '-c --config --workspace',
      loads: '--globalSetup --environment --runner',
      writes: '--outputFile --coverage.reportsDirectory',
      updates: '-u --update',
      directory: '-r --root --dir',
      takes:
        '-t --testNamePattern --reporter --pool --project --testTimeout --shard --mode --maxWorkers --minWorkers --exclude',
      plain: '--run --ui --watch --coverage --inspect --inspect-brk -w --api --typecheck --changed',
    },
    {
      inspect: call => [
        ...listens(call, '--host', '--api.host'),
        // The folder of reports is emptied before each run.
        ...empties(call.values('--coverage.reportsDirectory')),
      ],
    },
  ),
};
const mocha = tool(
  {
    config: '--config --opts --package',
    loads: '-r --require --import --file --experimental-loader --loader --reporter -R --ui -u',
    takes:
      '-g --grep -f --fgrep -t --timeout -s --slow --extension --ignore --spec -j --jobs --retries -O --reporter-option --reporter-options --watch-files',
    plain:
      '--parallel --recursive --watch -w --bail -b --exit --check-leaks --inspect --no-config --no-package -p -c -C',
  },
  {
    flags: {
      '-n': { value: 'ignore', note: judged('medium', 'inline-code', 'builds.loads') },
      '--node-option': { value: 'ignore', note: judged('medium', 'inline-code', 'builds.loads') },
    },
  },
);
/** `nyc mocha`, `coverage run -m pytest`: a program under measurement. */
const measures: Spec = {
  stopAtOperand: true,
  flags: {
    ...taking(
      'ignore',
      '-r --reporter -x --exclude -n --include -e --extension --check-coverage-lines --lines --branches --functions --statements --src',
    ),
    ...taking('write', '-o --report-dir --reports-dir -t --temp-dir --temp-directory'),
    ...taking('script', '--require -i'),
    ...taking('read', '--nycrc-path --config -c'),
    ...taking('directory', '--cwd'),
    '--check-coverage': {},
    '--all': {},
  },
  inspect: call => [
    changesHere,
    // What was measured before goes, unless only that is reported.
    ...(call.has('--no-clean') || /^(report|check-coverage|merge|instrument)$/.test(call.operands[0]?.text ?? '')
      ? []
      : empties(call.values('-t', '--temp-dir', '--temp-directory'))),
    ...(call.operands.length === 0 || /^(report|check-coverage|merge|instrument)$/.test(call.operands[0]?.text ?? '')
      ? []
      : [{ does: 'run' as const, argv: [...call.operands] }]),
  ],
};

/** Where tests run in parallel: here, in another interpreter, or on another machine. */
function executor(call: Pick<Call, 'path'>, { text }: Word): Claim[] {
  if (text !== null && /^(\d+\*)?popen$/.test(text)) return [];
  const host = /(?:ssh|vagrant_ssh|socket)=(?:[^@/]*@)?([^/:]+)/.exec(text ?? '')?.[1];
  if (host !== undefined) return [{ does: 'net', host, send: true }];
  return [because(call, 'medium', 'inline-code', 'builds.loads', { flag: '--tx' })];
}

/** `package.settings` is loaded from `package/settings.py`, or a folder of that name. */
function moduleFile({ text }: Word): Claim[] {
  if (text === null || !/^[\w.]+$/.test(text)) return [];
  return [{ does: 'value', path: literal(`./${text.replaceAll('.', '/')}.py`), option: '--module' }];
}

const pytest = tool(
  {
    config: '-c --config-file --rcfile',
    writes:
      '--junitxml --junit-xml --basetemp --html --json-report-file --resultlog --report-log --cov-report-dir --alluredir --debug',
    updates: '--snapshot-update --force-regen --update-snapshots --regen-all --inline-snapshot',
    directory: '--rootdir',
    takes:
      '-k -m -n --numprocesses --maxfail --tb --durations --cov --cov-report --cov-fail-under --timeout -o --override-ini --rsyncdir --tx -W --ignore --deselect --dist --capture --color --log-level --log-cli-level --verbosity --import-mode --pdbcls -r --confcutdir --reruns --seed --ds --dc',
    plain:
      '--collect-only --co --lf --ff --sw --last-failed --failed-first --pdb --no-header --no-cov --cov-append --disable-warnings --pyargs -q -v -s -x --fixtures --markers --log-file-mode',
  },
  {
    flags: {
      '-p': { value: 'ignore' },
      '--cov': { value: 'ignore', attached: true },
      '--pastebin': { value: 'ignore', note: judged('high', 'upload', 'builds.submits') },
    },
    inspect: call => [
      ...empties(call.values('--basetemp')),
      ...call.values('--tx').flatMap((word): Claim[] => executor(call, word)),
      ...(call.values('--pdbcls').length > 0
        ? [because(call, 'medium', 'inline-code', 'builds.loads', { flag: '--pdbcls' })]
        : []),
      ...call.values('--ds', '--dc').flatMap(moduleFile),
      ...(call.has('--clean-alluredir') ? empties(call.values('--alluredir')) : []),
      ...(call
        .values('-p')
        .some(
          word =>
            word.text === null ||
            (!word.text.startsWith('no:') &&
              !/^(pytest|xdist|randomly|asyncio|cov|sugar|mock|anyio|cacheprovider|terminal)/.test(word.text)),
        )
        ? [because(call, 'medium', 'inline-code', 'builds.loads', { flag: '-p' })]
        : call
              .values('-o', '--override-ini')
              .some(
                word =>
                  word.text === null ||
                  /^(addopts|pythonpath|required_plugins|testpaths|python_files|python_classes|python_functions|confcutdir|plugins|DJANGO_\w+|env)\b/.test(
                    word.text,
                  ),
              )
          ? [because(call, 'medium', 'inline-code', 'builds.loads', { flag: '-o' })]
          : elsewhere(call.values('--confcutdir'))),
    ],
  },
);
/** Runs pytest again and again, and commands around it. */
const watcher: Spec = {
  ...pytest,
  flags: {
    ...pytest.flags,
    ...taking(
      'command',
      '--runner --beforerun --afterrun --onpass --onfail --onexit --oninterrupt --onchange --onerror --spool-command',
    ),
  },
};

const python = literal('python');
const coverage: Spec = {
  noSub: harmless,
  sub: {
    run: {
      flags: {
        ...taking('ignore', '--source --include --omit --concurrency --context -L'),
        ...taking('load', '--rcfile'),
        ...taking('write', '--data-file'),
        '-m': { rest: 'ignore' },
        '--module': { rest: 'ignore' },
      },
      stopAtOperand: true,
      inspect: call => {
        const module = call.values('-m', '--module');
        return [
          changesHere,
          { does: 'run', argv: module.length > 0 ? [python, literal('-m'), ...module] : [python, ...call.operands] },
        ];
      },
    },
    ...named(
      'report html xml json lcov combine annotate debug help',
      tool({ writes: '-d --directory -o', config: '--rcfile', takes: '-i --include --omit --fail-under', plain: '-m' }),
    ),
    erase: { flags: taking('delete', '--data-file'), inspect: () => [changesHere] },
  },
  otherSub: unknownCommand,
};

const browser = tool({
  config: '-c --config --config-file -C',
  updates: '-u --update-snapshots',
  writes: '--output --output-dir',
  takes:
    '-g --grep --grep-invert --project --reporter --workers -j --retries --timeout --shard --trace --max-failures -b --browser -s --spec --env -e --headed-mode --repeat-each --tsconfig',
  plain: '--headed --debug --ui --list --pass-with-no-tests --last-failed -x',
});
const playwright: Spec = {
  noSub: harmless,
  sub: {
    test: cleaning(browser, '--output'),
    ...named('show-report show-trace merge-reports clear-cache help', tool()),
    ...named('install install-deps uninstall', downloads()),
    ...named('open codegen screenshot pdf cr ff wk', {
      flags: taking('write', '-o --output --save-storage --save-har'),
      operands: ['url', 'write'],
    } satisfies Spec),
    ...named('run-server launch-server run-driver', one('medium', 'unusual-network', 'builds.debugPort')),
  },
  otherSub: unknownCommand,
};
const cypress: Spec = {
  noSub: harmless,
  sub: {
    ...named('run open', {
      ...browser,
      flags: {
        ...browser.flags,
        '--record': { note: judged('high', 'upload', 'builds.submits') },
        '-k': { value: 'ignore' },
        '--key': { value: 'ignore' },
      },
    } satisfies Spec),
    ...named('verify version info help', harmless),
    install: downloads(),
    cache: {
      sub: named('list path prune', harmless),
      otherSub: one('medium', 'unheld-by-checkpoint', 'builds.unknown'),
    },
  },
  otherSub: unknownCommand,
};
const plainRunner = tool({
  config: '-c --config --profile',
  loads: '-r --require --import --loader',
  writes: '-o --output --out --format-output',
  updates: '-u --update-snapshots --update-snapshot --snapshot',
  takes: '-t --tags --name --timeout -j --jobs -m --match -f --format --node-arguments --reporter -R --grep',
  plain: '--watch -w -s -v --verbose --coverage --serial --fail-fast',
});
/** `gotestsum -- flags of go test`, or with `--raw-command` the program that prints what go test would. */
const gotestsum: Spec = {
  ...plainRunner,
  flags: { ...plainRunner.flags, '--raw-command': {}, ...taking('command', '--post-run-command') },
  inspect: call => {
    const rest = afterDashes(call);
    const argv = call.has('--raw-command') ? rest : [literal('go'), literal('test'), ...rest];
    return [
      ...(plainRunner.inspect?.({ ...call, operands: [] }) ?? []),
      ...(argv.length === 0 ? [] : [{ does: 'run' as const, argv: [...argv] }]),
    ];
  },
};
const php = tool(
  {
    config: '-c --configuration -p',
    loads: '--extensions',
    writes:
      '--log-junit --coverage-html --coverage-clover --coverage-text --coverage-xml --testdox-html --cache-directory --generate-baseline',
    updates: '--update-snapshots',
    takes: '--filter --group --exclude-group --testsuite -d --order-by --printer --colors',
  },
  {
    flags: {
      '--bootstrap': { value: 'script' },
      '--prepend': { value: 'script' },
      '--include-path': { value: 'load' },
    },
  },
);

/** `tox -e py312 -- args`, `nox -s tests`: environments are made before, from the registry where they are missing. */
const environments = tool(
  {
    config: '-c --conf -f --noxfile',
    writes: '--workdir --envdir --result-json',
    takes: '-e -s --session --sessions -k -p --python --tags -t',
    plain: '-r --recreate -l -q --notest --no-install',
    loads: '--runner',
  },
  {
    flags: named('-x --override', { value: 'ignore', note: judged('medium', 'inline-code', 'builds.runsCode') }),
  },
);

export const testPrograms: ProgramTable = {
  jest,
  vitest,
  ...named('mocha _mocha', mocha),
  ...named(
    'ava tap tape borp jasmine qunit lab uvu zora node-tap tsd dtslint size-limit testcafe nightwatch wdio codeceptjs cucumber-js cucumber behave behat robot pabot karma wtr web-test-runner stryker backstop loki lhci detox bats busted prove ginkgo kotest',
    plainRunner,
  ),
  gotestsum,
  ...named('nyc c8 istanbul', measures),
  playwright,
  'playwright-core': playwright,
  cypress,
  ...named('pytest py.test nosetests nose2 stestr', pytest),
  ...named('ptw pytest-watch pytest-watcher', watcher),
  coverage,
  ...named('tox nox', environments),
  ...named('phpunit pest paratest codecept phpspec infection', php),
  rspec: tool({
    config: '-O --options',
    loads: '-r --require',
    writes: '-o --out',
    takes: '-e --example -f --format -t --tag -P --pattern --seed -I --order --only-failures',
    plain: '--fail-fast --dry-run -c',
  }),
  ...named('minitest guard autotest test-unit', plainRunner),
  // Under load others are: the address decides.
  ...named('siege goldeneye slowhttptest', {
    flags: {
      ...taking('read', '-f --file -p -T'),
      ...taking('write', '-l --log -g -e'),
      ...taking('ignore', '-c -t -n -d -z -q -r -H -m -C -A -i -u'),
    },
    inspect: call =>
      call.operands.flatMap((word): Claim[] => {
        const host = hostOf(word.text);
        return host === null || isLoopback(host) || !/[.:]/.test(word.text ?? '.')
          ? []
          : [{ does: 'net', host, send: true }];
      }),
  } satisfies Spec),
  ...named('k6 artillery vegeta locust', {
    sub: {
      run: {
        flags: taking('read', '--config -e'),
        operands: 'script',
        inspect: call => [because(call, 'high', 'cost', 'builds.submits')],
      },
    },
    otherSub: {
      inspect: call =>
        call.invocation.args
          .filter(word => /:\/\//.test(word.prefix))
          .map(
            (word): Claim => ({
              does: 'net',
              host: /^\w+:\/\/([^/:?#]+)/.exec(word.text ?? '')?.[1] ?? null,
              send: true,
            }),
          ),
    },
    noSub: harmless,
  } satisfies Spec),
  coveralls: one('high', 'upload', 'builds.submits'),
};
