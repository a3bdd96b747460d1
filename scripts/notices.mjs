// Writes media/THIRD_PARTY_NOTICES.md from what the build put into its bundles: node scripts/notices.mjs, after node esbuild.mjs.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
export const file = join(root, 'media/THIRD_PARTY_NOTICES.md');

/** Packages whose files are shipped as they are, and what is to be said of them. */
const copied = {
  '@anthropic-ai/sandbox-runtime':
    'Bundled into `dist/sandbox-helper.cjs`, and its program `apply-seccomp`, unchanged, in `dist/seccomp/`. That program is statically linked with the GNU C Library (LGPL-2.1-or-later); its source and how it is built are in the package’s repository, https://github.com/anthropics/sandbox-runtime.',
  '@vscode/codicons': 'Its font and stylesheet, unchanged, in `dist/`.',
  '@vscode/tree-sitter-wasm':
    'Its WebAssembly modules, unchanged, in `dist/`; they hold tree-sitter and tree-sitter-bash, both MIT, © Max Brunsfeld and contributors, and tree-sitter-powershell, MIT, © Airbus CERT.',
};

/** The folders of the packages in the bundles, found by their source maps, and of those that are copied. */
function folders() {
  const found = new Set(Object.keys(copied).map(name => `node_modules/${name}`));
  const maps = readdirSync(join(root, 'dist')).filter(name => name.endsWith('.map'));
  if (maps.length === 0) throw new Error('There are no source maps: build first, without --production.');
  for (const map of maps) {
    const { sources } = JSON.parse(readFileSync(join(root, 'dist', map), 'utf8'));
    for (const source of sources) {
      const folder = /(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0];
      if (folder !== undefined) found.add(folder.slice(folder.indexOf('node_modules/')));
    }
  }
  return [...found];
}

/** The notices as they should be for this build. */
export function notices() {
  const packages = folders().map(folder => {
    const { name, version, license, author } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const by = typeof author === 'string' ? author : author?.name;
    return { name, version, license, by, texts: licences(join(root, folder)) };
  });
  packages.sort((a, b) => (`${a.name} ${a.version}` < `${b.name} ${b.version}` ? -1 : 1));
  const parts = packages.map(({ name, version, license, by, texts }) => {
    const about = copied[name] === undefined ? [] : [copied[name]];
    const said = texts.length > 0 ? texts : [`${license}${by === undefined ? '' : `, © ${by}`}`];
    return [`## ${name} ${version}`, `Licence: ${license}`, ...about, ...said.map(block)].join('\n\n');
  });
  const head =
    '# Third-party notices\n\nGatehouse is MIT-licensed. It ships the following work of others, under their own terms.';
  return `${[head, ...parts].join('\n\n')}\n`;
}

function licences(folder) {
  const names = readdirSync(folder).filter(name => /^(licen[cs]e|notice|copying)/i.test(name));
  return names.sort().map(name => readFileSync(join(folder, name), 'utf8'));
}

/** In a fence, so that no licence's text is read as Markdown. */
function block(text) {
  const plain = text
    .replaceAll('\r', '')
    .replaceAll(/[ \t]+$/gm, '')
    .trim();
  return `\`\`\`\`text\n${plain}\n\`\`\`\``;
}

if (process.argv[1] === import.meta.filename) {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const now = notices();
  if (before !== now) writeFileSync(file, now);
  console.log(before === now ? 'The notices are up to date.' : 'The notices were written anew.');
}
