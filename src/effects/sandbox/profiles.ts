import type { Terms } from '../../protocol/containment.ts';
import type { CacheMounts } from './caches.ts';

/** What stands on this machine around a workspace, gathered just before a command. All paths are absolute and real. */
export interface Surroundings {
  root: string;
  home: string;
  /** The repository's folder: `.git` of the workspace, or what a worktree shares. null without a repository. */
  git: GitFolders | null;
  /** Folders of ours for what tools keep between commands. */
  caches: CacheMounts;
  /** A folder of ours that a command sees as /tmp. */
  tmpDir: string;
  /** Existing folders that a command sees empty. */
  hidden: readonly string[];
  /** Existing files that a command sees empty. */
  blank: readonly string[];
  /** Existing toolchains inside hidden folders. */
  toolchains: readonly string[];
  /** Existing files and folders below the workspace that no command may change, whatever its profile. */
  protected: readonly string[];
  /** Folders that would be protected and are not there. */
  absent: readonly string[];
  /** The parts of `Terms.writes` outside the workspace that are there: files and folders, none of them a link. */
  writes: readonly string[];
  /** Existing parts of what is protected that the command may write all the same. */
  lifted: readonly string[];
  /** The others, by their nearest folder. */
  staged: readonly Staged[];
  /** Existing folders and files that hold secrets below those of `writes`. */
  secrets: { folders: readonly string[]; files: readonly string[] };
}

export interface GitFolders {
  /** Holds objects and refs. */
  common: string;
  /** Of this worktree; the same as `common` where there is but one. */
  own: string;
  /** Configuration, hooks, attributes, modules, other worktrees: what is there of it. */
  fixed: readonly string[];
  /** Folders of that kind that are not there. */
  absent: readonly string[];
  /** Existing folders that stay where they are. */
  pins: readonly string[];
}

/**
 * Places where nothing stands yet. The command sees a folder of ours in place of the existing `folder` around them: what
 * it makes at `targets` is kept. `keep` is what it goes on seeing of the folder, to read.
 */
export interface Staged {
  folder: string;
  targets: readonly string[];
  keep: readonly string[];
}

/** What a command sees of the machine, as plain data; `bwrap.ts` turns it into mounts. Later lists win over earlier ones. */
export interface Confinement {
  /** Folders that must not be renamed, since something protected lies below them. */
  pins: readonly string[];
  hide: readonly string[];
  /** Of those, the ones in which tools keep something while they run. */
  scratch: readonly string[];
  blank: readonly string[];
  read: readonly string[];
  write: readonly string[];
  staged: readonly Staged[];
  /** Folders that are read at another place. */
  layers: CacheMounts['layers'];
  /** What tools try to write and do without. */
  quiet: readonly string[];
  /** Folders that are shown empty and writable. */
  emptied: readonly string[];
  /** Hidden once more, as a writable folder holds them. */
  secrets: { folders: readonly string[]; files: readonly string[] };
  /** Folders that are not there and are shown empty and read-only. */
  absent: readonly string[];
  protect: readonly string[];
  /** Parts of what is protected that are written all the same. */
  lift: readonly string[];
  tmpDir: string;
  /** Hosts that may be reached, by name. */
  hosts: readonly string[];
}

/** The mounts of a profile. Throws for `uncontained`, which is no sandbox. */
export function confine(terms: Terms, around: Surroundings): Confinement {
  const { root, git, caches, tmpDir } = around;
  const write: string[] = [];
  const read = [...around.toolchains, ...caches.read];
  const protect: string[] = [...caches.protect];
  let absent: readonly string[] = [];
  switch (terms.profile) {
    case 'uncontained':
      throw new RangeError('an uncontained command has no confinement');
    case 'read-only':
      read.push(root);
      if (git !== null) read.push(git.common);
      break;
    case 'git':
      write.push(...caches.write, root);
      if (git !== null) write.push(...outermost([git.common, git.own]));
      protect.push(...around.protected, ...(git?.fixed ?? []));
      absent = [...around.absent, ...(git?.absent ?? [])];
      break;
    case 'workspace':
    case 'workspace-hosts':
    case 'package-install':
      write.push(...caches.write, root);
      if (git !== null) read.push(git.common);
      protect.push(...around.protected, ...(git === null ? [] : [git.common]));
      absent = git === null ? [...around.absent, `${root}/.git`] : around.absent;
      break;
  }
  const widens = terms.profile !== 'read-only';
  if (widens) write.push(...around.writes);
  return {
    pins: [
      ...new Set([...pinsOf([...protect, ...absent], write), ...(terms.profile === 'git' ? (git?.pins ?? []) : [])]),
    ].sort(byLength),
    hide: [...around.hidden].sort(byLength),
    scratch: around.hidden.filter(path => path === around.home || path === '/var/tmp'),
    blank: around.blank,
    read: outermost(read),
    write: [...new Set(write)].sort(byLength),
    staged: widens ? [...around.staged].sort((a, b) => byLength(a.folder, b.folder)) : [],
    quiet: [...caches.read, ...caches.protect],
    layers: widens ? caches.layers : [],
    emptied: widens ? caches.blank : [],
    secrets: widens ? around.secrets : { folders: [], files: [] },
    absent: absent.filter(path => write.some(root => isBelow(path, root))),
    protect: [...new Set(protect)].sort(byLength),
    lift: widens ? [...around.lifted].sort(byLength) : [],
    tmpDir,
    hosts: terms.profile === 'read-only' || terms.profile === 'workspace' ? [] : terms.hosts,
  };
}

/** Whether `path` is `folder` or lies below it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || isBelow(path, folder);
}

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** The folders between each protected path and the writable one that holds it. */
function pinsOf(paths: readonly string[], write: readonly string[]): string[] {
  const pins = new Set<string>();
  for (const path of paths) {
    const holder = write.filter(root => isBelow(path, root)).sort(byLength)[0];
    if (holder === undefined) continue;
    for (let at = parentOf(path); isBelow(at, holder); at = parentOf(at)) pins.add(at);
  }
  return [...pins].sort(byLength);
}

/** Leaves out what lies below another of the paths. */
function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths)].sort(byLength);
  return unique.filter(path => !unique.some(other => isBelow(path, other)));
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

function byLength(a: string, b: string): number {
  return a.length - b.length;
}
