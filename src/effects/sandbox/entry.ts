import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { pinned } from './pinned.ts';

/** What stood at a path at one moment. */
export interface Entry {
  kind: 'file' | 'link' | 'folder';
  /** Changes whenever the content may have: compared before anything is read. */
  stamp: string;
  digest: string;
  /** null where it was not to be kept, or is too large. */
  content: Buffer | string | null;
  mode: number;
  links: number;
}

export interface Looking {
  /** The content is kept, so that it can be put back. */
  keep: boolean;
  /** Of larger files the stamp stands for the content. */
  maxBytes: number;
  /** Returned as it is where its stamp is still the same. */
  before?: Entry | undefined;
}

/** What stands at the path, reached without links; null where there is nothing, or nothing that can be read. */
export function look(path: string, looking: Looking): Entry | null {
  try {
    return pinned(path, at => lookAt(at, looking));
  } catch {
    return null;
  }
}

function lookAt(path: string, { keep, maxBytes, before }: Looking): Entry {
  const stats = lstatSync(path, { bigint: true });
  const kind = stats.isSymbolicLink() ? 'link' : stats.isFile() ? 'file' : 'folder';
  const stamp = [kind, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs, stats.mode].join(' ');
  const mode = Number(stats.mode & 0o7777n);
  const links = Number(stats.nlink);
  if (before !== undefined && before.stamp === stamp) return before;
  if (kind === 'link') {
    const target = readlinkSync(path);
    return { kind, stamp, digest: target, content: target, mode, links };
  }
  if (kind === 'folder' || stats.size > BigInt(maxBytes))
    return { kind, stamp, digest: stamp, content: null, mode, links };
  const bytes = readPlain(path);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { kind, stamp, digest, content: keep ? bytes : null, mode, links };
}

/** Neither a link nor a pipe that took the file's place is read. */
function readPlain(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    if (!fstatSync(file).isFile()) throw new Error('it is no file any more');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Whether it stands there again. Other commands may be alive: what they put there meanwhile is neither followed nor
 * overwritten. `make` makes the missing folders above it.
 */
export function putBack(path: string, { kind, content, mode }: Entry, make = false): boolean {
  const put = (at: string): boolean => {
    try {
      if (kind === 'link') symlinkSync(String(content), at);
      else if (content !== null) {
        const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
        const file = openSync(at, O_WRONLY | O_CREAT | O_EXCL | (O_NOFOLLOW ?? 0), mode);
        try {
          writeFileSync(file, content);
          fchmodSync(file, mode);
        } finally {
          closeSync(file);
        }
      }
      return true;
    } catch {
      return false;
    }
  };
  return pinned(path, put, make) === true;
}
