import type { BlobRef } from '../protocol/effect.ts';

export type FileKind = 'file' | 'directory' | 'missing' | 'other';

/** Where a path really leads. */
export interface Place {
  /** Absolute and normalized, links not followed. */
  path: string;
  /** Links resolved as far as the path exists, the missing rest appended. */
  real: string;
  /** Whether `real` lies in the workspace (whose own path is resolved too). */
  inside: boolean;
  /** What stands at `real`. */
  kind: FileKind;
  /** Hard links to the file, 0 where it is missing. */
  links: number;
}

/** A file as it was at one moment. `mode` is its permission bits. */
export interface FileLook {
  ref: BlobRef;
  bytes: Uint8Array;
  mode: number;
}

/** The folder that a run works in, for looking only: whatever changes it goes through the gate. */
export interface Workspace {
  /** Absolute, links resolved. */
  readonly root: string;
  /** Relative paths are taken from `from` (default: the root). Never throws for a missing file. */
  locate(path: string, from?: string): Promise<Place>;
  /** null where there is no file. Rejects with `file.tooLarge` above 8 MiB and `file.notAFile` for anything else. */
  look(path: string): Promise<FileLook | null>;
}
