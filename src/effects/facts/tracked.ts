import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { GitReader } from '../git/neutral.ts';

/** The paths in git's index and the folders above them, relative to the top. */
export interface Tracked {
  files: ReadonlySet<string>;
  folders: ReadonlySet<string>;
}

/** Lists the index again only where its file is another one than the last time. */
export class TrackedCache {
  readonly #git: GitReader;
  readonly #fold: (name: string) => string;
  #key = '';
  #tracked: Promise<Tracked | null> = Promise.resolve(null);

  constructor(git: GitReader, caseless: boolean) {
    this.#git = git;
    this.#fold = caseless ? name => name.toLowerCase() : name => name;
  }

  /** null where the index cannot be read. */
  now(): Promise<Tracked | null> {
    const key = identity(join(this.#git.repository.gitDir, 'index'));
    if (key !== this.#key) {
      this.#key = key;
      this.#tracked = this.#list();
    }
    return this.#tracked;
  }

  async #list(): Promise<Tracked | null> {
    const paths = await this.#git.lsFiles();
    if (paths === null) {
      this.#key = '';
      return null;
    }
    const [files, folders] = [new Set<string>(), new Set<string>()];
    for (const path of paths) {
      const name = this.#fold(path);
      files.add(name);
      for (let end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
        const folder = name.slice(0, end);
        if (folders.has(folder)) break;
        folders.add(folder);
      }
    }
    return { files, folders };
  }
}

/** Changes whenever a file's content may have: it is another file, or was written since. */
export function identity(path: string): string {
  try {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return 'missing';
    return `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
  } catch {
    return 'closed';
  }
}
