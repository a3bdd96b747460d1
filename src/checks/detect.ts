import { parse } from 'yaml';
import { z } from 'zod';

/** What of a project's top folder tells how it is tested. Names of its files and folders, and the texts of some of them. */
export interface ProjectFiles {
  names: readonly string[];
  /** null where the file is not there or is no text. */
  text: (name: string) => string | null;
}

/** The files whose texts are looked at. */
export const manifests = [
  'package.json',
  'Makefile',
  'pyproject.toml',
  'setup.cfg',
  'tox.ini',
  'composer.json',
  'Gemfile',
  'Taskfile.yml',
] as const;

const Scripts = z.object({
  scripts: z.record(z.string(), z.unknown()).optional(),
  packageManager: z.string().optional(),
});

type Detector = (files: ProjectFiles) => string | null;

/**
 * The command that runs all tests of a project, as its own files name it: a script or target called `test` first, then
 * what its build tool does by itself. null where nothing says so. Nothing is run to find out.
 */
export function detectTestCommand(files: ProjectFiles): string | null {
  for (const detector of detectors) {
    const command = detector(files);
    if (command !== null) return command;
  }
  return null;
}

const detectors: readonly Detector[] = [
  packageScript,
  files => (/^test\s*:(?!=)/m.test(files.text('Makefile') ?? '') ? 'make test' : null),
  taskfile,
  files => (files.names.includes('Cargo.toml') ? 'cargo test' : null),
  files => (files.names.includes('go.mod') ? 'go test ./...' : null),
  python,
  files => wrapped(files, ['pom.xml'], 'mvnw', 'mvn', '-B test'),
  files => wrapped(files, ['build.gradle', 'build.gradle.kts'], 'gradlew', 'gradle', 'test'),
  files => (files.names.some(name => /\.(sln|slnx|csproj|fsproj|vbproj)$/.test(name)) ? 'dotnet test' : null),
  files => (files.names.includes('mix.exs') ? 'mix test' : null),
  files => (files.names.some(name => /^deno\.jsonc?$/.test(name)) ? 'deno test' : null),
  files => (scriptsOf(files, 'composer.json')['test'] === undefined ? null : 'composer test'),
  ruby,
];

/** npm writes a script of its own into each new package.json, which only fails. */
const placeholder = /no test specified/;

function packageScript(files: ProjectFiles): string | null {
  const test = scriptsOf(files, 'package.json')['test'];
  if (typeof test !== 'string' || test.trim() === '' || placeholder.test(test)) return null;
  return `${packageManager(files)} test`;
}

/** What the manifest says, else whose lock file is there. `bun test` would be bun's own runner. */
function packageManager(files: ProjectFiles): string {
  const parsed = Scripts.safeParse(json(files.text('package.json')));
  const named = /^(npm|pnpm|yarn|bun)@/.exec(parsed.success ? (parsed.data.packageManager ?? '') : '')?.[1];
  const lock = (name: string): boolean => files.names.includes(name);
  const found =
    named ??
    (lock('pnpm-lock.yaml')
      ? 'pnpm'
      : lock('yarn.lock')
        ? 'yarn'
        : lock('bun.lock') || lock('bun.lockb')
          ? 'bun'
          : 'npm');
  return found === 'bun' ? 'bun run' : found;
}

function scriptsOf(files: ProjectFiles, name: string): Record<string, unknown> {
  const parsed = Scripts.safeParse(json(files.text(name)));
  return parsed.success ? (parsed.data.scripts ?? {}) : {};
}

function taskfile(files: ProjectFiles): string | null {
  const text = files.text('Taskfile.yml');
  const parsed = z.object({ tasks: z.record(z.string(), z.unknown()) }).safeParse(text === null ? null : yaml(text));
  return parsed.success && parsed.data.tasks['test'] !== undefined ? 'task test' : null;
}

function python({ names, text }: ProjectFiles): string | null {
  const configured =
    names.includes('pytest.ini') ||
    names.includes('conftest.py') ||
    /\bpytest\b/.test(`${text('pyproject.toml') ?? ''}\n${text('setup.cfg') ?? ''}\n${text('tox.ini') ?? ''}`);
  if (configured)
    return names.includes('uv.lock') ? 'uv run pytest' : names.includes('poetry.lock') ? 'poetry run pytest' : 'pytest';
  const isPython = names.some(name => name === 'setup.py' || name === 'pyproject.toml' || name === 'setup.cfg');
  return isPython && names.includes('tests') ? 'python -m unittest discover' : null;
}

function ruby({ names, text }: ProjectFiles): string | null {
  if (!names.includes('Gemfile')) return null;
  if (names.includes('spec') || /\brspec\b/.test(text('Gemfile') ?? '')) return 'bundle exec rspec';
  return names.includes('Rakefile') ? 'bundle exec rake test' : null;
}

/** By the project's own wrapper where it has one. */
function wrapped(
  { names }: ProjectFiles,
  manifest: readonly string[],
  wrapper: string,
  tool: string,
  goal: string,
): string | null {
  if (!manifest.some(name => names.includes(name))) return null;
  return `${names.includes(wrapper) ? `./${wrapper}` : tool} ${goal}`;
}

function json(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function yaml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
