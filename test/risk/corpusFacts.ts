import { posix } from 'node:path';
import type { Facts, PathFact } from '../../src/risk/facts.ts';

const root = '/work/app';
const ignored =
  /^(node_modules|dist|build|target|coverage|\.venv|\.env[^/]*|\.next|\.turbo|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|out|tmp|\.cache)(\/|$)|\.(log|pyc|tsbuildinfo)$/;
/** Of unknown content, and nothing that the project holds. */
const unknown = /^(evil|payload)|^(p|cmds|x)(\.\w+)?$/;
/** Tools that lie in node_modules/.bin. */
const installed =
  /^(tsc|tsx|ts-node|eslint|prettier|jest|vitest|mocha|ava|vite|webpack|rollup|esbuild|next|nuxt|nx|turbo|lerna|biome|oxlint|stylelint|playwright|cypress|c8|nyc|knip|depcheck|madge|cspell|commitlint|lint-staged|husky|concurrently|npm-run-all|run-s|run-p|cross-env|nodemon|rimraf|storybook|svelte-check|vue-tsc|babel|tsup|typedoc|license-checker|size-limit|markdownlint|ng|astro|sass|tailwindcss|postcss|swc|ts-prune|tsd|api-extractor|changeset|dotenv|env-cmd|json-server|serve|http-server|htmlhint|xo|standard|node-gyp|prisma|drizzle-kit|knex|sequelize|typeorm|graphql-codegen|openapi-typescript|remark|uvu|tap|karma|gulp|grunt|parcel|metro|expo|react-scripts)$/;
const scripts = 'test build lint typecheck format dev start'.split(' ');

function fact(path: string): PathFact {
  const real = posix.normalize(path);
  const inside = real === root || real.startsWith(`${root}/`);
  const below = real.slice(root.length + 1);
  const last = posix.basename(real);
  return {
    real,
    inside,
    // Secrets lie in the root alone.
    kind: /^.+\/(\.env[^/]*|secrets\.json|credentials|id_rsa|key\.pem|server\.key)$/.test(below)
      ? 'missing'
      : /\/\.bin\//.test(real) && !installed.test(last)
        ? 'missing'
        : /\.[A-Za-z]\w*$/.test(last) || /^(Makefile|Dockerfile|Jenkinsfile|LICENSE)$/.test(last)
          ? 'file'
          : 'directory',
    held: !inside ? 'unknown' : ignored.test(below) ? 'ignored' : unknown.test(last) ? 'untracked' : 'tracked',
    links: 1,
  };
}

/** The project that the corpus assumes; see test/corpus/README.md. Of `evil*`, `payload*`, `p`, `cmds` and `x` nothing is known. */
export const corpusFacts: Facts = {
  root,
  home: '/home/dev',
  ownState: ['/home/dev/.local/state/gatehouse'],
  trustedHosts: new Set(),
  path: fact,
  text(path) {
    const name = posix.basename(path);
    if (!path.startsWith(`${root}/`) || unknown.test(name)) return null;
    if (/\.(sh|bash)$/.test(name) || /^(gradlew|mvnw|configure)$/.test(name))
      return '#!/bin/bash\nset -e\necho working\n';
    if (name.endsWith('.py')) return 'print("working")\n';
    if (/\.[cm]?[jt]sx?$/.test(name)) return 'console.log("working");\n';
    return null;
  },
  manifest(_directory, runner) {
    if (runner === 'make')
      return {
        file: `${root}/Makefile`,
        tasks: { test: 'node --test', build: 'tsc -p .', lint: 'eslint .', clean: 'rm -rf dist', all: 'tsc -p .' },
      };
    const tasks: Record<string, string> = Object.fromEntries(scripts.map(name => [name, texts[name] ?? 'tsc -p .']));
    return { file: `${root}/package.json`, tasks: new Proxy(tasks, harmless) };
  },
};

const texts: Record<string, string> = {
  test: 'node --test',
  build: 'tsc -p .',
  lint: 'eslint .',
  typecheck: 'tsc --noEmit',
  format: 'prettier --write .',
  dev: 'vite',
  start: 'node dist/index.js',
};

/** Other scripts that the corpus names exist and are harmless. */
const harmless: ProxyHandler<Record<string, string>> = {
  getOwnPropertyDescriptor: (tasks, name) =>
    typeof name === 'string' && !/^(pre|post)/.test(name) && !/^(evil|payload|pwn|x$)/.test(name)
      ? { value: tasks[name] ?? 'node --test', enumerable: true, configurable: true, writable: true }
      : undefined,
  get: (tasks, name) => (typeof name === 'string' ? (tasks[name] ?? 'node --test') : undefined),
};
