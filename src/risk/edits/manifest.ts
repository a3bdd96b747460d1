import { z } from 'zod';
import type { Finding } from '../assessment.ts';
import type { Category, Tier } from '../tier.ts';
import { addedLines } from './lines.ts';

/** What a changed manifest of packages comes to: new dependencies, other sources, scripts that run on this machine. */
export function manifestChanges(name: string, before: string, after: string): Finding[] {
  const file = name.toLowerCase();
  if (file === 'package.json') return packageJson(before, after);
  if (file === 'composer.json') return jsonDependencies(before, after, ['require', 'require-dev']);
  const line = dependencyLine(file);
  if (line === null) return [];
  const old = new Set(namesIn(before, line));
  const lines = addedLines(before, after).filter(each => line.test(each));
  return lines.flatMap(text => {
    const dependency = nameIn(text, line);
    if (elsewhere.test(text)) return [found('high', 'dependency', 'manifest.oddSource', { name: dependency })];
    return [
      old.has(dependency)
        ? found('medium', 'dependency', 'manifest.version', { name: dependency })
        : found('high', 'dependency', 'manifest.newDependency', { name: dependency }),
    ];
  });
}

/** A dependency from somewhere else than the registry: a repository, an address, a folder. */
const elsewhere =
  /\bgit\s*[+=:]|git@|https?:\/\/|ssh:\/\/|file:|\bpath\s*[=:]|--(extra-)?index-url|--find-links|\bregistry\s*=|^replace\b|=>/i;

const found = (tier: Tier, category: Category, code: string, args: Finding['args']): Finding => ({
  tier,
  category,
  code,
  args,
});

/** One dependency on one line, its name in the first group that matched; null for files that are no manifest. */
function dependencyLine(file: string): RegExp | null {
  if (/^(requirements|constraints)[^/]*\.(txt|in)$/.test(file))
    return /^(?:-e\s+)?([A-Za-z0-9][\w.-]*|git\+\S+|https?:\S+|--\S+)/;
  if (file === 'pyproject.toml' || file === 'pipfile')
    return /^["']([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:[<>=!~@;][^"']*)?["'],?$|^(?!name|version|description|readme|license|python|requires-python|line-length|target-version|url|source|target|include|exclude|testpaths|addopts|build-backend|authors|keywords|classifiers|homepage|repository|documentation|strict|select|ignore|profile)([A-Za-z0-9][\w.-]*)\s*=\s*(?:["'][\^~<>=*\d][^"']*["']|\{.*(?:version|git|path|url).*\})/;
  if (file === 'cargo.toml')
    return /^(?!name|version|edition|authors|description|license|resolver|rust-version|documentation|repository|homepage|readme|path|opt-level|lto|harness|default)([A-Za-z0-9][\w-]*)\s*=\s*(?:["'][\^~<>=*\d][^"']*["']|\{.*\})|^\[(?:[\w.'()-]+\.)?(?:dev-|build-)?dependencies\.([\w-]+)\]/;
  if (file === 'go.mod') return /^(?:require\s+|replace\s+)?([\w.-]+\.[a-z]{2,}\/\S+)\s+(?:v\d|=>)/;
  if (file === 'gemfile' || file.endsWith('.gemspec'))
    return /^(?:gem|[\w.]*add_(?:development_|runtime_)?dependency)\s*\(?\s*["']([\w-]+)/;
  if (/^build\.gradle(\.kts)?$|^libs\.versions\.toml$/.test(file))
    return /^(?:implementation|api|compileOnly|runtimeOnly|testImplementation|annotationProcessor|kapt|ksp|classpath|id)\s*\(?\s*["']([\w.:-]+)|^[\w-]+\s*=\s*\{.*(?:module|group|id)\s*=\s*"([\w.:-]+)/;
  if (file === 'pom.xml') return /^<artifactId>([\w.-]+)<\/artifactId>/;
  if (file === 'pubspec.yaml')
    return /^(?!name|version|sdk|description|homepage|environment|publish_to)([a-z_][a-z0-9_]*):\s*(?:[\^~<>=\d'"].*)$/;
  if (file === 'mix.exs') return /^\{:(\w+),\s*["'~>]/;
  if (/^(cs|fs|vb)proj$/.test(file.split('.').at(-1) ?? '')) return /<PackageReference\s+Include="([\w.]+)"/;
  if (/^environment\.ya?ml$/.test(file)) return /^-\s*([a-z][\w.-]*)/;
  return null;
}

function namesIn(text: string, line: RegExp): string[] {
  return text
    .split('\n')
    .map(each => each.trim())
    .filter(each => line.test(each))
    .map(each => nameIn(each, line));
}

function nameIn(text: string, line: RegExp): string {
  return (
    line
      .exec(text)
      ?.slice(1)
      .find(each => each !== undefined) ?? '?'
  );
}

const Record = z.record(z.string(), z.unknown());
const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies'];
/** npm runs these by itself: at installation, and before packing and publishing. */
const hooks =
  /^((pre|post)?(install|prepare|uninstall|version|pack)|prepublish|prepublishOnly|publish|postpublish|dependencies)$/;
/** Keys whose values tools load and run, or that say where packages come from. */
const loaded =
  /^(husky|simple-git-hooks|pre-commit|lint-staged|eslintConfig|prettier|babel|jest|ava|mocha|nyc|c8|tap|commitlint|release|volta|stylelint|postcss|browserify|config|gypfile|binary|allowScripts|trustedDependencies|onlyBuiltDependencies|pnpm|packageManager|publishConfig|overrides|resolutions|imports|workspaces)$/;
const offered = /^(main|module|browser|exports|types|typings|bin|files|name)$/;

function packageJson(before: string, after: string): Finding[] {
  const next = parsed(after);
  if (next === null) return [found('medium', 'build-configuration', 'manifest.unreadable', {})];
  const old = parsed(before) ?? {};
  const findings = jsonDependencies(before, after, groups);
  const oldScripts = record(old['scripts']);
  for (const [name, text] of Object.entries(record(next['scripts']))) {
    if (oldScripts[name] === text) continue;
    findings.push(
      found('high', 'runs-on-host', hooks.test(name) ? 'manifest.installScript' : 'manifest.script', { name }),
    );
  }
  for (const name of Object.keys(oldScripts))
    if (!(name in record(next['scripts'])) && /test|lint|check|audit/.test(name))
      findings.push(found('medium', 'checks-removed', 'manifest.scriptRemoved', { name }));
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    if (JSON.stringify(old[key]) === JSON.stringify(next[key])) continue;
    if (loaded.test(key)) findings.push(found('high', 'runs-on-host', 'manifest.loaded', { name: key }));
    else if (before !== '' && offered.test(key))
      findings.push(found('medium', 'public-interface', 'manifest.offered', { name: key }));
  }
  return findings;
}

function jsonDependencies(before: string, after: string, keys: readonly string[]): Finding[] {
  const old = parsed(before) ?? {};
  const next = parsed(after) ?? {};
  const known = new Set(keys.flatMap(key => Object.keys(record(old[key]))));
  const findings: Finding[] = [];
  for (const key of keys)
    for (const [name, version] of Object.entries(record(next[key]))) {
      if (record(old[key])[name] === version) continue;
      if (/[:/]/.test(String(version)) && !/^(workspace|catalog):/.test(String(version)))
        findings.push(found('high', 'dependency', 'manifest.oddSource', { name }));
      else if (known.has(name)) findings.push(found('medium', 'dependency', 'manifest.version', { name }));
      else findings.push(found('high', 'dependency', 'manifest.newDependency', { name }));
    }
  for (const name of known)
    if (keys.every(key => !(name in record(next[key]))))
      findings.push(found('medium', 'dependency', 'manifest.dependencyRemoved', { name }));
  return findings;
}

function parsed(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return Record.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return Record.safeParse(value).data ?? {};
}
