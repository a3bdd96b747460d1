import assert from 'node:assert/strict';
import { detectTestCommand } from '../../src/checks/detect.ts';

const npm = (test: string, more: object = {}): string => JSON.stringify({ scripts: { test }, ...more });
const empty = '';

/** The project's files, with the texts that matter → its test command. */
const projects: [name: string, files: Record<string, string>, command: string | null][] = [
  ['npm', { 'package.json': npm('mocha') }, 'npm test'],
  ['npm, with a script that npm put there', { 'package.json': npm('echo "Error: no test specified" && exit 1') }, null],
  ['npm, with a manifest that is no JSON', { 'package.json': '{' }, null],
  ['npm, with a script that is no text', { 'package.json': '{"scripts":{"test":7}}' }, null],
  ['pnpm by its lock file', { 'package.json': npm('vitest'), 'pnpm-lock.yaml': empty }, 'pnpm test'],
  ['yarn by its lock file', { 'package.json': npm('jest'), 'yarn.lock': empty }, 'yarn test'],
  ['bun by its lock file', { 'package.json': npm('x'), 'bun.lock': empty }, 'bun run test'],
  [
    'pnpm by name, beside another lock file',
    { 'package.json': npm('x', { packageManager: 'pnpm@9.1.0' }), 'yarn.lock': empty },
    'pnpm test',
  ],
  ['make', { Makefile: 'all:\n\ttrue\ntest: all\n\t./run\n', 'go.mod': empty }, 'make test'],
  ['make, with a variable of that name', { Makefile: 'test:=1\nall:\n', 'go.mod': empty }, 'go test ./...'],
  ['task', { 'Taskfile.yml': 'tasks:\n  test:\n    cmds: [x]\n' }, 'task test'],
  ['cargo', { 'Cargo.toml': empty }, 'cargo test'],
  ['go', { 'go.mod': empty }, 'go test ./...'],
  ['pytest by its configuration', { 'pyproject.toml': '[tool.pytest.ini_options]\n' }, 'pytest'],
  ['pytest by its file', { 'pytest.ini': empty }, 'pytest'],
  ['pytest with uv', { 'pyproject.toml': 'dev = ["pytest"]', 'uv.lock': empty }, 'uv run pytest'],
  ['pytest with poetry', { 'pyproject.toml': 'pytest = "*"', 'poetry.lock': empty }, 'poetry run pytest'],
  ['unittest', { 'setup.py': empty, tests: empty }, 'python -m unittest discover'],
  ['maven', { 'pom.xml': empty }, 'mvn -B test'],
  ['maven with its wrapper', { 'pom.xml': empty, mvnw: empty }, './mvnw -B test'],
  ['gradle', { 'build.gradle.kts': empty }, 'gradle test'],
  ['gradle with its wrapper', { 'build.gradle': empty, gradlew: empty }, './gradlew test'],
  ['dotnet', { 'App.sln': empty }, 'dotnet test'],
  ['mix', { 'mix.exs': empty }, 'mix test'],
  ['deno', { 'deno.json': empty }, 'deno test'],
  ['composer', { 'composer.json': npm('phpunit') }, 'composer test'],
  ['rspec', { Gemfile: 'gem "rspec"' }, 'bundle exec rspec'],
  ['rake', { Gemfile: empty, Rakefile: empty }, 'bundle exec rake test'],
  ['something else', { 'README.md': empty }, null],
];

describe('the test command of a project', () => {
  for (const [name, files, command] of projects)
    it(`is found for ${name}`, () => {
      const text = (path: string): string | null => files[path] ?? null;
      assert.equal(detectTestCommand({ names: Object.keys(files), text }), command);
    });
});
