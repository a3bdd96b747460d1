import type { Call, ProgramTable, Spec } from '../../spec.ts';
import { literal } from '../../word.ts';
import { empties, harmless, named, taking } from '../parts.ts';
import { because, cleaning, downloads, judged, listens, modules, one, tool, unknownCommand } from './kinds.ts';

/** Bundlers, frameworks, generators of sites, and servers for development. They listen on this machine. */

const hosts = ['--host', '-H', '--hostname', '-a', '--address', '-b', '--bind', '--listen', '-l'];
const folders = '-o --output --outDir --outdir --out-dir --dist-dir --dir -d --output-path --destination'.split(' ');
const bundler = tool(
  {
    config: '-c --config --config-file',
    loads: '-r --require --configPlugin --plugin --presets --plugins --inject --preload --import',
    writes:
      '-o --output --outDir --outdir --outfile --out-file --out-dir --dist-dir --dir -d --output-path --file --metafile --cache-dir --cache-directory --destination --analyze-file',
    directory: '--cwd --root --context',
    takes:
      '-m --mode --env --entry -f --format -e --external -t --target --name -i --input -n --port -p --log-level -l --base --platform --loader --define --globals --footer --banner --source-maps --extensions -x --ignore --copy-files --sourcemap --devtool --stats --browser',
    plain:
      '--watch -w --minify --bundle --open --force --dts --clean --help --version --profile --json --hot --ssr --prod --silent',
  },
  {
    flags: {
      '--onSuccess': { value: 'command' },
      '--on-success': { value: 'command' },
      '--serve': { value: 'ignore', attached: true },
      '--servedir': { value: 'tree' },
      '--host': { value: 'ignore' },
      '-H': { value: 'ignore' },
      '--sourcemap': { value: 'ignore', attached: true },
    },
    inspect: call => [
      ...listens(call, '--host', '-H'),
      ...(call.has('--clean', '--emptyOutDir', '--output-clean', '--delete-dir-on-start')
        ? empties(call.values(...folders))
        : []),
    ],
  },
);

const keeps = (call: Call): boolean => call.has('--no-clean', '--dirty');
const cleans = (folders: string): Spec => cleaning(bundler, folders, call => !keeps(call));

/** A framework's command line: what it can do on the project, what it adds, what it sends. */
function framework(works: string, more: Record<string, Spec> = {}, otherwise: Spec = unknownCommand): Spec {
  return {
    ...bundler,
    noSub: harmless,
    sub: { ...named(works, bundler), ...more },
    otherSub: otherwise,
  };
}
const adds = downloads('builds.adds');
const deploys = one('high', 'external-service', 'builds.deploys');
const publishes = one('critical', 'publish', 'builds.publishes');
/** `vite dist`: a folder stands where a command could. */
const orFolder = bundler;

const docs = tool(
  {
    config: '-c -f --config --config-file --options --tsconfig',
    writes: '-d --destination --out -o --output --site-dir --json',
    reads: '-s --source -t --template --theme --readme',
    takes: '-b -D -j -a --baseURL --port -p --environment -e --bind --dev-addr -E',
    plain: '-W -n -q -v --watch --drafts --clean',
  },
  { inspect: call => listens(call, '-a', '--dev-addr', '--bind', '--host') },
);
const cleansDocs = (folders: string): Spec => cleaning(docs, folders, call => !keeps(call));
const hugo = cleaning(docs, '-d --destination', call => call.has('--cleanDestinationDir'));
const serves: Spec = {
  flags: {
    ...taking(
      'ignore',
      '-p --port -a --address -l --listen --cors -c -d --host -H --wait --ext --proxy -P --open --mount --entry-file',
    ),
    ...taking('read', '-C --cert -K --key --config --ssl-cert --ssl-key'),
    '--cors': {},
    '-d': {},
    '-o': {},
    '-s': {},
  },
  operands: 'tree',
  inspect: call => listens(call, ...hosts),
};

/** Vite empties the folder that it builds into, where that lies in the project. */
const viteBuild: Spec = {
  ...bundler,
  inspect: call => [
    ...(bundler.inspect?.(call) ?? []),
    ...(call.has('--emptyOutDir') ? [] : empties(call.values('--outDir'))),
  ],
};

/** electron-builder: `-p always` publishes from a build. */
const release = { value: 'ignore', note: judged('high', 'publish', 'builds.publishes') } as const;
const releases: Spec = {
  ...framework('build install-app-deps node-gyp-rebuild start', { publish: publishes }, bundler),
  flags: { ...bundler.flags, '-p': release, '--publish': release },
};

export const sitePrograms: ProgramTable = {
  vite: framework('dev serve preview optimize', { build: viteBuild }, viteBuild),
  ...named(
    'webpack webpack-cli rspack rsbuild',
    framework(
      'build b bundle watch w serve s server dev preview configtest info version help',
      { ...named('init', adds) },
      orFolder,
    ),
  ),
  ...named(
    'esbuild parcel swc babel terser uglifyjs uglify-js cleancss csso postcss tailwindcss tailwind unocss purgecss sass-embedded tsup unbuild microbundle ncc pkgroll bili preconstruct rolldown browserify watchify snowpack budo wmr workbox svgr cssnano imagemin tsc-alias tsconfig-replace-paths resolve-tspaths dts-bundle-generator rollup-plugin metro lightningcss downlevel-dts minify html-minifier html-minifier-terser nexe graphql-codegen openapi-typescript orval typechain quicktype json2ts json-schema-to-typescript lingui formatjs i18next panda relay-compiler size-plugin esbuild-runner source-map-explorer webpack-bundle-analyzer pbjs pbts',
    bundler,
  ),
  tsdown: cleans('-d --out-dir'),
  rollup: {
    ...bundler,
    flags: { ...bundler.flags, ...taking('ignore', '-p --plugin') },
    inspect: call => [
      ...(bundler.inspect?.(call) ?? []),
      ...modules(call.values('-p', '--plugin')),
      ...(call.values('-p', '--plugin').some(word => /[({=]/.test(word.text ?? '('))
        ? [because(call, 'medium', 'inline-code', 'builds.loads', { flag: '--plugin' })]
        : []),
    ],
  },
  next: framework(
    'build dev start lint info typegen export experimental-compile experimental-test',
    { telemetry: harmless, upgrade: adds, codemod: adds },
    orFolder,
  ),
  ...named(
    'nuxt nuxi',
    framework('build dev start generate preview prepare typecheck analyze info cleanup build-module test devtools', {
      ...named('init add module upgrade', adds),
      deploy: deploys,
    }),
  ),
  ng: framework(
    'build b serve s dev test t lint e2e e extract-i18n generate g version v config-get analytics-info cache help run',
    {
      ...named('add update new n', adds),
      ...named('build b', cleans('--output-path')),
      deploy: deploys,
      config: one('medium', 'build-configuration', 'builds.unknown'),
      analytics: harmless,
      run: {
        inspect: call =>
          /deploy/.test(call.operands[0]?.text ?? 'deploy')
            ? [because(call, 'high', 'external-service', 'builds.deploys')]
            : [],
      },
    },
  ),
  ...named(
    'vue-cli-service react-scripts craco vue-service kcd-scripts umi razzle taro quasar ember',
    framework('build serve start dev test lint inspect info generate g preview b s t', {
      ...named('add new create init upgrade eject', adds),
      ...named('build b', cleans('--dest --output-path -o')),
      ...named('deploy publish', deploys),
    }),
  ),
  vue: framework('serve build inspect info config ui', named('create add init upgrade', adds)),
  gatsby: framework('build develop serve clean info repl', { ...named('new plugin', adds), telemetry: harmless }),
  astro: framework('build dev preview check sync info', {
    add: adds,
    build: cleans('--outDir'),
    ...named('login logout link db', deploys),
    telemetry: harmless,
    preferences: harmless,
  }),
  ...named(
    'svelte-kit remix react-router qwik solid-start vinxi nitro wxt plasmo docusaurus vuepress vitepress eleventy gridsome hexo honkit gitbook slidev',
    framework(
      'build dev start serve sync preview routes typegen check reveal watch prepare package zip clear clean swizzle write-translations write-heading-ids info',
      {
        ...named('add init create new', adds),
        ...named('build package', cleans('--outDir --out-dir --out -o --output')),
        ...named('deploy submit publish', deploys),
      },
      orFolder,
    ),
  ),
  ...named(
    'storybook start-storybook sb',
    framework('build dev info index doctor', {
      ...named('init add upgrade automigrate remove migrate sandbox', adds),
      build: cleans('-o --output-dir'),
    }),
  ),
  'build-storybook': cleans('-o --output-dir'),
  chromatic: one('high', 'upload', 'builds.submits'),
  ...named(
    'react-native capacitor cordova ionic',
    framework(
      'start export build-local run run:ios run:android prebuild doctor config lint customize bundle sync copy open ls info serve export:embed run-ios run-android start-server',
      {
        ...named('install add init upgrade plugin platform', adds),
        ...named('build submit update publish login logout deploy upload credentials secret channel', deploys),
      },
    ),
  ),
  ...named('electron-builder electron-packager', releases),
  'electron-forge': framework('start package make import', { publish: publishes, init: adds }),
  ...named(
    'tauri wails neu',
    framework('dev build info icon completions bundle init doctor generate inspect', {
      ...named('add plugin update', adds),
      signer: one('high', 'credential-access', 'builds.unknown'),
    }),
  ),
  electron: { stopAtOperand: true, flags: taking('script', '-r --require'), operands: ['script', 'ignore'] },
  ...named('sphinx-build sphinx-apidoc sphinx-autobuild', {
    ...docs,
    operands: ['read', 'write', 'read'],
  } satisfies Spec),
  mkdocs: {
    noSub: harmless,
    sub: {
      build: cleansDocs('-d --site-dir'),
      ...named('serve new get-deps', docs),
      'gh-deploy': publishes,
    },
    otherSub: unknownCommand,
  },
  pelican: cleaning({ ...docs, flags: { ...docs.flags, '-d': {} } }, '-o --output', call =>
    call.has('-d', '--delete-output-directory'),
  ),
  antora: cleaning(docs, '--to-dir', call => call.has('--clean')),
  ...named('mdbook zola jekyll bridgetown nanoc middleman', {
    ...docs,
    noSub: harmless,
    sub: {
      ...named('serve s server preview watch clean test check init doctor hyde compile view', docs),
      ...named('build b', cleansDocs('-d --destination --dest-dir -o --output-dir')),
      new: docs,
      ...named('deploy install', deploys),
    },
    otherSub: docs,
  } satisfies Spec),
  hugo: {
    ...hugo,
    noSub: harmless,
    sub: {
      ...named('server serve build new list config env version convert gen import help', hugo),
      mod: downloads(),
      deploy: deploys,
    },
    otherSub: hugo,
  },
  typedoc: cleaning(
    docs,
    '--out',
    call => !call.words.some(word => /^(--cleanOutputDir=)?false$/.test(word.text ?? '')),
  ),
  ...named(
    'doxygen jsdoc documentation yard rdoc pdoc ford ldoc compodoc api-documenter esdoc apidoc redoc-cli swagger-cli',
    docs,
  ),
  ...named(
    'serve http-server live-server browser-sync sirv json-server lite-server reload local-web-server ws-server miniserve static-server msw prism',
    serves,
  ),
  ...named('gh-pages', one('critical', 'publish', 'builds.publishes')),
  dart: {
    noSub: harmless,
    sub: {
      ...named(
        'test analyze format fix compile doc info create devtools language-server build',
        tool({ writes: '-o --output', fixes: '--apply' }),
      ),
      run: { stopAtOperand: true, operands: ['script', 'ignore'] },
      pub: {
        sub: {
          ...named('deps run', harmless),
          ...named('get add upgrade downgrade global outdated', adds),
          remove: tool(),
          publish: publishes,
          ...named('login logout token', one('high', 'credential-access', 'builds.unknown')),
        },
        otherSub: unknownCommand,
      },
    },
    otherSub: {
      operands: 'ignore',
      inspect: call => [
        {
          does: 'script',
          path: literal(call.path[1] ?? ''),
          language: 'other',
        },
      ],
    },
  },
  flutter: {
    noSub: harmless,
    flags: taking('ignore', '-d --device-id'),
    sub: {
      ...named(
        'test analyze format build run doctor devices clean create gen-l10n drive attach logs screenshot symbolize assemble emulators help',
        tool({ updates: '--update-goldens', writes: '-o --output' }),
      ),
      pub: {
        sub: {
          ...named('deps', harmless),
          ...named('get add upgrade downgrade outdated', adds),
          remove: tool(),
          ...named('publish', publishes),
        },
        otherSub: unknownCommand,
      },
      ...named('upgrade downgrade channel precache', adds),
      install: deploys,
      config: one('medium', 'persistence', 'builds.unknown'),
    },
    otherSub: unknownCommand,
  },
};
