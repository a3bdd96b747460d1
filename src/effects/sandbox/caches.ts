import { lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ProfileName } from '../../protocol/containment.ts';
import { pinned } from './pinned.ts';

/**
 * Whose caches a command uses. What a command without network leaves behind is never read by one that reaches hosts, nor
 * what one of those leaves behind by an installation, as far as it is run.
 */
export type CacheClass = 'offline' | 'hosts' | 'install';

/** `own`: each class has its own. `shared`: written by those that reach hosts, and read by the others. */
interface Cache {
  folder: string;
  kind: 'own' | 'shared';
  /** Of a shared one: the parts that are read, while the rest is the offline class's own, as the tool needs to write there. */
  parts?: readonly string[];
}

const own = (folder: string): Cache => ({ folder, kind: 'own' });
const shared = (folder: string, ...parts: string[]): Cache => ({
  folder,
  kind: 'shared',
  ...(parts.length === 0 ? {} : { parts }),
});

/** Where a tool is told to keep what it would keep in the home folder. Sources: the tools' own documentation. */
const caches: Readonly<Record<string, Cache>> = {
  XDG_CACHE_HOME: own('xdg'),
  npm_config_cache: shared('npm', '_cacache'),
  PNPM_HOME: shared('pnpm'),
  YARN_CACHE_FOLDER: shared('yarn', 'v6'),
  YARN_GLOBAL_FOLDER: shared('yarn-global'),
  BUN_INSTALL_CACHE_DIR: shared('bun'),
  DENO_DIR: shared('deno', 'deps', 'npm', 'remote'),
  NODE_COMPILE_CACHE: own('node'),
  COREPACK_HOME: shared('corepack'),
  PIP_CACHE_DIR: own('pip'),
  UV_CACHE_DIR: own('uv'),
  POETRY_CACHE_DIR: shared('poetry', 'virtualenvs'),
  PIPENV_CACHE_DIR: own('pipenv'),
  PYTHONPYCACHEPREFIX: own('pycache'),
  CARGO_HOME: shared('cargo', 'registry', 'git', 'bin'),
  GOCACHE: own('go-build'),
  GOMODCACHE: shared('go-mod'),
  GRADLE_USER_HOME: shared('gradle', 'caches/modules-2'),
  COMPOSER_CACHE_DIR: own('composer'),
  NUGET_PACKAGES: shared('nuget'),
  BUNDLE_USER_CACHE: own('bundle'),
  CYPRESS_CACHE_FOLDER: shared('cypress'),
  PLAYWRIGHT_BROWSERS_PATH: shared('playwright'),
  TURBO_CACHE_DIR: own('turbo'),
  CCACHE_DIR: own('ccache'),
  SCCACHE_DIR: own('sccache'),
};

/** Programs among the shared ones that an installation runs, and alone puts there. */
const programs = ['cargo/bin', 'corepack'];
/** Yarn makes this folder in its cache at every start. */
const emptied = ['yarn/v6/.tmp'];
const wrapper = 'gradle/wrapper/dists';

/** The folders of caches as mounts. All are there. */
export interface CacheMounts {
  write: string[];
  read: string[];
  /** Read-only inside a writable one. */
  protect: string[];
  /** Folders that a command sees at another place, to read. */
  layers: { from: string; to: string }[];
  /** Shown empty, to write, where nothing is kept. */
  blank: string[];
}

export const noCaches: Readonly<CacheMounts> = { write: [], read: [], protect: [], layers: [], blank: [] };

export function cacheClassOf({ profile, hosts }: { profile: ProfileName; hosts: readonly string[] }): CacheClass {
  if (profile === 'package-install') return 'install';
  return (profile === 'workspace-hosts' || profile === 'git') && hosts.length > 0 ? 'hosts' : 'offline';
}

/** `layered` is false where folders cannot be shown at other places. */
export function cacheVariables(cacheDir: string, of: CacheClass, layered: boolean): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, { folder, kind, parts }] of Object.entries(caches)) {
    const isOwn = kind === 'own' || (of === 'offline' && layered && parts !== undefined);
    env[name] = `${cacheDir}/${isOwn ? of : 'shared'}/${folder}`;
  }
  // It would write down beside its program that it works.
  if (of === 'offline') env['CYPRESS_SKIP_VERIFY'] = 'true';
  return env;
}

/** Makes what is missing of the folders. What earlier commands put in their way is removed, and links are not followed. */
export function prepareCaches(cacheDir: string, of: CacheClass): CacheMounts {
  const at = (base: string, folder: string) => {
    makeFolder(join(cacheDir, base), folder);
    return join(cacheDir, base, folder);
  };
  const write = [at(of, '')];
  const common = at('shared', '');
  if (of !== 'offline') {
    const protect = of === 'hosts' ? programs.map(folder => at('shared', folder)) : [];
    return { write: [...write, common], read: [], protect, layers: [], blank: [] };
  }
  const layers: CacheMounts['layers'] = [];
  const blank: string[] = [];
  for (const { folder, kind, parts = [] } of Object.values(caches)) {
    // A tool that finds none would try to make it.
    if (kind === 'shared' && parts.length === 0) at('shared', folder);
    for (const part of parts) {
      // Each mount takes its time, and most tools are not there.
      const from = join(common, folder, part);
      if (names(from).length === 0) continue;
      layers.push({ from, to: at('offline', `${folder}/${part}`) });
      for (const inner of emptied.filter(each => each.startsWith(`${folder}/${part}/`))) {
        at('shared', inner);
        blank.push(join(cacheDir, 'offline', inner));
      }
    }
  }
  linkWrappers(cacheDir);
  return { write, read: [common], protect: [], layers, blank };
}

/** Gradle's wrapper locks a file beside what it once fetched, so that the folder around it has to be writable. */
function linkWrappers(cacheDir: string): void {
  const from = join(cacheDir, 'shared', wrapper);
  for (const dist of names(from))
    for (const hash of names(join(from, dist))) {
      const folder = `${wrapper}/${dist}/${hash}`;
      makeFolder(join(cacheDir, 'offline'), folder);
      for (const name of names(join(from, dist, hash))) {
        if (/\.(lck|part)$/.test(name)) continue;
        pinned(join(cacheDir, 'offline', folder, name), path => {
          if (lstatSync(path, { throwIfNoEntry: false }) === undefined) symlinkSync(join(from, dist, hash, name), path);
        });
      }
    }
}

function makeFolder(base: string, folder: string): void {
  let path = base;
  for (const part of ['', ...folder.split('/')]) {
    if (part !== '') path = join(path, part);
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) continue;
    pinned(path, name => {
      rmSync(name, { force: true });
      mkdirSync(name, { mode: 0o700 });
    });
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
