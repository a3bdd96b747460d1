import { constants, existsSync } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Folder, openParent } from '../folder.ts';
import { type Repository, smallText } from './repository.ts';

const hash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const maxPackedBytes = 64 * 1024 * 1024;

export function isHash(text: string): boolean {
  return hash.test(text);
}

/** A branch as git would accept it, and no way out of the folder of refs. */
export function isRefName(ref: string): boolean {
  if (!/^refs\/[^\p{Cc}\s~^:?*[\\]+$/u.test(ref) || /\.\.|@\{|\/\/|\/$|\.$/.test(ref)) return false;
  return ref.split('/').every(part => !part.startsWith('.') && !part.startsWith('-') && !part.endsWith('.lock'));
}

export interface Head {
  /** null where HEAD is detached. */
  ref: string | null;
  /** null where nothing was committed yet. */
  commit: string | null;
}

export function readHead(repository: Repository): Head | null {
  const text = smallText(join(repository.gitDir, 'HEAD'))?.trim() ?? '';
  const ref = /^ref: (.+)$/.exec(text)?.[1];
  if (ref === undefined) return isHash(text) ? { ref: null, commit: text } : null;
  return isRefName(ref) ? { ref, commit: readRef(repository, ref) } : null;
}

/** The hash that a ref has, through symbolic refs; null where there is none. */
export function readRef(repository: Repository, ref: string, hops = 5): string | null {
  if (!isRefName(ref) || hops === 0) return null;
  const text = smallText(join(repository.commonDir, ref))?.trim();
  if (text === undefined) return packedRefs(repository).get(ref) ?? null;
  const next = /^ref: (.+)$/.exec(text)?.[1];
  if (next !== undefined) return readRef(repository, next, hops - 1);
  return isHash(text) ? text : null;
}

export function packedRefs(repository: Repository): Map<string, string> {
  const refs = new Map<string, string>();
  for (const line of (smallText(join(repository.commonDir, 'packed-refs'), maxPackedBytes) ?? '').split('\n')) {
    const [, value, ref] = /^([0-9a-f]{40,64}) (refs\/.+)$/.exec(line) ?? [];
    if (value !== undefined && ref !== undefined && isHash(value)) refs.set(ref, value);
  }
  return refs;
}

export interface RefChange {
  ref: string;
  /** What the ref must have now; null: it must not exist. */
  from: string | null;
  to: string;
  /** One line for the reflogs. */
  why: string;
  /** `Name <mail>`, for the reflogs. */
  who: string;
}

/**
 * Compare and swap of a ref by git's own protocol (lock file, then rename), without git: it would read the repository's
 * configuration and run its hooks. No link is followed. Resolves with whether the ref had the value and was changed.
 */
export async function changeRef(repository: Repository, change: RefChange): Promise<boolean> {
  if (!isRefName(change.ref) || !isHash(change.to)) return false;
  const folder = await openParent(join(repository.commonDir, change.ref)).catch(() => null);
  if (folder === null) return false;
  const name = change.ref.slice(change.ref.lastIndexOf('/') + 1);
  try {
    const lock = await open(folder.at(`${name}.lock`), 'wx', 0o644).catch(() => null);
    if (lock === null) return false;
    let done = false;
    try {
      if (readRef(repository, change.ref, 1) === change.from) {
        await lock.writeFile(`${change.to}\n`);
        await lock.sync();
        await folder.check();
        // As git has it: whoever sees the change finds it in the log.
        await noteChange(repository, change);
        await rename(folder.at(`${name}.lock`), folder.at(name));
        done = true;
      }
    } finally {
      await lock.close();
      if (!done) await unlink(folder.at(`${name}.lock`)).catch(() => undefined);
    }
    return done;
  } finally {
    await folder.close();
  }
}

/** Reflogs are a convenience: a log that is missing, or is anything but a plain file of one name, stays as it is. */
export async function noteChange(repository: Repository, change: RefChange): Promise<void> {
  const zero = '0'.repeat(change.to.length);
  const clean = (text: string) => text.replaceAll(/[\r\n\t\0]/g, ' ');
  const time = `${Math.floor(Date.now() / 1000)} +0000`;
  const line = `${change.from ?? zero} ${change.to} ${clean(change.who)} ${time}\t${clean(change.why)}\n`;
  const logs = [join(repository.commonDir, 'logs', change.ref)];
  if (readHead(repository)?.ref === change.ref) logs.push(join(repository.gitDir, 'logs/HEAD'));
  for (const log of logs) if (existsSync(log)) await append(log, line).catch(() => undefined);
}

async function append(path: string, line: string): Promise<void> {
  const { O_WRONLY, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
  const folder: Folder = await openParent(path);
  let handle: FileHandle | null = null;
  try {
    const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    handle = await open(folder.at(name), O_WRONLY | O_APPEND | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    const stats = await handle.stat();
    if (stats.isFile() && stats.nlink === 1) await handle.appendFile(line);
  } finally {
    await handle?.close();
    await folder.close();
  }
}
