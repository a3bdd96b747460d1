import { randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { opendir } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type { GitProgram } from '../git/program.ts';
import { type Budget, type Outcome, takeObject } from './looseObject.ts';
import { takePack } from './packs.ts';
import { pinned } from './pinned.ts';

/** git's own name for such a folder, which its `prune` removes when it is two weeks old. */
const prefix = 'tmp_objdir-gatehouse-';
/** For what could not be taken over and is perhaps needed. */
const keptPrefix = 'tmp_objdir-kept-by-gatehouse-';
/** What is looked at of one command: bytes that objects come to, names, and those that are no objects. */
const maxBytes = 4 * 1024 ** 3;
const maxNames = 200_000;
const maxRefused = 1_000;

/** What a command sees in place of a repository's objects. */
export interface ObjectsView {
  /** The repository's, which the command reads by another name. */
  real: string;
  /** Shown in its place, to write. */
  own: string;
  /** A file that leads from the one to the other. */
  alternates: string;
}

/** The git that reads packs, and a folder of ours for it; null where there is none. */
export interface PackReader {
  git: GitProgram;
  scratch: string;
}

/**
 * The objects of a repository, while commands may write it: they see those that are there read-only, and new ones go into
 * a folder of their own, from which we take over those whose content is what their name says. So no command can remove or
 * change what history is made of.
 */
export class Objects {
  readonly #real: string;
  readonly #seenAs: string;
  readonly #packs: PackReader | null;
  readonly #taken = new Set<string>();
  /** By path, with the stamp of what was refused. */
  readonly #refused = new Map<string, string>();
  readonly #told = new Set<string>();
  #budget: Budget = { bytes: maxBytes };
  #isKept = false;
  #view: ObjectsView | null = null;
  #live = 0;
  #turn: Promise<void> | null = null;
  #rescued: Promise<void> | null = null;

  /** `real` is the folder `objects`; `seenAs` is its name inside the sandbox. */
  constructor(real: string, seenAs: string, packs: PackReader | null) {
    this.#real = real;
    this.#seenAs = seenAs;
    this.#packs = packs;
  }

  /** To be called before each command. null where the folder is not as git makes it. */
  async begin(): Promise<ObjectsView | null> {
    if (lstatSync(this.#real, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
    this.#live += 1;
    await (this.#rescued ??= this.#rescue());
    return (this.#view ??= this.#open());
  }

  /** To be called when none of the command's processes is left. Returns what was not taken over. */
  async end(): Promise<string[]> {
    const view = this.#view;
    if (view === null) return [];
    await this.#turn;
    await this.takeOver();
    const told = [...this.#told];
    this.#live -= 1;
    if (this.#live > 0) return told;
    this.#view = null;
    this.#close(view.own);
    return told;
  }

  /** Takes over what is complete. While a command is alive, so that others do not miss what its refs name. */
  takeOver(): Promise<void> {
    const own = this.#view?.own;
    if (own === undefined) return Promise.resolve();
    this.#turn ??= this.#takeFrom(own).finally(() => {
      this.#turn = null;
    });
    return this.#turn;
  }

  #open(): ObjectsView {
    const own = mkdtempSync(join(this.#real, prefix));
    const text = [this.#seenAs, ...alternatesOf(this.#real)].map(line => `${line}\n`).join('');
    for (const name of ['info', 'pack']) mkdirSync(join(own, name));
    const alternates = join(own, 'info/alternates');
    writeFileSync(alternates, text);
    return { real: this.#real, own, alternates };
  }

  /** What a run that was killed has left, which another that is alive may still be using. */
  async #rescue(): Promise<void> {
    for (const name of readdirSync(this.#real))
      if (name.startsWith(prefix)) await this.#takeFrom(join(this.#real, name));
    this.#forget();
  }

  #close(own: string): void {
    if (this.#isKept) renameSync(own, join(this.#real, `${keptPrefix}${randomBytes(4).toString('hex')}`));
    else rmSync(own, { recursive: true, force: true });
    this.#forget();
  }

  #forget(): void {
    this.#taken.clear();
    this.#refused.clear();
    this.#told.clear();
    this.#isKept = false;
    this.#budget = { bytes: maxBytes };
  }

  async #takeFrom(own: string): Promise<void> {
    const left = { names: maxNames };
    for await (const folder of names(own, left)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for await (const name of names(join(own, folder), left))
        if (/^[0-9a-f]{38}([0-9a-f]{24})?$/.test(name)) await this.#takeLoose(own, folder, name);
    }
    const packs = new Set<string>();
    for await (const name of names(join(own, 'pack'), left)) packs.add(name);
    for (const name of packs) {
      const stem = /^(pack-[0-9a-f]{40,64})\.pack$/.exec(name)?.[1];
      // git takes a pack for there when it sees its index.
      if (stem !== undefined && packs.has(`${stem}.idx`))
        await this.#takePack(own, stem, packs.has(`${stem}.promisor`));
    }
    if (left.names > 0) return;
    this.#isKept = true;
    this.#told.add(this.#real);
  }

  async #takeLoose(own: string, folder: string, name: string): Promise<void> {
    const rest = `${folder}/${name}`;
    const [from, to] = [join(own, rest), join(this.#real, rest)];
    if (this.#isDone(from)) return;
    const isThere = lstatSync(to, { throwIfNoEntry: false }) !== undefined;
    const fresh = join(this.#real, `tmp_obj_gatehouse_${randomBytes(8).toString('hex')}`);
    const outcome = isThere ? 'taken' : await takeObject({ from, fresh, to, hash: folder + name }, this.#budget);
    this.#note(from, to, outcome);
    // Where it stood, git would take it for the object of that name, and not write that.
    if (outcome === 'wrong') remove(from);
  }

  async #takePack(own: string, stem: string, promisor: boolean): Promise<void> {
    const from = join(own, `pack/${stem}.pack`);
    if (this.#isDone(from)) return;
    const reader = this.#packs;
    const given = { objects: this.#real, promisor };
    const outcome = reader === null ? 'failed' : await takePack(from, { ...given, ...reader }, this.#budget);
    this.#note(from, join(this.#real, `pack/${stem}.pack`), outcome);
  }

  #isDone(path: string): boolean {
    if (this.#taken.has(path)) return true;
    if (this.#refused.size >= maxRefused) {
      this.#told.add(this.#real);
      return true;
    }
    const refused = this.#refused.get(path);
    return refused !== undefined && refused === stampOf(path);
  }

  #note(from: string, to: string, outcome: Outcome): void {
    if (outcome === 'taken') this.#taken.add(from);
    if (outcome === 'taken' || outcome === 'gone') return;
    this.#refused.set(from, stampOf(from));
    this.#told.add(to);
    this.#isKept ||= outcome !== 'wrong';
  }
}

function stampOf(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
}

function remove(path: string): void {
  try {
    pinned(path, at => rmSync(at, { force: true }));
  } catch {
    // A folder: git finds no object there.
  }
}

/** Where the repository takes objects from, as absolute paths. */
function alternatesOf(real: string): string[] {
  try {
    const lines = readFileSync(join(real, 'info/alternates'), 'utf8').split('\n');
    return lines
      .filter(line => line !== '' && !line.startsWith('#'))
      .map(line => (isAbsolute(line) ? line : resolve(real, line)));
  } catch {
    return [];
  }
}

/** Of a folder that is one, as long as `left` allows. */
async function* names(folder: string, left: { names: number }): AsyncGenerator<string> {
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  try {
    for await (const { name } of await opendir(folder)) {
      if (left.names <= 0) return;
      left.names -= 1;
      yield name;
    }
  } catch {
    // It is gone.
  }
}
