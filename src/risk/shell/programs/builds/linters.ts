import type { ProgramTable, Spec } from '../../spec.ts';
import type { Word } from '../../word.ts';
import { harmless, joined, named, taking } from '../parts.ts';
import { because, configFile, downloads, judged, one, tool, touched, unknownCommand } from './kinds.ts';

/** Linters, formatters and type checkers. Fixing changes only how the workspace's files are written. */

/** What a linter found is overlooked from now on. */
const suppresses = named(
  '--suppress-all --suppress-rule --add-noqa --generate-baseline --set-baseline --update-baseline --writebaseline --create-baseline --auto-gen-config --regenerate-todo --generate-todo --update-suppressions',
  { attached: true, note: judged('medium', 'checks-removed', 'builds.suppresses') },
);

const eslint = tool(
  {
    config: '-c --config',
    loads: '--rulesdir --parser --plugin --resolve-plugins-relative-to -f --format',
    writes: '-o --output-file --cache-location --cache-file --suppressions-location',
    reads: '--ignore-path',
    fixes: '--fix',
    takes:
      '--ext --env --global --rule --max-warnings --ignore-pattern --stdin-filename --cache-strategy --parser-options --fix-type --flag',
    plain:
      '--fix-dry-run --quiet --cache --no-eslintrc --no-config-lookup --stdin --debug --version --print-config --inspect-config --color --no-ignore',
  },
  { flags: { '--init': { note: judged('high', 'dependency', 'builds.adds') }, ...suppresses } },
);
const prettier = tool({
  config: '--config',
  loads: '--plugin --plugin-search-dir',
  reads: '--ignore-path',
  fixes: '-w --write',
  writes: '--cache-location',
  takes: '--parser --stdin-filepath --log-level --print-width --tab-width --end-of-line --trailing-comma',
  plain: '-c --check -l --list-different --ignore-unknown -u --single-quote',
});
const biome: Spec = {
  noSub: harmless,
  sub: {
    ...named(
      'check lint format ci search migrate init rage version explain help',
      tool({
        fixes: '--write --apply --apply-unsafe --fix',
        reads: '--config-path',
        takes: '--reporter --max-diagnostics --stdin-file-path --log-level --diagnostic-level --since',
        plain: '--unsafe --changed --staged',
      }),
    ),
    ...named('start stop lsp-proxy', harmless),
    upgrade: downloads(),
  },
  otherSub: unknownCommand,
};
/** Rules of semgrep's registry, by their short names. */
const isOfRegistry = (word: Word): boolean => /^([prs]\/|auto$|default$)/.test(word.text ?? 'auto');

/** What most of them share: a configuration, an output, a fix. */
const linter = tool(
  {
    config: '-c --config --config-file --configuration --conf --rcfile --project-file --config-path',
    loads: '--plugin --plugins --rules --rulesdir --require --custom-syntax --load-plugins-from --formatters-dir',
    writes: '-o --output --output-file --report --baseline --cache-dir --cache-location',
    reads: '--ignore-path --ignore-file --exclude-from',
    fixes: '--fix -i --in-place --write -w -F --auto-correct --autocorrect -a -A --apply --inplace --fix-errors',
    takes:
      '-f --format -s --severity -e --exclude -l --level --line-length --select --ignore --max-line-length --target-version -t --enable --disable -D -E --reporter --formatter --shell -j --jobs -n -k -x --profile --python-version -S',
    plain:
      '--check --diff -d -q -v --verbose --quiet --color --no-color --list --version --json --stdin --strict --recursive -r',
  },
  { flags: suppresses },
);
const pylint: Spec = {
  ...linter,
  flags: {
    ...linter.flags,
    '--init-hook': { value: 'ignore', note: judged('high', 'inline-code', 'builds.runsCode') },
    '--load-plugins': { value: 'ignore', note: judged('medium', 'inline-code', 'builds.loads') },
  },
};
const mypy = tool(
  {
    config: '--config-file',
    writes: '--cache-dir --html-report --xml-report --txt-report --junit-xml',
    takes: '-p --package -m --module --python-version --exclude --custom-typeshed-dir',
    plain: '--strict --check-untyped-defs',
  },
  {
    flags: {
      '--install-types': { note: judged('high', 'dependency', 'builds.adds') },
      '--non-interactive': {},
      '--python-executable': { value: 'program' },
      '-c': { value: 'ignore' },
    },
  },
);
const ruff: Spec = {
  noSub: harmless,
  sub: { ...named('check format', linter), ...named('rule config linter clean version analyze server help', harmless) },
  otherSub: linter,
};
const rubocop = tool(
  {
    config: '-c --config',
    loads: '-r --require',
    writes: '-o --out --cache-root',
    fixes: '-a -A --autocorrect --autocorrect-all --auto-correct --auto-correct-all -x',
    takes: '-f --format --only --except --fail-level -s --stdin',
    plain: '--parallel -P --lint -l --server',
  },
  { flags: suppresses },
);
const go: Spec = {
  noSub: harmless,
  sub: {
    run: linter,
    fmt: linter,
    ...named('linters formatters config cache version help migrate', harmless),
    custom: downloads(),
  },
  otherSub: unknownCommand,
};
const typescript = tool(
  {
    writes:
      '--outDir -d --outFile --out --declarationDir --tsBuildInfoFile --generateTrace --generateCpuProfile --mapRoot --sourceRoot',
    config: '-p --project',
    reads: '--rootDir --typeRoots --baseUrl',
    takes:
      '-t --target -m --module --lib --jsx --moduleResolution --types --jsxImportSource --watchFile --locale --newLine',
    plain:
      '--noEmit --emitDeclarationOnly --watch -w --strict --build -b --incremental --pretty --listFiles --showConfig --init --declaration --outputs --diagnostics --skipLibCheck --noEmitOnError --module-check',
  },
  {
    longSingle: true,
    caseless: true,
    flags: {
      '-d': {},
      '--onSuccess': { value: 'command' },
      '--onFailure': { value: 'command' },
      '--onFirstSuccess': { value: 'command' },
    },
  },
);
const gofmt = tool({ fixes: '-w', takes: '-r -local -cpuprofile -srcdir', plain: '-l -d -s -e' }, { longSingle: true });

export const linterPrograms: ProgramTable = {
  ...named('eslint eslint_d standard xo ts-standard semistandard', eslint),
  ...named('prettier prettierd', prettier),
  biome,
  ...named('tsc vue-tsc tsc-watch ttsc tspc tsgo svelte-check glint vti', typescript),
  ...named(
    'oxlint stylelint tslint htmlhint markdownlint markdownlint-cli2 remark textlint alex cspell secretlint knip depcheck madge dpdm ts-prune unimported dependency-cruiser depcruise publint attw ls-lint jscpd sort-package-json manypkg type-coverage commitlint actionlint editorconfig-checker eclint jshint jscs rome oxfmt quick-lint-js html-validate linthtml pug-lint solhint solium api-extractor license-checker are-the-types-wrong',
    linter,
  ),
  // These rewrite what they are given, unless they are told to look only.
  ...named('black isort pyupgrade blue stylua swiftformat rustfmt scalafmt alejandra nixfmt', {
    ...linter,
    inspect: call => [
      ...(linter.inspect?.(call) ?? []),
      ...(call.has('--check', '--check-only', '--diff', '--test', '--lint') ? [] : touched(call.operands)),
    ],
  } satisfies Spec),
  ...named(
    'autopep8 yapf autoflake docformatter flake8 pycodestyle pydocstyle bandit vulture pyflakes radon xenon interrogate codespell pyright basedpyright pyre pytype djlint sqlfmt pip-licenses deptry reorder-python-imports',
    linter,
  ),
  sqlfluff: {
    noSub: harmless,
    sub: named('lint fix format parse rules dialects version render', linter),
    otherSub: unknownCommand,
  },
  ruff,
  pylint,
  ...named('mypy dmypy', mypy),
  'pip-audit': downloads(),
  ...named('rubocop standardrb reek brakeman erblint haml-lint slim-lint rufo srb steep', rubocop),
  ...named(
    'shfmt yamllint checkmake dotenv-linter taplo tombi jsonlint tidy ktlint detekt checkstyle spotbugs pmd google-java-format scalafix swiftlint cppcheck cpplint clang-tidy clang-format uncrustify astyle cmake-lint luacheck selene credo hlint ormolu fourmolu stylish-haskell brittany cljfmt clj-kondo elm-format elm-review purs-tidy statix deadnix buildifier protolint spectral kube-linter clippy-driver staticcheck revive errcheck gocyclo gosec ineffassign misspell zizmor typos nbstripout',
    linter,
  ),
  ...named('syncpack conftest redocly vale', {
    noSub: linter,
    sub: named('update push pull sync upgrade login install', downloads()),
    otherSub: linter,
  } satisfies Spec),
  // A command is run on the code of notebooks.
  nbqa: {
    stopAtOperand: true,
    inspect: call => {
      const [command, ...rest] = call.operands;
      if (command === undefined) return [];
      if (/\s/.test(command.text ?? ' ')) return [{ does: 'shell', text: joined([command, ...rest]) }];
      return [{ does: 'run', argv: [command, ...rest] }];
    },
  },
  shellcheck: tool({
    config: '--rcfile',
    takes:
      '-e --exclude -i --include -f --format -s --shell -S --severity -P --source-path -o --enable -W --wiki-link-count -C --color',
    plain: '-x --external-sources -a --check-sourced --norc -V --version --list-optional',
  }),
  ...named('gofmt goimports gofumpt golines gci', gofmt),
  'golangci-lint': go,
  ...named('phpstan psalm php-cs-fixer phpcs phpcbf phpmd rector pint phan parallel-lint deptrac', {
    ...linter,
    flags: { ...linter.flags, ...taking('script', '--bootstrap --autoload-file -a') },
    inspect: call => [
      ...(linter.inspect?.(call) ?? []),
      ...(/^(php-cs-fixer|phpcbf|rector|pint)$/.test(call.path[0] ?? '') && !call.has('--dry-run', '--test')
        ? touched(call.operands)
        : []),
      ...(call.has('-b') ? [because(call, 'medium', 'checks-removed', 'builds.suppresses')] : []),
      ...(call.has('--alter') ? [because(call, 'low', 'edit', 'builds.unknown')] : []),
    ],
  } satisfies Spec),
  semgrep: {
    noSub: harmless,
    values: true,
    flags: taking('ignore', '--config -c -f --metrics'),
    inspect: call => call.values('--config', '-c', '-f').flatMap(configFile),
    sub: { ...named('login logout publish', one('high', 'external-service', 'builds.submits')) },
    otherSub: {
      ...linter,
      inspect: call => [
        ...(linter.inspect?.(call) ?? []),
        ...(call.has('--metrics', '--offline') && !call.values('--config', '-c').some(isOfRegistry)
          ? []
          : [because(call, 'medium', 'external-service', 'builds.downloads')]),
      ],
    },
  },
  ...named('snyk sonar-scanner sonar lychee linkchecker', one('high', 'external-service', 'builds.submits')),
};
