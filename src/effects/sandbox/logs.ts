import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { look } from './entry.ts';
import { pinned } from './pinned.ts';

/** Logs of a repository that are larger than this, or more, are read-only, since nobody could compare them. */
const maxBytes = 64 * 1024 * 1024;
const maxFiles = 5_000;
/** What one command, or several at once, may add to them: a rebase of ten thousand commits writes about 2 MB. */
const maxAddedBytes = 4 * 1024 * 1024;
const maxAddedFiles = 1_000;

/** A folder of logs that a command sees a copy of; `own` is null where it sees the folder itself, read-only. */
export interface LogsView {
  real: string;
  own: string | null;
}

/** null: it goes. */
type IsFree = (ref: string, log: Buffer | null) => boolean;

interface Place {
  real: string;
  own: string;
}

/**
 * The logs of a repository's refs, while commands may write it: they see copies, and what they add to one is added to the
 * real one, up to a limit. What they take away stays, but where taking away is what the command is there for; then what
 * was there is kept. The real folder is written by us alone, and never through a link.
 */
export class Logs {
  readonly #places: readonly Place[];
  /** Folders of ours: for the copies, and for what was taken away. */
  readonly #base: string;
  readonly #aside: string;
  /** Real paths that this working tree does not write. */
  readonly #fixed: ReadonlySet<string>;
  readonly #applied = new Map<string, Buffer>();
  /** Folders that were made for the command to see something in their place. */
  readonly #made = new Set<string>();
  #views: LogsView[] = [];
  #left = { bytes: maxAddedBytes, files: maxAddedFiles };
  #live = 0;

  constructor(reals: readonly string[], base: string, aside: string, fixed: readonly string[]) {
    this.#places = [...new Set(reals)].map((real, at) => ({ real, own: join(base, String(at)) }));
    this.#base = base;
    this.#aside = aside;
    this.#fixed = new Set(fixed);
  }

  /** To be called before each command. A folder that is not there is made, so that a command cannot make it as it likes. */
  begin(): LogsView[] {
    this.#live += 1;
    if (this.#live > 1) return this.#views;
    rmSync(this.#base, { recursive: true, force: true });
    this.#applied.clear();
    this.#left = { bytes: maxAddedBytes, files: maxAddedFiles };
    this.#views = this.#places.flatMap(place => (this.#isThere(place.real) ? [this.#view(place)] : []));
    return this.#views;
  }

  /** To be called when none of the command's processes is left. `isFree`: whether a ref's log may become that. Returns what was kept from that. */
  end(isFree: IsFree): string[] {
    const kept: string[] = [];
    for (const { real, own } of this.#views) if (own !== null) kept.push(...this.#apply({ real, own }, isFree));
    this.#live -= 1;
    if (this.#live > 0) return kept;
    this.#views = [];
    rmSync(this.#base, { recursive: true, force: true });
    for (const folder of this.#made) attempt(() => pinned(folder, at => rmdirSync(at)));
    this.#made.clear();
    return kept;
  }

  /**
   * Adds what the log of HEAD has gained while a command goes on. Other runs tell by it that their branch's sister was
   * moved here, and would put it back otherwise (`git/elsewhere.ts`).
   */
  takeOver(): void {
    for (const { real, own } of this.#views) {
      const path = join(real, 'HEAD');
      if (own === null || this.#fixed.has(path)) continue;
      const before = this.#applied.get(path) ?? Buffer.alloc(0);
      const now = textOf(join(own, 'HEAD'));
      if (now?.subarray(0, before.length).equals(before) !== true) continue;
      const whole = now.subarray(0, now.lastIndexOf('\n') + 1);
      const added = whole.length - before.length;
      if (added <= 0 || added > this.#left.bytes) continue;
      add(path, whole.subarray(before.length));
      this.#left.bytes -= added;
      this.#applied.set(path, whole);
    }
  }

  #isThere(real: string): boolean {
    if (isFolder(real)) return true;
    const isMade = attempt(() =>
      pinned(real, at => {
        mkdirSync(at);
        return true;
      }),
    );
    if (isMade === true) this.#made.add(real);
    return isMade === true;
  }

  #view({ real, own }: Place): LogsView {
    const files = filesIn(real);
    if (files === null) return { real, own: null };
    mkdirSync(own, { recursive: true, mode: 0o700 });
    for (const path of files) {
      const content = textOf(path);
      if (content === null) continue;
      const to = join(own, relative(real, path));
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, content);
      this.#applied.set(path, content);
    }
    return { real, own };
  }

  #apply({ real, own }: Place, isFree: IsFree): string[] {
    const kept: string[] = [];
    const written = filesIn(own);
    // More than could be looked at: all of it stays as it was.
    if (written === null) return [real];
    const made = written.map(path => join(real, relative(own, path)));
    const left = this.#left;
    for (const path of new Set([...this.#applied.keys(), ...made])) {
      const name = relative(real, path);
      if (name.startsWith('..') || this.#fixed.has(path)) continue;
      const known = this.#applied.get(path);
      const before = known ?? Buffer.alloc(0);
      const now = textOf(join(own, name));
      if (now?.equals(before) === true) continue;
      const added = (now?.length ?? 0) - before.length;
      if (added > left.bytes || (known === undefined && left.files === 0)) {
        kept.push(path);
        this.#reset(join(own, name), known);
        continue;
      }
      if (now?.subarray(0, before.length).equals(before) === true) add(path, now.subarray(before.length));
      else if (isFree(name, now)) this.#replace(path, now);
      else {
        kept.push(path);
        this.#reset(join(own, name), known);
        continue;
      }
      left.bytes -= Math.max(0, added);
      if (known === undefined) left.files -= 1;
      if (now === null) this.#applied.delete(path);
      else this.#applied.set(path, now);
    }
    return kept;
  }

  /** The next commands see it as it is. What was put in its place goes where no command follows it. */
  #reset(path: string, before: Buffer | undefined): void {
    attempt(() =>
      pinned(
        path,
        at => {
          if (isFolder(at)) renameSync(at, join(this.#base, `gone-${performance.now()}`));
          else rmSync(at, { force: true });
          if (before !== undefined) writeFileSync(at, before, { flag: 'wx' });
        },
        true,
      ),
    );
  }

  /** With a copy of what was there, as it names commits that nothing else may name. */
  #replace(path: string, now: Buffer | null): void {
    const old = textOf(path);
    if (old !== null) {
      const folder = join(this.#aside, createHash('sha256').update(path).update(old).digest('hex').slice(0, 16));
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(join(folder, 'path'), path, { mode: 0o600 });
      writeFileSync(join(folder, 'log'), old, { mode: 0o600 });
    }
    attempt(() =>
      pinned(
        path,
        at => {
          if (now === null) {
            rmSync(at, { force: true });
            return;
          }
          const fresh = `${at}.gatehouse`;
          rmSync(fresh, { force: true });
          writeFileSync(fresh, now, { flag: 'wx' });
          renameSync(fresh, at);
        },
        now !== null,
      ),
    );
  }
}

/** Only to a file with one name, which a link in its place is not. */
function add(path: string, text: Buffer): void {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const flags = O_WRONLY | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0);
  // A folder stands there, or a file above it: a branch of that name came or went meanwhile.
  attempt(() =>
    pinned(
      path,
      at => {
        const file = openSync(at, flags, 0o644);
        try {
          const stats = fstatSync(file);
          if (stats.isFile() && stats.nlink === 1) writeFileSync(file, text);
        } finally {
          closeSync(file);
        }
      },
      true,
    ),
  );
}

/** null where there are too many, too large ones, or such that cannot be read. */
function filesIn(folder: string): string[] | null {
  const files: string[] = [];
  const folders = [folder];
  let bytes = 0;
  let seen = 0;
  try {
    for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
      const entries = opendirSync(next);
      try {
        for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
          const path = join(next, entry.name);
          if ((seen += 1) > 2 * maxFiles) return null;
          if (entry.isDirectory()) folders.push(path);
          else if (entry.isFile() && !entry.name.endsWith('.lock')) {
            files.push(path);
            bytes += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
          }
          if (files.length > maxFiles || bytes > maxBytes) return null;
        }
      } finally {
        entries.closeSync();
      }
    }
  } catch {
    return null;
  }
  return files;
}

function textOf(path: string): Buffer | null {
  const content = look(path, { keep: true, maxBytes })?.content ?? null;
  return Buffer.isBuffer(content) ? content : null;
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}
