import { accessSync, constants, existsSync, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Terms } from '../../protocol/containment.ts';
import { pathTraits, systemPlace } from '../../risk/paths.ts';
import { cacheClassOf, noCaches, prepareCaches } from './caches.ts';
import { gitPartsToHold, gitPartsToPin } from './gitParts.ts';
import { type GitFolders, isBelow, isWithin, type Surroundings } from './profiles.ts';

export interface Place {
  /** The workspace's real path. */
  root: string;
  home: string;
  /** The repository's folder where it is not `.git` in the workspace; see `GitFolders`. */
  gitCommonDir: string | null;
  /** The git folder of this worktree, where it is another. */
  gitDir: string | null;
  cacheDir: string;
  tmpDir: string;
  /** All that is ours; null where it is not known. */
  stateDir: string | null;
  searchPath: string;
  /** Files and folders that the environment names and that must be readable, wherever they are. */
  named: readonly string[];
}

/** Folders of the system that commands need to see; all others at the top are hidden. */
const systemTop = /^(bin|boot|dev|etc|gnu|lib|lib32|lib64|libx32|nix|opt|proc|sbin|snap|sys|usr|var|tmp)$/;
const secretFolders =
  '/var/tmp /var/mail /var/spool /var/backups /var/log /var/lib/docker /var/lib/containerd /var/lib/kubelet /var/lib/private /var/lib/sss /var/lib/NetworkManager /var/lib/cloud /var/lib/systemd /etc/ssl/private /etc/sudoers.d /etc/NetworkManager /etc/wireguard /etc/openvpn /etc/kubernetes /boot /sys/firmware'.split(
    ' ',
  );
const secretFiles =
  '/etc/shadow /etc/shadow- /etc/gshadow /etc/gshadow- /etc/sudoers /etc/krb5.keytab /etc/machine-id /etc/fstab'.split(
    ' ',
  );

/** Of a home folder: programs and what they load, never a folder with a credential in it. */
const homeToolchains = [
  '.cargo/bin .rustup .nvm/versions .nvm/alias .nvm/nvm.sh .volta/bin .volta/tools .fnm .local/share/fnm .nodenv n/bin',
  '.pyenv .local/share/uv/python .local/share/uv/tools .local/share/pipx/venvs .local/share/virtualenvs',
  '.asdf .local/share/mise/installs .local/share/mise/shims .local/share/pnpm .npm-global/bin .npm-global/lib',
  '.rbenv .rvm/bin .rvm/rubies .rvm/gems .rvm/scripts .gem/ruby .jenv .sdkman/candidates .ghcup/bin .ghcup/ghc .goenv',
  '.deno/bin .bun/bin .bun/install/global go/bin sdk .dotnet .yarn/bin .local/bin .local/lib bin .nix-profile .nix-defexpr',
  '.linuxbrew .local/state/nix .elan .juliaup .swiftly .local/share/swiftly .local/share/rtx',
]
  .join(' ')
  .split(' ');

/** Folders of a workspace that are made, not written. */
export const protectedFolders: readonly string[] = [
  '.vscode',
  '.devcontainer',
  '.idea',
  '.husky',
  '.githooks',
  '.claude',
  '.cursor',
  '.gatehouse',
];

/** More of them could not all be mounted. */
const maxProtected = 200;
const maxSecretNames = 500;

/** Looks at the machine; synchronous and quick, to be called just before each command. `floors` are the protected paths of the workspace. */
export function survey(place: Place, terms: Terms, floors: Iterable<string>): Surroundings {
  const { root, home } = place;
  const hidden = hiddenFolders(place);
  const git = gitFolders(place, terms);
  const found = new Set([...floors].filter(isThere));
  if (git !== null && isBelow(git.common, root)) found.delete(git.common);
  // What a person allowed to be written is open, though its name is protected.
  const isLifted = (path: string) => terms.writes.some(each => isWithin(path, each));
  const whole = [...found].filter(path => !isLink(path) && !isLifted(path) && !isBelowAny(path, found));
  const guarded = whole.sort((a, b) => rankOf(a) - rankOf(b)).slice(0, maxProtected);
  const missing = protectedFolders.map(name => join(root, name)).filter(path => !isThere(path) && !isLifted(path));
  const lifts = liftsIn([...guarded, ...missing], terms, place);
  const targets = writeTargets(terms, place, hidden);
  return {
    root,
    home,
    git,
    caches: terms.profile === 'read-only' ? noCaches : prepareCaches(place.cacheDir, cacheClassOf(terms)),
    tmpDir: place.tmpDir,
    hidden,
    blank: [...secretFiles, ...hostKeys()].filter(isReadable),
    toolchains: [
      ...homeToolchains.map(name => join(home, name)),
      ...searchFolders(place, hidden),
      ...place.named.filter(path => isAbsolute(path) && hidden.some(folder => isBelow(path, folder))),
    ].filter(isReadable),
    protected: guarded,
    absent: missing.filter(path => !lifts.staged.some(({ folder }) => folder === path)),
    ...targets,
    lifted: lifts.lifted,
    staged: [...targets.staged, ...lifts.staged],
  };
}

/** Of a protected folder, what a permit names in it is open, and the folder stays as it is. */
function liftsIn(guarded: readonly string[], terms: Terms, { root }: Place): Pick<Surroundings, 'lifted' | 'staged'> {
  const lifted: string[] = [];
  const staged = new Map<string, string[]>();
  for (const path of terms.writes) {
    const holder = guarded.find(each => isBelow(path, each));
    if (holder === undefined || isWithin(path, join(root, '.git')) || resolve(path) !== path) continue;
    if (isThere(path)) {
      if (isReal(path)) lifted.push(path);
      continue;
    }
    let folder = dirname(path);
    while (!isThere(folder) && folder !== holder) folder = dirname(folder);
    if (isReal(isThere(folder) ? folder : dirname(folder))) staged.set(folder, [...(staged.get(folder) ?? []), path]);
  }
  const all = [...staged].map(([folder, targets]) => ({
    folder,
    targets,
    keep: names(folder).map(name => join(folder, name)),
  }));
  return { lifted, staged: all.filter(({ keep }) => keep.length <= maxProtected) };
}

/** Which of too many are mounted: repositories, then folders, then what is read without being asked; files can be put back. */
function rankOf(path: string): number {
  const name = basename(path).toLowerCase();
  if (name === '.git') return 0;
  if (/^\.(vscode|husky|githooks|envrc|idea|devcontainer)$|\.code-workspace$/.test(name)) return 1;
  return isFolder(path) ? 2 : 3;
}

function isBelowAny(path: string, folders: ReadonlySet<string>): boolean {
  for (let at = dirname(path); at !== dirname(at); at = dirname(at)) if (folders.has(at)) return true;
  return false;
}

/** The home folders, what is mounted, what the system keeps to itself, and the neighbours of the workspace. */
function hiddenFolders({ root, home }: Place): string[] {
  const top = names('/').filter(name => !systemTop.test(name) && isFolder(`/${name}`));
  const folders = [...top.map(name => `/${name}`), ...secretFolders.filter(isFolder), home];
  const neighbours = dirname(root);
  if (systemPlace(neighbours) === 'other') folders.push(neighbours);
  return [...new Set(folders)].filter(path => path !== '/' && !isLink(path));
}

function hostKeys(): string[] {
  return names('/etc/ssh')
    .filter(name => /^ssh_host_.*key$/.test(name))
    .map(name => `/etc/ssh/${name}`);
}

/** Programs that PATH finds in folders that are hidden, with what stands beside their `bin`; not in the home folder. */
function searchFolders({ searchPath, home, root }: Place, hidden: readonly string[]): string[] {
  return searchPath
    .split(delimiter)
    .filter(path => isAbsolute(path) && !isWithin(path, root) && !isWithin(path, home) && !isWithin(path, '/tmp'))
    .filter(path => hidden.some(folder => isBelow(path, folder)) && existsSync(path))
    .map(path => realpathSync(path))
    .map(path => (/^\.?bin$/.test(basename(path)) && mayReadBack(dirname(path), hidden) ? dirname(path) : path));
}

/** A folder with a dot, as `.cargo`, may hold a credential beside its programs. */
function mayReadBack(folder: string, hidden: readonly string[]): boolean {
  return !hidden.includes(folder) && !basename(folder).startsWith('.');
}

function gitFolders({ root, gitCommonDir, gitDir }: Place, terms: Terms): GitFolders | null {
  const inside = join(root, '.git');
  const common = gitCommonDir ?? (!isLink(inside) && isFolder(inside) ? inside : null);
  if (common === null || !isFolder(common)) return null;
  const own = gitDir ?? common;
  const parts = (folder: string, list: readonly string[]) => list.map(name => join(folder, name));
  const fixed = parts(common, ['config', 'config.worktree', 'hooks', 'info/attributes', 'modules', 'commondir']);
  if (own !== common) {
    fixed.push(
      ...parts(own, ['gitdir', 'commondir', 'config.worktree']),
      ...parts(common, ['HEAD', 'index', 'logs/HEAD']),
    );
    fixed.push(inside, ...others(common, own));
  } else fixed.push(join(common, 'worktrees'));
  fixed.push(...gitPartsToHold([common, own], terms));
  const absent = ['hooks', 'modules', ...(own === common ? ['worktrees'] : [])].map(name => join(common, name));
  return {
    common,
    own,
    fixed: fixed.filter(isThere),
    absent: absent.filter(path => !isThere(path)),
    pins: gitPartsToPin([common, own]).filter(path => isThere(path) && !isLink(path)),
  };
}

function others(common: string, own: string): string[] {
  const folder = join(common, 'worktrees');
  return names(folder)
    .map(name => join(folder, name))
    .filter(path => path !== own);
}

/** Nothing opens a folder that holds the workspace, the home folder or what is ours, nor what is ours itself. */
function mayOpen(path: string, { root, home, cacheDir, tmpDir, stateDir }: Place): boolean {
  if (!isAbsolute(path) || resolve(path) !== path || path === '/') return false;
  if (/^\/(home|root|etc|usr|dev|proc|sys)$/.test(path) || /^\/(dev|proc|sys)\//.test(path)) return false;
  const ours = [cacheDir, dirname(tmpDir), ...(stateDir === null ? [] : [stateDir])];
  if (ours.some(each => isWithin(path, each) || isWithin(each, path))) return false;
  return !isWithin(root, path) && !isWithin(home, path);
}

/** Of what the permit names outside the workspace: what can be opened exactly. */
function writeTargets(
  terms: Terms,
  place: Place,
  hidden: readonly string[],
): Pick<Surroundings, 'writes' | 'staged' | 'secrets'> {
  const named = terms.writes.filter(path => !isWithin(path, place.root) && mayOpen(path, place));
  const writes = named.filter(path => isThere(path) && isOpenable(path, place));
  const staged = new Map<string, string[]>();
  for (const target of named) {
    if (isThere(target) || writes.some(each => isBelow(target, each))) continue;
    let folder = dirname(target);
    while (!isThere(folder)) folder = dirname(folder);
    if (folder === '/' || !isReal(folder) || !isFolder(folder) || /^\/(usr|etc|dev|proc|sys)(\/|$)/.test(folder))
      continue;
    staged.set(folder, [...(staged.get(folder) ?? []), target]);
  }
  const isOut = (path: string) => hidden.some(each => isWithin(path, each));
  const ofStaged = [...staged].flatMap(([folder, targets]) => {
    const all = isOut(folder) ? [] : names(folder).map(name => join(folder, name));
    const keep = all.filter(path => !isLink(path) && !hidden.some(each => isWithin(path, each) || isBelow(each, path)));
    return keep.length > maxProtected ? [] : [{ folder, targets, keep }];
  });
  const secret = writes.flatMap(path => (isFolder(path) ? secretsBelow(path, place) : []));
  const shut = hidden.filter(each => writes.some(path => isBelow(each, path)));
  return {
    writes,
    staged: ofStaged,
    secrets: { folders: [...shut, ...secret.filter(isFolder)], files: secret.filter(path => !isFolder(path)) },
  };
}

/** A file or a folder as it is named; a folder of keys is opened by nothing but its files' own names. */
function isOpenable(path: string, place: Place): boolean {
  if (!isReal(path)) return false;
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true || (stats?.isDirectory() === true && !isSecret(join(path, 'x'), place));
}

function isSecret(path: string, { root, home }: Place): boolean {
  return pathTraits(path, { root, home }).some(trait => trait.secret === 'key');
}

/** Credentials in a folder, as far as a short walk finds them. */
function secretsBelow(folder: string, place: Place, depth = 2): string[] {
  return names(folder)
    .slice(0, maxSecretNames)
    .map(name => join(folder, name))
    .flatMap(path => {
      if (isLink(path)) return [];
      if (!isFolder(path)) return isSecret(path, place) ? [path] : [];
      if (isSecret(join(path, 'x'), place)) return [path];
      return depth > 0 ? secretsBelow(path, place, depth - 1) : [];
    });
}

function isReal(path: string): boolean {
  try {
    return realpathSync(path) === path;
  } catch {
    return false;
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
