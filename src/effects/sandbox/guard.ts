import { lstatSync, rmdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setAside } from './aside.ts';
import { isFloor } from './attempts.ts';
import { type Entry, look, putBack } from './entry.ts';
import { type Floors, FloorWalk } from './floorWalk.ts';
import { pinned } from './pinned.ts';
import { isBelow, isWithin } from './profiles.ts';
import type { Stamps } from './stamps.ts';

/** Larger files are compared and not kept; the kernel holds them as it holds the others. */
const maxBytes = 1024 * 1024;
/** Names of a workspace that are looked at. */
const maxEntries = 1_000_000;
/** So many more after a command, so that it cannot hide a name behind a crowd of others. */
const maxMade = 100_000;
/** A command that was seen to touch more may have touched anything: its observer tells of no more than that. */
const maxHints = 100;

/** How one command stands to what is protected. */
export interface GuardUse {
  /** Protected paths that are there: names, and what links among them lead to. */
  protected: readonly string[];
  /** Of all paths, those that the kernel keeps as they are for this command. */
  held: ReadonlySet<string>;
  /** Folders that the sandbox makes in order to cover them. */
  ghosts: readonly string[];
  /** Paths that must not appear, or not stay. */
  absent: readonly string[];
  background: boolean;
}

/** What was put right, and what was changed and cannot be put back or could not be looked at. */
export interface Mended {
  restored: string[];
  changed: string[];
}

/** One command, from its start until none of its processes is left. */
export interface GuardWatch {
  /** A path that the command was seen to touch and whose name is protected. */
  hint(path: string): void;
  /** `lifted` are paths that it was allowed to change. */
  end(lifted: readonly string[]): Mended;
}

interface Live {
  held: ReadonlySet<string>;
  background: boolean;
  hints: Set<string>;
}

type Known = Entry | 'held';

/**
 * Watches over what the kernel cannot: protected names that were not there and appear anywhere in the workspace, links,
 * files that have a second name, and what is more than could be mounted. While a sandboxed command is alive none of that
 * is for anybody to change but through `accept`; what appears is set aside, what was changed is put back. What is mounted
 * read-only is left alone, as a change of it is not the command's.
 */
export class Guard {
  readonly #root: string;
  readonly #home: string;
  /** A folder of ours that keeps what is set aside. */
  readonly #aside: string;
  readonly #walk: FloorWalk;
  readonly #most: { before: number; made: number };
  #floors: Floors | null = null;
  #before: Floors | null = null;
  #known = new Map<string, Known>();
  readonly #ghosts = new Set<string>();
  #watched = new Set<string>();
  readonly #live = new Set<Live>();
  /** What background commands were seen to touch. */
  readonly #seen = new Set<string>();
  #flooded = false;
  #toldCut = false;
  /** The most names that were seen. */
  #entries = 0;
  /** When the first of the commands that are alive began, in ns. */
  #since = 0n;

  constructor(
    root: string,
    home: string,
    aside: string,
    stamps?: Stamps,
    most = { before: maxEntries, made: maxMade },
  ) {
    this.#root = root;
    this.#home = home;
    this.#aside = aside;
    this.#most = most;
    this.#walk = new FloorWalk(root, home, stamps);
  }

  /** Looks at the whole workspace once, a part at a time. To be called before the first command. */
  async prime(): Promise<void> {
    this.#entries = await this.#walk.prime(this.#most.before);
  }

  /** The protected names that stand there, to be asked for just before `begin`. */
  look(): Floors {
    // The first look goes everywhere; later ones know what it found.
    const found = this.#walk.find(this.#most.before, this.#floors === null);
    if (!found.deep) for (const path of this.#floors?.paths ?? []) if (this.#walk.isDeep(path)) found.paths.add(path);
    this.#floors = found;
    this.#entries = Math.max(this.#entries, found.entries);
    return found;
  }

  /** To be called before each command that writes. */
  begin(use: GuardUse): GuardWatch {
    const first = this.#live.size === 0;
    const foreground = [...this.#live].some(each => !each.background);
    const floors = this.#floors ?? this.look();
    if (first) {
      this.#known = new Map();
      this.#before = floors;
      this.#since = BigInt(Date.now()) * 1_000_000n;
    }
    const live: Live = { held: use.held, background: use.background, hints: new Set() };
    this.#live.add(live);
    for (const path of use.ghosts) this.#ghosts.add(path);
    const before = this.#watched;
    this.#watched = new Set([...before, ...use.protected, ...use.absent]);
    for (const path of new Set([...floors.paths, ...use.protected, ...use.absent])) {
      const known = this.#known.get(path);
      if (known === 'held' && !use.held.has(path)) this.#remember(path);
      else if (first || (known === undefined && !before.has(path) && !this.#isLate(path, foreground)))
        this.#remember(path);
    }
    return { hint: path => this.#hint(live, path), end: lifted => this.#end(live, lifted) };
  }

  /** What stands at the path now is meant to be there, as after an approved edit. */
  accept(path: string): void {
    if (this.#live.size === 0) return;
    const floor = this.#outermost(path);
    if (floor === null && !this.#isWatched(path)) return;
    if (floor !== null && !this.#known.has(floor)) this.#remember(floor);
    this.#remember(path);
  }

  /** For the end of the run, whatever has become of its commands. */
  close(): void {
    this.#removeGhosts();
  }

  /**
   * Whether a name that is new while other commands are alive may be the work of one of them. Below the top it is taken for
   * the person's while only background commands live, as those go on for hours, unless one was seen to touch it; repositories
   * run things wherever they lie.
   */
  #isLate(path: string, foreground: boolean): boolean {
    if (!isBelow(path, this.#root) || isWithin(path, join(this.#root, '.git'))) return false;
    if (foreground || this.#flooded || dirname(path) === this.#root || /\/\.git(\/|$)/i.test(path)) return true;
    return [...this.#seen].some(each => isWithin(each, path) || isWithin(path, each));
  }

  #hint(live: Live, path: string): void {
    live.hints.add(path);
    if (!live.background) return;
    this.#seen.add(path);
    if (live.hints.size >= maxHints) this.#flooded = true;
  }

  #end(live: Live, lifted: readonly string[]): Mended {
    if (!this.#live.has(live)) return { restored: [], changed: [] };
    const lives = [...this.#live];
    this.#live.delete(live);
    const now = this.#walk.find(this.#limitAfter(), this.#mayHaveGoneDeep(lives));
    const restored: string[] = [];
    const changed = this.#unseen(now);
    for (const path of new Set(this.#candidates(now, lives))) {
      const before = this.#known.get(path);
      if (this.#ghosts.has(path) || (before === undefined && restored.some(done => isBelow(path, done)))) continue;
      if (lifted.some(each => isWithin(path, each))) this.#remember(path);
      else if (before === undefined && !wasMoved(path, lives) && this.#mayBeOld(path)) changed.push(path);
      else if (before !== 'held') {
        const mended = this.#mend(path, before);
        if (mended !== null) (mended ? restored : changed).push(path);
      }
    }
    if (this.#live.size === 0) {
      this.#known = new Map();
      this.#watched = new Set();
      this.#seen.clear();
      this.#flooded = false;
      this.#removeGhosts();
    }
    return { restored, changed };
  }

  /** What was beyond the limit before a command is not looked at after it either, as nobody could tell old from new. */
  #limitAfter(): number {
    return this.#before?.cut === null ? this.#entries + this.#most.made : this.#most.before;
  }

  /** Where packages lie is looked at when a command was seen to make a repository, or too much to be seen. */
  #mayHaveGoneDeep(lives: readonly Live[]): boolean {
    return lives.some(({ hints }) => hints.size >= maxHints || [...hints].some(path => /\/\.git(\/|$)/i.test(path)));
  }

  /** Folders that could not be looked at after a command, and could before it. */
  #unseen({ unread, cut }: Floors): string[] {
    const before = new Set(this.#before?.unread);
    const unseen = unread.filter(path => !before.has(path));
    const known = this.#before?.cut ?? null;
    if (cut !== null && !(known !== null && this.#toldCut)) unseen.push(cut);
    this.#toldCut ||= known !== null;
    return unseen;
  }

  *#candidates(now: Floors, lives: readonly Live[]): Generator<string> {
    yield* this.#watched;
    yield* now.paths;
    for (const { hints } of lives)
      for (const hint of hints) {
        const floor = this.#outermost(hint);
        if (floor !== null && !this.#watched.has(floor)) yield floor;
      }
    for (const [path, known] of this.#known) {
      if (known === 'held') continue;
      yield path;
      if (known.kind === 'folder' && this.#isWhole(path)) yield* this.#walk.partsOf(path);
    }
  }

  /** Something of that name may have been there before the commands that are alive, where nobody had looked. */
  #mayBeOld(path: string): boolean {
    const wasSeen = this.#before?.cut === null && (this.#before.deep || !this.#walk.isDeep(path));
    if (wasSeen && !this.#before?.unread.some(folder => isBelow(path, folder))) return false;
    const stats = pinned(path, at => lstatSync(at, { bigint: true, throwIfNoEntry: false })) ?? undefined;
    return stats !== undefined && stats.birthtimeNs !== 0n && stats.birthtimeNs < this.#since;
  }

  /** The outermost protected name of a path: the folder `.vscode` rather than a file in it. */
  #outermost(path: string): string | null {
    if (!isBelow(path, this.#root)) return null;
    let at = this.#root;
    for (const part of path.slice(this.#root.length + 1).split('/')) {
      at = join(at, part);
      if (isFloor(at, { root: this.#root, home: this.#home })) return at;
    }
    return null;
  }

  #isWatched(path: string): boolean {
    return [...this.#watched].some(each => isWithin(path, each));
  }

  #remember(path: string): void {
    const isHeld = [...this.#live].every(({ held }) => held.has(path));
    if (isHeld && isPlain(path)) {
      this.#known.set(path, 'held');
      return;
    }
    const entry = look(path, { keep: true, maxBytes });
    if (entry === null) this.#known.delete(path);
    else this.#known.set(path, entry);
    if (entry?.kind === 'folder' && this.#isWhole(path))
      for (const part of this.#walk.partsOf(path)) this.#remember(part);
  }

  /** Whether what lies in a protected folder is protected as well; of the repository's own, parts are named one by one. */
  #isWhole(path: string): boolean {
    return isBelow(path, this.#root) && !isWithin(path, join(this.#root, '.git'));
  }

  /** Whether it could be put right; null where nothing is wrong with it. */
  #mend(path: string, before: Entry | undefined): boolean | null {
    const now = look(path, { keep: false, maxBytes, before });
    if (before === undefined) {
      if (now === null) return null;
      setAside(path, this.#aside);
      return true;
    }
    if (now !== null && now.kind === before.kind && (now.kind === 'folder' || now.digest === before.digest))
      return null;
    // What lay in it is put back one by one.
    if (now === null && before.kind === 'folder') return null;
    if (before.kind === 'file' && before.content === null) return false;
    if (now !== null) setAside(path, this.#aside);
    return before.kind === 'folder' || putBack(path, before, now === null);
  }

  ghosts(): readonly string[] {
    return [...this.#ghosts];
  }

  #removeGhosts(): void {
    for (const path of [...this.#ghosts].sort((a, b) => b.length - a.length)) {
      try {
        pinned(path, at => rmdirSync(at));
      } catch {
        // Somebody has put something in it, or it is gone.
      }
    }
    this.#ghosts.clear();
  }
}

/** Whatever its age: a folder that has this name since a command gave it that was seen to touch the name itself. */
function wasMoved(path: string, lives: readonly Live[]): boolean {
  return lives.some(({ hints }) => hints.has(path));
}

/** A file with one name, or a folder: what a mount holds as it is. */
function isPlain(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && (stats.isDirectory() || (stats.isFile() && stats.nlink < 2));
}
