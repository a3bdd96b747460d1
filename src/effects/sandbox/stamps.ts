import { lstatSync } from 'node:fs';

/** FAT's times are the coarsest that are in use, of two seconds: what is younger may change and keep its stamp. */
export const racyMs = 2_000;

export interface Stamp {
  /** Changes when names come into the folder or go. */
  text: string;
  /** It was changed so shortly ago that a later change may bear the same stamp. */
  racy: boolean;
}

/** The times of folders. Several walks at the same moment look at each folder once. */
export class Stamps {
  #seen: Map<string, Stamp | null> | null = null;

  /** Until `work` returns, no folder is looked at twice. */
  together<T>(work: () => T): T {
    this.#seen = new Map();
    try {
      return work();
    } finally {
      this.#seen = null;
    }
  }

  /** To be called where something was changed meanwhile. */
  forget(): void {
    this.#seen?.clear();
  }

  /** null where no folder stands at the path. */
  of(folder: string): Stamp | null {
    const known = this.#seen?.get(folder);
    if (known !== undefined) return known;
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    const stamp =
      stats === undefined || !stats.isDirectory()
        ? null
        : {
            text: `${stats.dev} ${stats.ino} ${stats.mtimeMs} ${stats.ctimeMs}`,
            racy: Date.now() - Math.max(stats.mtimeMs, stats.ctimeMs) < racyMs,
          };
    this.#seen?.set(folder, stamp);
    return stamp;
  }
}
