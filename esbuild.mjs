// Bundles what is shipped: node esbuild.mjs [--watch] [--production] [--only extension,cli,sandbox,lsp,webview] [--out FOLDER]
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';

const root = import.meta.dirname;
const { values: options } = parseArgs({
  options: {
    watch: { type: 'boolean' },
    production: { type: 'boolean' },
    only: { type: 'string' },
    out: { type: 'string', default: 'dist' },
  },
});
const production = options.production === true;

/** @type {esbuild.BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'silent',
  metafile: true,
};

/** @type {esbuild.BuildOptions} In CommonJS `import.meta` is empty, so what stands for it is computed at the top. */
const commonjs = {
  ...shared,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  define: {
    'import.meta.url': '__importMetaUrl',
    'import.meta.dirname': '__dirname',
    'import.meta.filename': '__filename',
  },
  banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
};

/** @type {esbuild.BuildOptions} CommonJS packages inside an ES module still call `require` and ask for their file's name. */
const esm = {
  ...shared,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);\nconst __filename = import.meta.filename;",
  },
};

/** @type {esbuild.BuildOptions} */
const browser = {
  ...shared,
  platform: 'browser',
  target: 'es2023',
  format: 'iife',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
  // The font lies beside the stylesheet, where it is copied to.
  external: ['./codicon.ttf*'],
};

/**
 * Each bundle, and the packages that it may leave to be found at run time. All others must be inside it, since the
 * .vsix carries no node_modules. One that is `later` is left out while its source is not there.
 * @type {Record<string, { entry: string, outfile: string, outside: string[], later?: true, build: esbuild.BuildOptions }>}
 */
const bundles = {
  extension: {
    entry: 'src/hosts/vscode/extension.ts',
    outfile: 'dist/extension.cjs',
    outside: ['vscode'],
    build: commonjs,
  },
  // ripgrep's binary comes in a package per platform, which npm chooses.
  cli: { entry: 'src/hosts/cli/main.ts', outfile: 'dist/cli.js', outside: ['@vscode/ripgrep'], build: esm },
  // sandbox-runtime asks for an SDK that only Windows needs, and does without it.
  sandbox: {
    entry: 'src/effects/sandbox/helper/main.ts',
    outfile: 'dist/sandbox-helper.cjs',
    outside: ['@microsoft/mxc-sdk'],
    build: commonjs,
  },
  lsp: { entry: 'src/hosts/lsp/main.ts', outfile: 'dist/lsp.cjs', outside: [], later: true, build: commonjs },
  webview: { entry: 'webview-ui/src/main.tsx', outfile: 'dist/webview.js', outside: [], build: browser },
};

/** The packages that a bundle would look for at run time, other than those it may. */
function strays(metafile, outside) {
  const found = Object.values(metafile.outputs)
    .flatMap(output => output.imports)
    .filter(({ external, kind }) => external && kind !== 'url-token' && kind !== 'import-rule')
    .map(({ path }) => path)
    .filter(path => !path.startsWith('node:') && !builtinModules.includes(path) && !outside.includes(path));
  return [...new Set(found)];
}

/** How many bundles are being built, so that a watcher hears once when all of them are there. */
let running = 0;

/** @returns {esbuild.Plugin} Says how a build went; the editor's problem matcher reads these lines. */
function reporter(name, { entry, outside }) {
  return {
    name: 'reporter',
    setup(build) {
      build.onStart(() => {
        running++;
        if (options.watch) console.log(`[watch] build started: ${name}`);
      });
      build.onEnd(({ errors, warnings, metafile }) => {
        const stray = errors.length === 0 && metafile ? strays(metafile, outside) : [];
        const own = stray.map(text => ({ text: `${name} would look for "${text}" at run time`, location: null }));
        for (const message of [...errors, ...own]) print('ERROR', message, entry);
        for (const message of warnings) print('WARNING', message, entry);
        if (errors.length === 0 && metafile) printSizes(metafile);
        running--;
        if (options.watch && running === 0) console.log('[watch] everything is built');
        return { errors: own };
      });
    },
  };
}

/** @type {esbuild.Plugin} Leaves out the languages of zod that nobody asks for: 260 KB that every start would parse. */
const englishZod = {
  name: 'english-zod',
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: dirname(path),
    }));
  },
};

function print(severity, { text, location }, entry) {
  const { file, line, column } = location ?? { file: entry, line: 1, column: 0 };
  console.error(`✘ [${severity}] ${text}\n    ${file}:${line}:${column}:`);
}

function printSizes({ outputs }) {
  for (const [path, { bytes }] of Object.entries(outputs))
    if (!path.endsWith('.map')) console.log(`${path.padEnd(20)} ${(bytes / 1024).toFixed(1).padStart(8)} KB`);
}

function optionsOf(name) {
  const bundle = bundles[name];
  if (!bundle) throw new Error(`There is no bundle "${name}"; there are ${Object.keys(bundles).join(', ')}.`);
  if (!existsSync(join(root, bundle.entry))) {
    if (bundle.later) return [];
    throw new Error(`${bundle.entry} is missing.`);
  }
  const { external = [], banner, ...build } = bundle.build;
  const script = name === 'cli' && !readFileSync(join(root, bundle.entry), 'utf8').startsWith('#!');
  return [
    {
      ...build,
      ...(banner && { banner: { js: script ? `#!/usr/bin/env node\n${banner.js}` : banner.js } }),
      entryPoints: [bundle.entry],
      outfile: join(options.out, basename(bundle.outfile)),
      external: [...external, ...bundle.outside],
      plugins: [englishZod, reporter(name, bundle)],
    },
  ];
}

/** Copies what is shipped as it is. */
function copyAssets() {
  mkdirSync(join(root, options.out), { recursive: true });
  for (const file of ['codicon.ttf', 'codicon.css'])
    copyFileSync(join(root, 'node_modules/@vscode/codicons/dist', file), join(root, options.out, file));
  for (const file of ['tree-sitter.wasm', 'tree-sitter-bash.wasm', 'tree-sitter-powershell.wasm'])
    copyFileSync(join(root, 'node_modules/@vscode/tree-sitter-wasm/wasm', file), join(root, options.out, file));
  const seccomp = join(root, 'node_modules/@anthropic-ai/sandbox-runtime/vendor/seccomp');
  for (const machine of ['x64', 'arm64']) {
    const folder = join(root, options.out, 'seccomp', machine);
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(seccomp, machine, 'apply-seccomp'), join(folder, 'apply-seccomp'));
  }
}

try {
  // A release must not carry what an earlier build left behind.
  if (production) rmSync(join(root, options.out), { recursive: true, force: true });
  const names = options.only?.split(',') ?? Object.keys(bundles);
  const builds = names.flatMap(optionsOf);
  copyAssets();
  if (options.watch) await Promise.all(builds.map(async build => (await esbuild.context(build)).watch()));
  else await Promise.all(builds.map(build => esbuild.build(build)));
} catch (error) {
  // What esbuild found has been said by the reporter.
  if (!(error instanceof Error && 'errors' in error)) console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
