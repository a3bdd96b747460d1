import { join } from 'node:path';
import type { Terms } from '../../protocol/containment.ts';
import { readRef } from '../git/refs.ts';
import { type History, historyInside } from './bwrap.ts';
import { Logs } from './logs.ts';
import { Objects, type PackReader } from './objects.ts';
import { type GitFolders, isWithin } from './profiles.ts';

/** While a command lives, what it committed, and the log that says so, are taken over so often, in ms: its refs name it already. */
const everyMs = 500;

/** The logs that were kept as they were, and the objects that were not taken over. */
export interface Kept {
  logs: string[];
  objects: string[];
}

/** One command, from its start until none of its processes is left. */
export interface HistoryWatch {
  view: History;
  end(): Promise<Kept>;
}

/** Holds what a repository's history is made of, its objects and the logs of its refs, against the commands of a run. */
export class HeldHistory {
  readonly #git: GitFolders;
  readonly #objects: Objects;
  readonly #logs: Logs;
  #live = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `base` is a path for a folder of ours, `aside` one that keeps what is taken away. */
  constructor(git: GitFolders, base: string, aside: string, packs: PackReader | null) {
    this.#git = git;
    this.#objects = new Objects(join(git.common, 'objects'), historyInside, packs);
    this.#logs = new Logs([join(git.common, 'logs'), join(git.own, 'logs')], base, aside, git.fixed);
  }

  /** To be called just before each command that may write the repository. */
  async begin(terms: Terms): Promise<HistoryWatch> {
    const view = { objects: await this.#objects.begin(), logs: this.#logs.begin() };
    this.#live += 1;
    this.#timer ??= setInterval(() => this.#takeOver(), everyMs).unref();
    return { view, end: () => this.#end(terms) };
  }

  #takeOver(): void {
    void this.#objects.takeOver().catch(() => undefined);
    this.#logs.takeOver();
  }

  async #end({ refs, writes }: Terms): Promise<Kept> {
    this.#live -= 1;
    if (this.#live === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    const isFree = (ref: string, now: Buffer | null) =>
      refs === 'any' ||
      writes.some(each => isWithin(join(this.#git.common, ref), each)) ||
      (ref === 'refs/stash' && this.#isStash(now));
    const logs = this.#logs.end(isFree);
    return { logs, objects: await this.#objects.end() };
  }

  /** Entries of the stash come and go: a log is one that git wrote where the ref is what its last line says. */
  #isStash(log: Buffer | null): boolean {
    const { common, own } = this.#git;
    const ref = readRef({ top: common, gitDir: own, commonDir: common, objectFormat: 'sha1' }, 'refs/stash');
    const last = log?.toString('latin1').trimEnd().split('\n').at(-1) ?? '';
    return ref === (last.split(' ')[1] ?? null);
  }
}
