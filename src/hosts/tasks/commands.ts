import { z } from 'zod';
import type { Commands } from './fill.ts';

/** Text of a file at the workspace's top by its name; null where there is none that can be read. */
export type ReadTop = (name: string) => Promise<string | null>;

const Manifest = z.looseObject({ scripts: z.record(z.string(), z.string()).optional() });

/** Script names that projects commonly give to each, the likeliest first. */
const scripts = {
  test: ['test'],
  lint: ['lint', 'lint:check', 'eslint'],
  types: ['typecheck', 'type-check', 'types', 'check-types', 'tsc'],
  build: ['build', 'compile'],
} as const;

/** What runs the tests, the linter, the type check and the build of a project, as far as its own files tell plainly. */
export async function projectCommandsOf(read: ReadTop): Promise<Commands> {
  for (const look of [fromNode, fromCargo, fromGo, fromPython, fromMake]) {
    const found = await look(read);
    if (Object.keys(found).length > 0) return found;
  }
  return {};
}

async function fromNode(read: ReadTop): Promise<Commands> {
  const text = await read('package.json');
  const parsed = Manifest.safeParse(parseJson(text));
  const own = parsed.success ? (parsed.data.scripts ?? {}) : {};
  // The one that `npm init` writes only says that there are no tests.
  const names = Object.keys(own).filter(name => !/no test specified/.test(own[name] ?? ''));
  const runner = await nodeRunner(read);
  return Object.fromEntries(
    Object.entries(scripts).flatMap(([command, candidates]) => {
      const name = candidates.find(each => names.includes(each));
      if (name === undefined) return [];
      return [[command, name === 'test' ? `${runner} test` : `${runner} run ${name}`]];
    }),
  );
}

async function nodeRunner(read: ReadTop): Promise<string> {
  for (const [lock, runner] of [
    ['pnpm-lock.yaml', 'pnpm'],
    ['yarn.lock', 'yarn'],
    ['bun.lock', 'bun'],
  ] as const)
    if ((await read(lock)) !== null) return runner;
  return 'npm';
}

async function fromCargo(read: ReadTop): Promise<Commands> {
  if ((await read('Cargo.toml')) === null) return {};
  return { test: 'cargo test', lint: 'cargo clippy', types: 'cargo check', build: 'cargo build' };
}

async function fromGo(read: ReadTop): Promise<Commands> {
  if ((await read('go.mod')) === null) return {};
  return { test: 'go test ./...', lint: 'go vet ./...', types: 'go vet ./...', build: 'go build ./...' };
}

async function fromPython(read: ReadTop): Promise<Commands> {
  const project = await read('pyproject.toml');
  const settings = `${project ?? ''}\n${(await read('setup.cfg')) ?? ''}\n${(await read('tox.ini')) ?? ''}`;
  const tests = /\[(?:tool[.:])?pytest/.test(settings) || (await read('pytest.ini')) !== null;
  return {
    ...(tests ? { test: 'pytest' } : {}),
    ...(/\[tool\.ruff/.test(settings) ? { lint: 'ruff check' } : {}),
    ...(/\[(?:tool\.)?mypy/.test(settings) ? { types: 'mypy .' } : {}),
  };
}

async function fromMake(read: ReadTop): Promise<Commands> {
  const text = (await read('Makefile')) ?? '';
  const targets = new Set([...text.matchAll(/^([a-z][\w-]*)\s*:(?!=)/gm)].map(([, name]) => name));
  return Object.fromEntries(
    (['test', 'lint', 'build'] as const).filter(name => targets.has(name)).map(name => [name, `make ${name}`]),
  );
}

function parseJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
