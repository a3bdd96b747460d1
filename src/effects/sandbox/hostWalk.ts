import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isRunOnHost, pathTraits } from '../../risk/paths.ts';
import { isBelow } from './profiles.ts';
import { Stamps } from './stamps.ts';

export { racyMs } from './stamps.ts';

/** Folders below the workspace's own to so many levels: manifests of a monorepo's packages lie two or three deep, and of those that hold others deeper. */
export const maxDepth = 8;

/** Packages and environments are no sources, whatever git says; of theirs the programs are looked at. */
const closed =
  /^(\.git|node_modules|\.?venv|site-packages|__pycache__|\.tox|\.nox|\.terraform|\.gradle|\.cache|unplugged|cmakefiles)$/i;
/** A build outside the sources, under the names that people give it. Sources: the manuals of CMake and Meson. */
const buildTree =
  /^((cmake-)?build[-_.]?(dir|debug|release|rel|dbg|asan|tsan|test|clang|gcc|x86|arm|linux|win|mac|ninja|[0-9]).*|_build)$/i;
/** Programs of what is installed beside the sources. */
const binFolders: Readonly<Record<string, string>> = {
  node_modules: 'node_modules/.bin',
  '.venv': '.venv/bin',
  venv: 'venv/bin',
  vendor: 'vendor/bin',
};

export type HostFileKind = 'source' | 'installed';

export interface Found {
  /** By path. */
  files: Map<string, HostFileKind>;
  /** Those that were read. */
  folders: Set<string>;
  entries: number;
  /** Those that could not be. */
  unread: Set<string>;
  /** Where it ended before it had been everywhere. */
  cut: string | null;
}

interface Listing {
  stamp: string;
  /** It was changed so shortly before it was read that a later change may bear the same stamp. */
  racy: boolean;
  entries: number;
  folders: readonly string[];
  files: readonly string[];
  bins: readonly string[];
}

/**
 * Finds the files of a workspace that later run outside the sandbox. A folder is read anew only where its times say that
 * names came or went. Folders that a build makes (by their names, where git tracks nothing in them) are left out, and so
 * are installed packages but for what their `bin` folders name.
 */
export class HostWalk {
  readonly #root: string;
  readonly #home: string;
  readonly #index: string;
  readonly #stamps: Stamps;
  readonly #listings = new Map<string, Listing>();
  readonly #names = new Map<string, boolean>();
  /** Decided once for each. */
  readonly #left = new Map<string, boolean>();

  /** `index` is git's, which need not be there. */
  constructor(root: string, home: string, index: string, stamps: Stamps = new Stamps()) {
    this.#stamps = stamps;
    this.#root = root;
    this.#home = home;
    this.#index = index;
  }

  /** Nearer ones come first; beyond `maxEntries` names the walk ends. */
  find(maxEntries: number): Found {
    const found: Found = { files: new Map(), folders: new Set(), entries: 0, unread: new Set(), cut: null };
    let level = [this.#root];
    for (let depth = 0; depth <= maxDepth && level.length > 0; depth += 1) {
      const next: string[] = [];
      for (const folder of level) {
        if (found.entries > maxEntries) return { ...found, cut: folder };
        const listing = this.#list(folder, found);
        if (listing === null) continue;
        for (const path of listing.files) found.files.set(path, 'source');
        for (const bin of listing.bins)
          for (const path of this.#listBin(bin, found)?.files ?? []) found.files.set(path, 'installed');
        next.push(...listing.folders);
      }
      level = next;
    }
    return found;
  }

  #list(folder: string, found: Found): Listing | null {
    return this.#listed(folder, found, stamp => {
      const all = readdirSync(folder, { withFileTypes: true });
      const folders: string[] = [];
      const files: string[] = [];
      const bins: string[] = [];
      for (const entry of all) {
        const path = join(folder, entry.name);
        const bin = binFolders[entry.name];
        if (entry.isDirectory()) {
          if (bin !== undefined) bins.push(join(folder, bin));
          if (!closed.test(entry.name) && !this.#isLeft(path, entry.name)) folders.push(path);
        } else if (entry.isSymbolicLink() && (bin !== undefined || this.#isHost(path))) files.push(path);
        else if (entry.isFile() && this.#isHost(path)) files.push(path);
      }
      return { ...stamp, entries: all.length, folders, files, bins };
    });
  }

  /** Programs of packages, and what stands behind their links where that is installed here as well. */
  #listBin(bin: string, found: Found): Listing | null {
    return this.#listed(bin, found, stamp => {
      const all = readdirSync(bin, { withFileTypes: true });
      const files: string[] = [];
      for (const entry of all) {
        const path = join(bin, entry.name);
        if (entry.isDirectory()) continue;
        files.push(path);
        if (!entry.isSymbolicLink()) continue;
        const target = resolve(bin, readlinkSync(path));
        if (isBelow(target, this.#root) && target.includes('/node_modules/')) files.push(target);
      }
      return { ...stamp, entries: all.length, folders: [], files, bins: [] };
    });
  }

  /** null where there is no such folder any more, or it cannot be read. */
  #listed(folder: string, found: Found, read: (stamp: Pick<Listing, 'stamp' | 'racy'>) => Listing): Listing | null {
    const now = this.#stamps.of(folder);
    if (now === null) {
      this.#listings.delete(folder);
      return null;
    }
    const { text: stamp, racy } = now;
    let listing = this.#listings.get(folder);
    if (listing === undefined || listing.racy || listing.stamp !== stamp) {
      try {
        listing = read({ stamp, racy });
      } catch {
        found.unread.add(folder);
        return null;
      }
      this.#listings.set(folder, listing);
    }
    found.folders.add(folder);
    found.entries += listing.entries;
    return listing;
  }

  #isLeft(path: string, name: string): boolean {
    const known = this.#left.get(path);
    if (known !== undefined) return known;
    const left = (buildTree.test(name) || this.#isMade(path)) && !this.#isTracked(path);
    this.#left.set(path, left);
    return left;
  }

  /** Whether git's index may name something in the folder. Its fourth version cuts names short, and is seldom used. */
  #isTracked(folder: string): boolean {
    try {
      return readFileSync(this.#index).includes(`${folder.slice(this.#root.length + 1)}/`);
    } catch {
      return false;
    }
  }

  #isMade(path: string): boolean {
    return pathTraits(path, { root: this.#root, home: this.#home }).some(trait => trait.regenerable === true);
  }

  #isHost(path: string): boolean {
    const known = this.#names.get(path);
    if (known !== undefined) return known;
    const host = isRunOnHost(path, { root: this.#root, home: this.#home });
    this.#names.set(path, host);
    return host;
  }
}
