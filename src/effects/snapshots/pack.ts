import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { neutralOptions } from '../git/neutralFolder.ts';
import type { GitStore } from './gitStore.ts';
import { tryLock } from './lock.ts';

/** Objects in files of their own, and packs, from which on it is worth packing. */
const maxLoose = 2_000;
const maxPacks = 50;

/** Packs a store while nobody waits for it. */
export interface Packing {
  /** Looks whether there is enough to pack, and begins. Nothing is ever removed that is not in a pack. */
  look(): void;
  /** Ends what is under way; what was there stays there. */
  close(): Promise<void>;
}

export function startPacking(store: GitStore): Packing {
  const stop = new AbortController();
  let busy: Promise<void> | null = null;
  return {
    look() {
      if (stop.signal.aborted) return;
      busy ??= packWhereDue(store, stop.signal)
        // Whatever hinders it: the objects are there, only in more files.
        .catch(() => undefined)
        .finally(() => {
          busy = null;
        });
    },
    async close() {
      stop.abort();
      await busy;
    },
  };
}

async function packWhereDue(store: GitStore, signal: AbortSignal): Promise<void> {
  // One folder of the 256 tells: names are hashes.
  const sample = await readdir(join(store.path, 'objects/17')).catch(() => []);
  const packs = (await readdir(join(store.path, 'objects/pack')).catch(() => [])).filter(isPack);
  if (sample.length * 256 > maxLoose || packs.length > maxPacks) await packStore(store, signal);
}

const isPack = (name: string): boolean => name.endsWith('.pack');

/** The lock that packing and collecting share. */
export const packLock = (store: string): string => join(store, 'pack.lock');

/** Puts loose objects into one pack and many packs into one. Resolves with false where another process is at it. */
export async function packStore(store: GitStore, signal?: AbortSignal): Promise<boolean> {
  const unlock = await tryLock(packLock(store.path));
  if (unlock === null) return false;
  try {
    const ids = await looseObjects(store.path, signal);
    if (ids.length > 0) {
      await runLow(store, ['pack-objects', '-q', join(store.path, 'objects/pack/pack')], `${ids.join('\n')}\n`, signal);
      await runLow(store, ['prune-packed', '-q'], '', signal);
    }
    const packs = (await readdir(join(store.path, 'objects/pack'))).filter(isPack);
    if (packs.length > maxPacks)
      for (const step of [['write'], ['repack', '--batch-size=0'], ['expire']])
        await runLow(store, ['multi-pack-index', ...step, '--no-progress'], '', signal);
    return true;
  } finally {
    await unlock();
  }
}

async function looseObjects(store: string, signal?: AbortSignal): Promise<string[]> {
  const ids: string[] = [];
  for (let byte = 0; byte < 256; byte += 1) {
    signal?.throwIfAborted();
    const folder = byte.toString(16).padStart(2, '0');
    for (const name of await readdir(join(store, 'objects', folder)).catch(() => []))
      if (/^[0-9a-f]{38}$/.test(name)) ids.push(folder + name);
  }
  return ids;
}

/**
 * Loose objects come without names, so versions of a file lie further apart than git expects: of ten files that grew by
 * 500 versions, 21 MB remained with its window of 10 objects, and 3 MB with this one.
 */
const window = 50;

/** A call that takes the processor when nobody else wants it. Rejects where git ends with another code than 0. */
function runLow(store: GitStore, args: readonly string[], input: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      store.program.path,
      [...neutralOptions, '-c', 'pack.threads=1', '-c', `pack.window=${window}`, ...args],
      {
        cwd: store.path,
        env: { ...store.env },
        stdio: ['pipe', 'ignore', 'ignore'],
        signal,
        killSignal: 'SIGKILL',
      },
    );
    if (child.pid !== undefined) lower(child.pid);
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.once('error', reject);
    child.once('close', code => (code === 0 ? resolve() : reject(new Error(`git ended with ${code}`))));
  });
}

function lower(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended, or may not be lowered.
  }
}
