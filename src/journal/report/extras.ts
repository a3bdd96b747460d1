/** What a report has beside the journal: read from the states and the files as they stand, by the host. */
export interface ReportExtras {
  /** From the run's first state to its last, secrets masked; null where the states are not kept any more. */
  diff: readonly DiffedFile[] | null;
  /** Who owns what changed, by the repository's CODEOWNERS; empty where it has none. */
  owners: readonly { path: string; owners: readonly string[] }[];
  /** Data migrations among what changed, and whether each has a way down; null where that could not be told. */
  migrations: readonly { path: string; down: boolean | null }[];
  /** The file that takes all of it back, where it was written. */
  revertScript: string | null;
}

export interface DiffedFile {
  /** Relative to the workspace, with `/`. */
  path: string;
  change: 'added' | 'removed' | 'changed' | 'binary';
  added: number;
  removed: number;
  /** A unified diff; empty where it is no text. */
  patch: string;
}
