/** What the person wants in the worktrees of their runs. A workspace cannot set it. */
export interface IsolationSettings {
  /** A command that is run there once before the run begins, such as `npm ci`; null: folders of dependencies are copied. */
  setup: string | null;
  /** More ignored files and folders to copy, relative to the repository's top. */
  copy: readonly string[];
  /** For all that is copied together. */
  maxCopyMiB: number;
}

export const defaultIsolation: IsolationSettings = { setup: null, copy: [], maxCopyMiB: 2048 };
