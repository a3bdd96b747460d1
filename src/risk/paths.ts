import { posix } from 'node:path';
import type { Facts } from './facts.ts';
import { type PathTrait, pathRules } from './pathRules.ts';
import type { Category } from './tier.ts';

/** Each rule's tests, and apart from them the trait that it gives: a path is compared with all of them. */
const tests = pathRules.map(({ pattern, byWord, cased, sourceOnly, ...trait }) => ({
  pattern,
  byWord,
  cased,
  sourceOnly,
  trait,
  inTests: sourceOnly === true ? { ...trait, write: 'medium' as const } : trait,
}));

/** What a real, absolute path's name tells, and that of a protected path which it stands for. Compared without case, as some file systems do. */
export function pathTraits(path: string, facts: Pick<Facts, 'root' | 'home' | 'led'>): PathTrait[] {
  const traits = traitsOfName(path, facts);
  for (const [real, name] of facts.led ?? [])
    if (path === real || path.startsWith(`${real}/`))
      traits.push(...traitsOfName(name + path.slice(real.length), facts));
  return traits;
}

function traitsOfName(path: string, facts: Pick<Facts, 'root' | 'home'>): PathTrait[] {
  const seen = seenFrom(path, facts);
  const name = seen.toLowerCase();
  const apart = seen
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
  const about = isText(name);
  const test = isTest(seen);
  const traits: PathTrait[] = [];
  for (const { pattern, byWord, cased, sourceOnly, trait, inTests } of tests) {
    if (sourceOnly === true && about) continue;
    if (!pattern.test(byWord === true ? apart : cased === true ? seen : name)) continue;
    // A test of the sign-in is not the sign-in; what weakens it is seen in its text.
    traits.push(test ? inTests : trait);
  }
  return traits;
}

/** Whether a finding of that code is a floor's. */
export function isFloorCode(code: string): boolean {
  return floorCodes.has(code);
}

const floorCodes = new Set(pathRules.flatMap(({ floor, code }) => (floor === true ? [code] : [])));
const leadsToHost = new Set<Category>(['runs-on-host', 'ci', 'build-configuration', 'lock-file']);
const hostRules = pathRules.filter(({ category, floor }) => leadsToHost.has(category) && floor !== true);
const floorRules = pathRules.filter(({ floor }) => floor === true);

/**
 * What everyday builds write though the name is one of those: Cargo keeps its lock file in step with each build, and
 * takes from it nothing that the manifest does not lead to; weights of models are called `.pth` as Python's path files are.
 */
const writtenByBuilds = /(^|\/)cargo\.lock$|\.pth$/;
const fixture = /(^|\/)(__)?(fixtures?|test-?data|snapshots|goldens?)(__)?\//;

/**
 * Whether the person's own tools run, load or follow the file later, outside every sandbox: settings and scripts of tools,
 * pipelines, manifests and lock files, what is installed. Not those that are protected anyway, nor the manifests and
 * pipelines among a test's data.
 */
export function isRunOnHost(path: string, facts: Pick<Facts, 'root' | 'home'>): boolean {
  const seen = seenFrom(path, facts);
  const name = seen.toLowerCase();
  const found = hostRules.filter(({ pattern, cased }) => pattern.test(cased === true ? seen : name));
  if (found.length === 0 || writtenByBuilds.test(name)) return false;
  if (fixture.test(name) && found.every(({ category }) => category !== 'runs-on-host')) return false;
  return !floorRules.some(({ pattern }) => pattern.test(name));
}

/** Whether a path names words and pictures for people, which no program follows. */
function isText(name: string): boolean {
  return /\.(md|mdx|rst|adoc|txt|css|scss|sass|less|svg|png|jpe?g|gif|webp|ico|woff2?|ttf|pdf)$/.test(name);
}

/** Whether a file holds tests, by the customs of the test runners. */
export function isTest(path: string): boolean {
  return (
    /(^|\/)(tests?|__tests__|specs?|e2e|cypress|testdata|__snapshots__)\//i.test(path) ||
    /[._-](test|tests|spec|e2e|cy)\.[a-z]+$|(^|\/)test_[^/]*\.py$|_(test|spec)\.(go|py|rs|rb|exs|dart|cc|cpp)$|\.snap$/i.test(
      path,
    ) ||
    /(Test|Tests|TestCase|IT|Spec)\.(java|kt|kts|cs|scala|groovy|swift|php)$/.test(path)
  );
}

/** Whether what is removed or emptied there are tests: a file with tests in it, or a folder of them. */
export function isTestSource(path: string): boolean {
  if (/(^|\/)(tests?|__tests__|specs?|e2e|cypress)\/?$/i.test(path)) return true;
  return (
    isTest(path) &&
    /[.*?\]][\w*?[\]{,}]*$/.test(path) &&
    !/\.(md|txt|json|ya?ml|log|tmp|out|csv|bak|orig|lock)$/i.test(path)
  );
}

function seenFrom(path: string, { root, home }: Pick<Facts, 'root' | 'home'>): string {
  if (path === root) return '';
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1);
  if (path.startsWith(`${home}/`)) return `~/${path.slice(home.length + 1)}`;
  return path;
}

/** What kind of place outside the workspace a path is. */
export function systemPlace(path: string): 'temporary' | 'system' | 'other' {
  const normal = posix.normalize(path);
  if (/^(\/private)?\/(tmp|var\/tmp|var\/folders)(\/|$)|^\/dev\/shm(\/|$)/.test(normal)) return 'temporary';
  if (
    normal === '/' ||
    /^\/(usr|bin|sbin|lib|lib32|lib64|opt|etc|proc|sys|dev|run|boot|var|srv|system|library|applications)(\/|$)/i.test(
      normal,
    )
  )
    return 'system';
  return 'other';
}

/** Whether a file outside the workspace may be read without a thought: the system's own, and no secret. */
export function isPublic(path: string): boolean {
  return /^\/(usr|bin|sbin|lib|lib32|lib64|opt|etc|proc\/(cpuinfo|meminfo|version|loadavg|uptime|filesystems|mounts|stat)|sys\/fs\/cgroup|tmp|var\/tmp|private\/tmp|dev\/null)(\/|$)/.test(
    posix.normalize(path),
  );
}

/** Folders outside the workspace in which credentials lie somewhere below, though their own names do not tell. */
export function holdsSecrets(path: string, { home }: Pick<Facts, 'home'>): boolean {
  const under = (folder: string): boolean => path === '/' || folder === path || folder.startsWith(`${path}/`);
  return (
    under(home) ||
    /^\/(home|users|root|etc|proc|run|var|var\/(lib|run|spool|backups?))$|^\/(home|users)\/[^/]+$/i.test(path) ||
    ['.config', '.local', '.local/share', 'Library', 'Library/Application Support'].some(
      each => path === `${home}/${each}`,
    )
  );
}
