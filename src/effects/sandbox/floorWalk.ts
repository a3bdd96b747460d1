import { type Dirent, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isFloor } from './attempts.ts';
import { Stamps } from './stamps.ts';

/** Installed packages and what tools keep: many folders, in which nothing but repositories is looked for, and not each time. */
const deep = /^(node_modules|\.?venv|\.tox|\.nox|site-packages|target|\.gradle|\.cache|__pycache__|\.pnpm-store)$/i;
/** What is built brings names of all kinds with it, which nobody looks for there; a repository counts there as well. */
const made = /^(dist|build|out|vendor|\.next)$/i;
/** So many of those are few enough to be looked at each time. */
const fewDeep = 500;
/** Of a repository, what makes git run things or leads elsewhere. */
const gitParts = ['', 'hooks', 'info', 'objects/info'];
const gitNames = /^(config|config\.worktree|commondir|gitdir|attributes|grafts|alternates)$/;
/** Of a protected folder, so many entries are looked at. */
const maxParts = 1_000;

export interface Floors {
  /** Protected names that stand there, the outermost of each: a folder `.vscode`, and nothing that lies in it. */
  paths: Set<string>;
  /** Links among them, and in them. */
  links: string[];
  entries: number;
  /** It looked into the places where packages are installed as well. */
  deep: boolean;
  /** Where it ended before it had been everywhere. */
  cut: string | null;
  /** Folders that it could not read. */
  unread: string[];
}

interface Listing {
  stamp: string;
  racy: boolean;
  entries: number;
  floors: readonly string[];
  /** Those of the floors that are links. */
  links: readonly string[];
  /** Those that are folders. */
  holders: readonly string[];
  folders: readonly Step[];
}

/** The links in a protected folder, while the folders in it are as they were. */
interface Inside {
  stamps: ReadonlyMap<string, string | null>;
  links: readonly string[];
}

interface Step {
  path: string;
  /** Only repositories count there. */
  closed: boolean;
  deep: boolean;
}

/**
 * Finds protected names anywhere in a workspace. A folder is read anew only where its times say that names came or went.
 * Links are not followed.
 */
export class FloorWalk {
  readonly #root: string;
  readonly #home: string;
  readonly #stamps: Stamps;
  readonly #listings = new Map<string, Listing>();
  readonly #insides = new Map<string, Inside>();
  #deepFolders = Number.POSITIVE_INFINITY;

  constructor(root: string, home: string, stamps: Stamps = new Stamps()) {
    this.#root = root;
    this.#home = home;
    this.#stamps = stamps;
  }

  /** Reads all that there is, a part at a time, so that the walks after it are quick. Resolves with the number of names. */
  async prime(maxEntries: number): Promise<number> {
    const found = newFloors(true);
    let since = performance.now();
    for (const _ of this.#steps(found, maxEntries)) {
      if (performance.now() - since < 10) continue;
      await turn();
      since = performance.now();
    }
    return found.entries;
  }

  /** Nearer ones come first; beyond `maxEntries` names the walk ends. `everywhere`: also where packages are installed. */
  find(maxEntries: number, everywhere = false): Floors {
    const found = newFloors(everywhere || this.#deepFolders <= fewDeep);
    for (const _ of this.#steps(found, maxEntries));
    return found;
  }

  /** Whether a path lies where the walk does not go each time. */
  isDeep(path: string): boolean {
    return path
      .slice(this.#root.length + 1)
      .split('/')
      .slice(0, -1)
      .some(name => deep.test(name));
  }

  /** The files and links in a protected folder that count, as far as a bounded look finds them; of a repository but a few. */
  partsOf(folder: string): string[] {
    return this.#look(folder).parts.map(({ path }) => path);
  }

  *#steps(found: Floors, maxEntries: number): Generator<void> {
    let deepFolders = 0;
    let level: Step[] = [{ path: this.#root, closed: false, deep: false }];
    while (level.length > 0) {
      const next: Step[] = [];
      for (const step of level) {
        if (found.entries > maxEntries) {
          found.cut = step.path;
          return;
        }
        const listing = this.#list(step, found);
        if (step.deep) deepFolders += 1;
        if (listing === null) continue;
        found.entries += listing.entries;
        for (const path of listing.floors) found.paths.add(path);
        found.links.push(...listing.links);
        for (const path of listing.holders) found.links.push(...this.#linksIn(path));
        for (const each of listing.folders) if (found.deep || !each.deep) next.push(each);
        yield;
      }
      level = next;
    }
    if (found.deep) this.#deepFolders = deepFolders;
  }

  /** null where there is no such folder any more, or it cannot be read. */
  #list(step: Step, found: Floors): Listing | null {
    const stamp = this.#stamps.of(step.path);
    if (stamp === null) {
      this.#listings.delete(step.path);
      return null;
    }
    let listing = this.#listings.get(step.path);
    if (listing === undefined || listing.racy || listing.stamp !== stamp.text) {
      const all = entriesOf(step.path);
      if (all === null) {
        found.unread.push(step.path);
        return null;
      }
      listing = { stamp: stamp.text, racy: stamp.racy, ...this.#read(step, all) };
      this.#listings.set(step.path, listing);
    }
    return listing;
  }

  #read({ path: folder, closed, deep: isDeep }: Step, all: readonly Dirent[]): Omit<Listing, 'stamp' | 'racy'> {
    const floors: string[] = [];
    const links: string[] = [];
    const holders: string[] = [];
    const folders: Step[] = [];
    const bare = isBareRepository(all);
    for (const entry of all) {
      const path = join(folder, entry.name);
      const counts = closed
        ? entry.name.toLowerCase() === '.git'
        : isFloor(path, { root: this.#root, home: this.#home });
      if (counts || (bare && /^(config|hooks|info)$/.test(entry.name))) {
        floors.push(path);
        if (entry.isSymbolicLink()) links.push(path);
        else if (entry.isDirectory()) holders.push(path);
      } else if (entry.isDirectory() && !(bare && /^(objects|refs)$/.test(entry.name))) {
        const goesDeep = isDeep || deep.test(entry.name);
        folders.push({ path, closed: closed || goesDeep || made.test(entry.name), deep: goesDeep });
      }
    }
    return { entries: all.length, floors, links, holders, folders };
  }

  #linksIn(folder: string): readonly string[] {
    const known = this.#insides.get(folder);
    if (known !== undefined && [...known.stamps].every(([at, text]) => text !== null && this.#stamp(at) === text))
      return known.links;
    const { parts, folders } = this.#look(folder);
    const links = parts.flatMap(part => (part.link ? [part.path] : []));
    this.#insides.set(folder, { stamps: new Map(folders.map(at => [at, this.#stamp(at)])), links });
    return links;
  }

  /** null where it may change and keep its stamp. */
  #stamp(folder: string): string | null {
    const stamp = this.#stamps.of(folder);
    return stamp === null ? 'none' : stamp.racy ? null : stamp.text;
  }

  #look(folder: string): { parts: { path: string; link: boolean }[]; folders: string[] } {
    const isGit = /^\.git$/i.test(basename(folder));
    const parts: { path: string; link: boolean }[] = [];
    const folders = isGit ? gitParts.map(name => join(folder, name)) : [folder];
    for (let at = 0; at < folders.length && parts.length < maxParts; at += 1) {
      const next = folders[at] ?? folder;
      for (const entry of (entriesOf(next) ?? []).slice(0, maxParts)) {
        const path = join(next, entry.name);
        if (entry.isDirectory()) {
          if (!isGit) folders.push(path);
        } else if (!isGit || gitNames.test(entry.name) || basename(next) === 'hooks')
          parts.push({ path, link: entry.isSymbolicLink() });
      }
    }
    return { parts, folders };
  }
}

function newFloors(everywhere: boolean): Floors {
  return { paths: new Set(), links: [], entries: 0, deep: everywhere, cut: null, unread: [] };
}

/** git takes any folder with these names for a repository, whatever it is called. */
function isBareRepository(all: readonly Dirent[]): boolean {
  const has = (name: string) => all.some(entry => entry.name === name);
  return has('HEAD') && ((has('objects') && has('refs')) || has('commondir'));
}

function entriesOf(folder: string): Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return null;
  }
}
