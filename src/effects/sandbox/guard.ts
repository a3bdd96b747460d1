import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  cpSync,
  type Dirent,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isFloor } from './attempts.ts';
import { pinned } from './pinned.ts';
import { isBelow, isWithin } from './profiles.ts';

/** Larger files are compared and not kept; the kernel holds them as it holds the others. */
const maxKeptBytes = 1024 * 1024;

interface Entry {
  kind: 'file' | 'link' | 'folder';
  /** Changes whenever the content may have: compared before anything is read. */
  stamp: string;
  digest: string;
  content: Buffer | string | null;
  mode: number;
  links: number;
}

/**
 * Watches over what the kernel cannot: protected names that were not there and appear, links, and files that have a
 * second name. While a sandboxed command is alive none of that is for anybody to change but through `accept`; what
 * appears is set aside, what was changed is put back. What is mounted read-only is left alone, as a change of it is
 * not the command's.
 */
export class Guard {
  readonly #root: string;
  readonly #home: string;
  /** A folder of ours that keeps what is set aside. */
  readonly #aside: string;
  #known: Map<string, Entry> | null = null;
  readonly #ghosts = new Set<string>();
  readonly #hints = new Set<string>();
  #watched: readonly string[] = [];
  #live = 0;
  /** When the first of the commands that are alive began, in ns. */
  #since = 0n;

  constructor(root: string, home: string, aside: string) {
    this.#root = root;
    this.#home = home;
    this.#aside = aside;
  }

  /**
   * To be called before each command. `paths` are the protected ones that are there, `ghosts` folders that the sandbox
   * makes in order to cover them, `absent` files that must not appear.
   */
  begin(paths: readonly string[], ghosts: readonly string[], absent: readonly string[]): void {
    const first = this.#known === null;
    this.#known ??= new Map();
    if (first) this.#since = BigInt(Date.now()) * 1_000_000n;
    this.#live += 1;
    for (const path of ghosts) this.#ghosts.add(path);
    const before = new Set(this.#watched);
    this.#watched = [...new Set([...this.#watched, ...paths, ...absent])];
    for (const path of this.#candidates()) {
      // While another command is alive, a name that is new at the top may be its work.
      const late = !first && dirname(path) === this.#root;
      if (!late && !before.has(path) && !this.#known.has(path)) this.#remember(path);
    }
  }

  /** A path that the command was seen to touch and whose name is protected. */
  hint(path: string): void {
    if (isBelow(path, this.#root) && this.#hints.size < 1_000) this.#hints.add(path);
  }

  /** What stands at the path now is meant to be there, as after an approved edit. */
  accept(path: string): void {
    if (this.#known !== null && isFloor(path, { root: this.#root, home: this.#home })) this.#remember(path);
  }

  /**
   * To be called after each command, when none of its processes is left. `lifted` are those that it was allowed to change.
   * What was put right, and what was changed and cannot be put back, as nobody knew of it.
   */
  end(lifted: readonly string[]): { restored: string[]; changed: string[] } {
    this.#live -= 1;
    const known = this.#known ?? new Map<string, Entry>();
    const restored: string[] = [];
    const changed: string[] = [];
    for (const path of new Set([...this.#candidates(), ...this.#hinted()])) {
      if (this.#ghosts.has(path) || restored.some(done => isBelow(path, done))) continue;
      const before = known.get(path);
      if (lifted.some(each => isWithin(path, each))) this.#remember(path);
      else if (before === undefined && this.#isOld(path)) changed.push(path);
      else {
        const mended = this.#mend(path, before);
        if (mended !== null) (mended ? restored : changed).push(path);
      }
    }
    this.#hints.clear();
    if (this.#live === 0) {
      this.#known = null;
      this.#watched = [];
      this.#removeGhosts();
    }
    return { restored, changed };
  }

  /** Something of that name was there before the commands that are alive. */
  #isOld(path: string): boolean {
    const stats = pinned(path, at => lstatSync(at, { bigint: true, throwIfNoEntry: false })) ?? undefined;
    return stats !== undefined && stats.birthtimeNs !== 0n && stats.birthtimeNs < this.#since;
  }

  /** For the end of the run, whatever has become of its commands. */
  close(): void {
    this.#removeGhosts();
  }

  *#candidates(): Generator<string> {
    yield* this.#watched;
    for (const entry of list(this.#root)) {
      const path = join(this.#root, entry.name);
      if (isFloor(path, { root: this.#root, home: this.#home })) yield path;
    }
  }

  /** The outermost protected name of each hint: the folder `.vscode` rather than a file in it. */
  *#hinted(): Generator<string> {
    for (const hint of this.#hints) {
      const parts = hint.slice(this.#root.length + 1).split('/');
      let path = this.#root;
      for (const part of parts) {
        path = join(path, part);
        if (isFloor(path, { root: this.#root, home: this.#home })) break;
      }
      // What was there when the run began is among the protected paths, and mounted.
      if (!this.#watched.some(each => isWithin(path, each))) yield path;
    }
  }

  #remember(path: string): void {
    const entry = look(path, true);
    if (entry === null) this.#known?.delete(path);
    else this.#known?.set(path, entry);
  }

  /** Whether it could be put right; null where nothing is wrong with it. */
  #mend(path: string, before: Entry | undefined): boolean | null {
    const now = look(path, false, before);
    if (before === undefined) {
      if (now === null) return null;
      this.#setAside(path);
      return true;
    }
    const held = before.kind === 'folder' || (before.kind === 'file' && before.links < 2);
    if (held || (now !== null && now.kind === before.kind && now.digest === before.digest)) return null;
    if (now !== null) this.#setAside(path);
    return putBack(path, before);
  }

  #setAside(path: string): void {
    const to = join(
      this.#aside,
      createHash('sha256').update(`${path}\0${performance.now()}`).digest('hex').slice(0, 16),
    );
    mkdirSync(to, { recursive: true, mode: 0o700 });
    writeFileSync(join(to, 'path'), path, { mode: 0o600 });
    const kept = join(to, basename(path));
    pinned(path, at => {
      try {
        renameSync(at, kept);
      } catch {
        moveByCopy(at, kept);
      }
    });
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

/** Another file system: a copy, in which links stay links. What cannot be copied, as a pipe, is only removed. */
function moveByCopy(from: string, to: string): void {
  try {
    cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  } catch {
    // The command made it, and it is nothing to keep.
  }
  rmSync(from, { recursive: true, force: true });
}

/** Other commands may be alive: what they put there meanwhile is neither followed nor overwritten. */
function putBack(path: string, { kind, content, mode }: Entry): boolean {
  const done = pinned(path, at => {
    try {
      if (kind === 'link') symlinkSync(String(content), at);
      else if (content !== null) {
        const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
        const file = openSync(at, O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0), mode);
        try {
          writeFileSync(file, content);
          fchmodSync(file, mode);
        } finally {
          closeSync(file);
        }
      }
      return true;
    } catch {
      return false;
    }
  });
  return done === true;
}

/** What stands at the path. Content is read only where the stamp is another than `before`'s. */
function look(path: string, keep: boolean, before?: Entry): Entry | null {
  try {
    return pinned(path, at => lookAt(at, keep, before));
  } catch {
    return null;
  }
}

function lookAt(path: string, keep: boolean, before?: Entry): Entry {
  const stats = lstatSync(path, { bigint: true });
  const kind = stats.isSymbolicLink() ? 'link' : stats.isFile() ? 'file' : 'folder';
  const stamp = [kind, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs, stats.mode].join(' ');
  const mode = Number(stats.mode & 0o7777n);
  const links = Number(stats.nlink);
  if (before !== undefined && before.stamp === stamp) return before;
  if (kind === 'link') {
    const target = readlinkSync(path);
    return { kind, stamp, digest: target, content: target, mode, links };
  }
  if (kind === 'folder' || stats.size > BigInt(maxKeptBytes))
    return { kind, stamp, digest: stamp, content: null, mode, links };
  const bytes = readPlain(path);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { kind, stamp, digest, content: keep ? bytes : null, mode, links };
}

/** Neither a link nor a pipe that took the file's place is read. */
function readPlain(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(file).isFile()) throw new Error('it is no file any more');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function list(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
