import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRunOnHost } from '../../risk/paths.ts';
import { setAside } from './aside.ts';
import { type Entry, look, putBack } from './entry.ts';
import { type Found, type HostFileKind, HostWalk, racyMs } from './hostWalk.ts';
import { isBelow, isWithin } from './profiles.ts';
import type { Stamps } from './stamps.ts';

/** The names that are looked at before a command. */
const maxEntries = 200_000;
/** So many more after it, so that a command cannot hide a file behind a crowd of others. */
const maxMade = 100_000;
/** A lock file of a large monorepo has some megabytes; larger programs are compared by their times. */
const maxBytes = 16 * 1024 * 1024;
/** Held in memory for all of them. */
const maxKeptBytes = 64 * 1024 * 1024;
/** A command that was seen to touch more has said enough: its observer tells of no more than that. */
const maxHints = 100;

/** How one command stands to these files. */
export interface HostUse {
  /** Changing them is what it is there for: an installation, a command of git. */
  free: boolean;
  /** Paths that its permit names. */
  lifted: readonly string[];
  background: boolean;
}

/** One command, from its start until none of its processes is left. */
export interface HostWatch {
  /** A path that the command was seen to write. */
  hint(path: string): void;
  /** What was changed and should not have been; all of it is as before, or out of the way. */
  end(): string[];
}

interface Known {
  entry: Entry;
  quick: string;
  racy: boolean;
  kind: HostFileKind;
}

interface Live extends HostUse {
  /** What it was seen to write. */
  readonly hints: Set<string>;
  /** What was put back of its doing when another command ended. */
  readonly undone: Set<string>;
}

type Change = { path: string; before: Known | null; now: Entry | null; kind: HostFileKind };

/**
 * Watches over files that a sandboxed command may write and that later run outside: what such a command makes, changes or
 * removes of them beyond its permit is put back. What differs while no command is alive is the person's. So is what differs
 * while only background commands are, unless one of those was seen to write that very path: they live for hours, and people
 * go on working.
 */
export class HostFiles {
  readonly #root: string;
  readonly #home: string;
  readonly #aside: string;
  readonly #walk: HostWalk;
  readonly #most: number;
  readonly #known = new Map<string, Known>();
  readonly #live = new Set<Live>();
  /** What background commands were seen to write; each tells of a path but once. */
  readonly #seen = new Set<string>();
  #flooded = false;
  /** What was taken for the person's, with what stood there before: that a command wrote it may be heard a moment later. */
  readonly #doubtful = new Map<string, { before: Known | null; quick: string | null }>();
  /** What was read before the first of the commands that are alive. */
  #first: Omit<Found, 'files'> = { folders: new Set(), entries: 0, unread: new Set(), cut: '' };
  #keptBytes = 0;
  /** Where the last look after a command, or the one before it, ended too early. */
  #cut: string | null = null;
  #toldCut = false;

  /** `aside` is a folder of ours for what is put out of the way; `index` is git's. */
  constructor(root: string, home: string, aside: string, index: string, most = maxEntries, stamps?: Stamps) {
    this.#root = root;
    this.#home = home;
    this.#aside = aside;
    this.#most = most;
    this.#walk = new HostWalk(root, home, index, stamps);
  }

  /** To be called just before each command that may write the workspace. */
  begin(use: HostUse): HostWatch {
    const foreground = [...this.#live].some(each => !each.background);
    if (this.#live.size === 0) this.#lookAnew();
    else if (!foreground) this.#takeOver();
    const live: Live = { ...use, hints: new Set(), undone: new Set() };
    this.#live.add(live);
    return {
      hint: path => this.#hint(live, path),
      end: () => this.#end(live),
    };
  }

  /** What stands at the path now is meant to be there. */
  accept(path: string): void {
    if (this.#live.size === 0 || !isRunOnHost(path, { root: this.#root, home: this.#home })) return;
    this.#doubtful.delete(path);
    this.#remember(path, this.#known.get(path)?.kind ?? 'source');
  }

  #hint(live: Live, path: string): void {
    live.hints.add(path);
    if (!live.background) return;
    this.#seen.add(path);
    if (live.hints.size >= maxHints) this.#flooded = true;
  }

  #end(live: Live): string[] {
    if (!this.#live.has(live)) return [];
    const all = [...this.#live];
    this.#live.delete(live);
    // While one is alive that may change them all, nobody can tell whose change it is.
    const free = all.some(each => each.free);
    const foreground = all.some(each => !each.background);
    this.#recall();
    for (const change of this.#changes()) {
      const { path, kind } = change;
      const allowed = free || all.some(({ lifted }) => this.#isLifted(path, kind, lifted));
      if (!allowed && (!live.background || this.#wasSeen(path))) {
        const other = live.hints.has(path) ? undefined : all.find(({ hints }) => hints.has(path));
        (other ?? live).undone.add(this.#undo(change));
        this.#remember(path, kind);
      } else if (allowed || !foreground) this.#remember(path, kind);
    }
    if (this.#live.size === 0) {
      this.#seen.clear();
      this.#flooded = false;
    }
    return [...live.undone, ...this.#unseen()];
  }

  /** A workspace with too many names is told of once; a command that makes too many, each time. */
  #unseen(): string[] {
    const known = this.#first.cut !== null;
    if (this.#cut === null || (known && this.#toldCut)) return [];
    this.#toldCut ||= known;
    return [this.#cut];
  }

  /** Before the first command: all that is there is the person's. */
  #lookAnew(): void {
    const { files, ...first } = this.#walk.find(this.#most);
    this.#first = first;
    for (const path of this.#known.keys()) if (!files.has(path)) this.#keep(path, null);
    for (const [path, kind] of files) this.#remember(path, kind);
  }

  /** Only background commands were alive: what they were not seen to write is the person's. */
  #takeOver(): void {
    for (const { path, before, kind } of this.#changes()) {
      if (this.#wasSeen(path)) continue;
      this.#doubtful.set(path, { before, quick: quickStamp(path) });
      this.#remember(path, kind);
    }
  }

  /** Counts as changed again what turned out to be a command's. */
  #recall(): void {
    for (const [path, { before, quick }] of this.#doubtful)
      if (this.#wasSeen(path) && quickStamp(path) === quick) this.#keep(path, before);
    this.#doubtful.clear();
  }

  #wasSeen(path: string): boolean {
    return this.#flooded || this.#seen.has(path);
  }

  /** A permit for the packages of the workspace is one for those of its parts. */
  #isLifted(path: string, kind: HostFileKind, lifted: readonly string[]): boolean {
    if (kind === 'installed' && lifted.includes(join(this.#root, 'node_modules'))) return true;
    return lifted.some(each => isWithin(path, each));
  }

  #changes(): Change[] {
    const { files, cut } = this.#walk.find(maxMade + this.#first.entries);
    this.#cut = this.#first.cut ?? cut;
    const changes: Change[] = [];
    for (const path of new Set([...files.keys(), ...this.#known.keys()])) {
      const before = this.#known.get(path) ?? null;
      const kind = before?.kind ?? files.get(path) ?? 'source';
      const quick = quickStamp(path);
      if (before !== null && !before.racy && before.quick === quick) continue;
      const now = quick === null ? null : look(path, { keep: false, maxBytes, before: racyFree(before) });
      if (now === null ? before === null : before !== null && isSame(before.entry, now)) {
        if (before !== null) this.#known.set(path, { ...before, quick: quick ?? '', racy: isRacy(path) });
        continue;
      }
      changes.push({ path, before, now, kind });
    }
    const gone = changes.filter(({ now }) => now === null);
    return changes.filter(change => this.#counts(change, gone));
  }

  /** What is removed with the whole folder around it, and what moves with it, is no more than any file. */
  #counts({ path, before, now, kind }: Change, gone: readonly Change[]): boolean {
    if (now === null) {
      if (this.#linkAbove(path) !== null || (kind === 'source' && isFolder(dirname(path)))) return true;
      this.#keep(path, null);
      return false;
    }
    if (before !== null) return true;
    if (this.#mayBeOld(path)) return false;
    // An environment that is made is new as a whole.
    if (kind === 'installed' && /\/\.?venv\/bin\/[^/]*$/.test(path)) return this.#first.folders.has(dirname(path));
    const moved = gone.some(
      each =>
        each.before !== null &&
        isSame(each.before.entry, now) &&
        basename(each.path) === basename(path) &&
        !isFolder(dirname(each.path)),
    );
    if (moved) this.#remember(path, kind);
    return !moved;
  }

  /** It is in a folder that could not be read before the command. */
  #mayBeOld(path: string): boolean {
    const { folders, unread, cut } = this.#first;
    return (cut !== null && !folders.has(dirname(path))) || [...unread].some(folder => isBelow(path, folder));
  }

  /** The path that was put right: that of a link which stood in for a folder rather than those below it. */
  #undo({ path, before, now, kind }: Change): string {
    const link = this.#linkAbove(path);
    if (link !== null) setAside(link, this.#aside);
    else if (now !== null) setAside(path, this.#aside);
    // What was too large to keep stays out of the way: its package can be installed again.
    const lost = kind === 'installed' && now === null;
    if (before !== null && before.entry.content !== null && !lost) putBack(path, before.entry, now === null);
    return link ?? path;
  }

  /** A link in place of a folder above a path that was reached without one. */
  #linkAbove(path: string): string | null {
    for (let at = dirname(path); isBelow(at, this.#root); at = dirname(at))
      if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true) return at;
    return null;
  }

  #remember(path: string, kind: HostFileKind): void {
    const quick = quickStamp(path);
    const before = this.#known.get(path);
    if (before !== undefined && !before.racy && before.quick === quick && before.kind === kind) return;
    this.#keep(path, null);
    if (quick === null) return;
    const keep = this.#keptBytes < maxKeptBytes;
    const entry = look(path, { keep, maxBytes, before: racyFree(before ?? null) });
    if (entry !== null) this.#keep(path, { entry, quick, racy: isRacy(path), kind });
  }

  #keep(path: string, known: Known | null): void {
    const old = this.#known.get(path);
    if (old !== undefined) this.#keptBytes -= sizeOf(old.entry);
    this.#known.delete(path);
    if (known === null) return;
    this.#keptBytes += sizeOf(known.entry);
    this.#known.set(path, known);
  }
}

/** Cheap, where `look` is not: links above the path are followed, and show in it as another file. */
function quickStamp(path: string): string | null {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    return `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.mode}`;
  } catch {
    return null;
  }
}

function isRacy(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined || Date.now() - stats.ctimeMs < racyMs;
}

/** A stamp that a later change may share is no reason not to read. */
function racyFree(known: Known | null): Entry | undefined {
  return known === null || known.racy ? undefined : known.entry;
}

/** The mode does not count: nothing of these is run by its own name alone. */
function isSame(a: Entry, b: Entry): boolean {
  return a.kind === b.kind && a.digest === b.digest;
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function sizeOf({ content }: Entry): number {
  return content === null ? 0 : content.length;
}
