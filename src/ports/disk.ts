import type { Held, RawPath } from '../protocol/checkpoint.ts';

/**
 * What stands at a path. `occupied` is a folder with something in it, `special` what no checkpoint holds (a pipe, a
 * socket, a device, what may not be read). Below a link or a file nothing stands.
 */
export type Standing = Held | { type: 'occupied' } | { type: 'special' };

/** What a write replaced, so that it can be taken back. */
export interface Replaced {
  /** Of the file that stood there; null where none did, or it was a link. */
  mode: number | null;
  /** Folders that had to be made, the outer first. */
  folders: readonly RawPath[];
}

/**
 * The workspace's files, by their raw paths. No call follows a link, also where one is swapped in meanwhile. Writes look
 * again first and reject with `restore.changed` where not `found` stands there; with `restore.failed` where they cannot.
 */
export interface Disk {
  look(path: RawPath): Promise<Standing | null>;
  /** The bytes of a file, or where a link leads; null where neither stands there. */
  read(path: RawPath): Promise<Uint8Array | null>;
  /** What lies below a folder, at any depth: all but folders that hold something. */
  below(path: RawPath): Promise<RawPath[]>;
  /** Puts a file or link there in one step, and makes the folders above it. A file that is replaced keeps its mode but for the execute bits. */
  put(path: RawPath, to: Content, found: Standing | null): Promise<Replaced>;
  /** Removes a file or link. */
  remove(path: RawPath, found: Standing): Promise<Replaced>;
  makeFolder(path: RawPath, mode?: number): Promise<Replaced>;
  /** Removes a folder where it is empty and its mode is told; null where something is in it or it is not there. */
  removeFolder(path: RawPath): Promise<number | null>;
  /** Makes durable what was put and removed at these paths: the bytes are already, the names are from here on. */
  sync(paths: readonly RawPath[]): Promise<void>;
  /** Removes what writes under this name left in the folders of these paths when their process was killed. */
  sweep(paths: readonly RawPath[]): Promise<void>;
}

export interface Content {
  type: 'file' | 'executable' | 'link';
  bytes: Uint8Array;
  /** The exact mode, where a file is put back; else what the umask leaves. */
  mode?: number;
}

/** Joins two changes of one text; null where they touch the same place, or it is no text. */
export type Merge = (base: Uint8Array, ours: Uint8Array, theirs: Uint8Array) => Promise<Uint8Array | null>;
