import type { GitId, Manifest, NotHeld, PathChange, RawPath, SnapshotRef } from '../protocol/checkpoint.ts';

/**
 * Holds states of one workspace in a git directory of ours. It never touches the person's repository, and no call
 * blocks: git does the work in processes of its own. Rejects with `checkpoint.*` failures; what was held stays held.
 */
export interface Snapshots {
  /** All that is tracked or untracked, as it stands. Equal states give equal manifests. */
  take(signal?: AbortSignal): Promise<Taken>;
  /** The last state with only these paths looked at anew; much cheaper than `take`. */
  touch(paths: readonly RawPath[], signal?: AbortSignal): Promise<Taken>;
  manifest(ref: SnapshotRef): Promise<Manifest>;
  /** What differs, sorted by path. A path that neither holds is left out, as is one that could not be read. */
  changes(before: SnapshotRef, after: SnapshotRef): Promise<PathChange[]>;
  /** The bytes of a file or link that some snapshot holds; rejects with `checkpoint.gone`. */
  read(id: GitId): Promise<Uint8Array>;
  /** Ends the processes that were kept for reading. */
  close(): Promise<void>;
}

export interface Taken {
  ref: SnapshotRef;
  /** Whether it differs from the one before it. */
  changed: boolean;
  /** What this one could not take and the one before it did not name. */
  newlyNotHeld: readonly NotHeld[];
}
