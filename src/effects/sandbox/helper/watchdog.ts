import { statfs } from 'node:fs/promises';
import type { Limits } from './messages.ts';
import { listAll, type ProcessFacts, privateBytes, treeOf, writtenBytes } from './processes.ts';

const everyMs = 100;
const pageBytes = 4096;

export type LimitHit = 'memory' | 'processes' | 'disk';

/** One that is watched, by the number of its outermost process. */
export interface Watched {
  pid: number;
  root: string;
}

/**
 * Looks at the commands' processes ten times a second and tells of one that takes more than it may. It is woken only
 * while there are commands.
 */
export class Watchdog {
  readonly #limits: Limits;
  readonly #onLimit: (command: string, limit: LimitHit) => void;
  readonly #commands = new Map<string, Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: Limits, onLimit: (command: string, limit: LimitHit) => void) {
    this.#limits = limits;
    this.#onLimit = onLimit;
  }

  watch(command: string, watched: Watched): void {
    this.#commands.set(command, watched);
    this.#timer ??= setTimeout(() => void this.#look(), everyMs);
  }

  forget(command: string): void {
    this.#commands.delete(command);
    if (this.#commands.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const all = listAll();
    for (const [command, watched] of this.#commands) {
      const limit = this.#over(treeOf(watched.pid, all)) ?? (await this.#full(watched.root));
      if (limit !== null && this.#commands.delete(command)) this.#onLimit(command, limit);
    }
    this.#timer = this.#commands.size === 0 ? undefined : setTimeout(() => void this.#look(), everyMs);
  }

  #over(tree: readonly ProcessFacts[]): LimitHit | null {
    if (tree.length > this.#limits.processes) return 'processes';
    // Shared pages are counted many times in the cheap sum; only where that is too much, the exact one is worth its reads.
    const roughly = sum(tree, facts => facts.pages * pageBytes);
    if (roughly > this.#limits.memoryBytes && sum(tree, facts => privateBytes(facts.pid)) > this.#limits.memoryBytes)
      return 'memory';
    return sum(tree, facts => writtenBytes(facts.pid)) > this.#limits.diskBytes ? 'disk' : null;
  }

  async #full(root: string): Promise<LimitHit | null> {
    const space = await statfs(root).catch(() => null);
    return space !== null && space.bavail * space.bsize < this.#limits.freeBytes ? 'disk' : null;
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
