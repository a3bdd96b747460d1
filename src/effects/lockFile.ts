import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { errnoOf, isMissing } from './errno.ts';
import { identityOf } from './processIdentity.ts';

/** Who holds a lock. With `started` the pid names one process for good; `token` is another for each time it is taken. */
const Owner = z.object({ pid: z.number().int(), started: z.string(), host: z.string(), token: z.string() });
export type LockOwner = z.infer<typeof Owner>;

export interface LockFile {
  /** Gives it back. May be called twice. */
  release(): Promise<void>;
}

/** How many who died while they took a lock over may stand in each other's way. */
const maxDepth = 8;

/**
 * Takes the lock that the file at `path` is, creating its folder where it is missing; else resolves with who holds it. A
 * lock whose process has ended is taken over, by one of those who try. Of one that was taken on another host nobody
 * here can tell whether it lives, so it counts as held. Rejects with the system's error where the file cannot be written.
 */
export async function takeLock(path: string): Promise<LockFile | { heldBy: LockOwner }> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const mine: LockOwner = {
    pid: process.pid,
    started: identityOf(process.pid) ?? '',
    host: hostname(),
    token: randomUUID(),
  };
  const heldBy = await take(path, mine, 0);
  return heldBy === null ? { release: () => release(path, mine.token) } : { heldBy };
}

/** Who holds the lock now; null where nobody does, or its process has ended. */
export async function lockOwner(path: string): Promise<LockOwner | null> {
  const owner = await ownerOf(path);
  return owner === null || owner === 'unreadable' || !lives(owner) ? null : owner;
}

/** null once it is taken. The file comes to its name in one step and whole, so nobody reads half of it. */
async function take(path: string, mine: LockOwner, depth: number): Promise<LockOwner | null> {
  const draft = `${path}.${randomUUID()}`;
  await write(draft, mine);
  try {
    for (;;) {
      try {
        await link(draft, path);
        return null;
      } catch (error) {
        if (errnoOf(error) !== 'EEXIST') throw error;
      }
      const owner = await ownerOf(path);
      if (owner === null) continue;
      if (owner !== 'unreadable' && (depth === maxDepth || lives(owner))) return owner;
      return await takeOver(path, draft, mine, owner, depth);
    }
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

/** Who takes over holds a second lock meanwhile, and looks again once it has that: another may have been faster. */
async function takeOver(
  path: string,
  draft: string,
  mine: LockOwner,
  dead: LockOwner | 'unreadable',
  depth: number,
): Promise<LockOwner | null> {
  const door = `${path}.takeover`;
  const rival = await take(door, mine, depth + 1);
  if (rival !== null) return rival;
  try {
    const now = await ownerOf(path);
    if (now !== null && tokenOf(now) !== tokenOf(dead)) return now === 'unreadable' ? mine : now;
    await rename(draft, path);
    return null;
  } finally {
    await release(door, mine.token);
  }
}

function tokenOf(owner: LockOwner | 'unreadable'): string {
  return owner === 'unreadable' ? '' : owner.token;
}

async function release(path: string, token: string): Promise<void> {
  const owner = await ownerOf(path);
  if (owner !== null && owner !== 'unreadable' && owner.token === token) await unlink(path).catch(() => undefined);
}

async function write(path: string, owner: LockOwner): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(JSON.stringify(owner));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A file that holds no owner was written by nobody who lives: ours are whole before they have their name. */
async function ownerOf(path: string): Promise<LockOwner | 'unreadable' | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
  try {
    return Owner.parse(JSON.parse(text));
  } catch {
    return 'unreadable';
  }
}

function lives(owner: LockOwner): boolean {
  if (owner.host !== hostname()) return true;
  const now = identityOf(owner.pid);
  return now !== null && (now === '' || owner.started === '' || now === owner.started);
}
