import { dirname, join } from 'node:path';
import { errnoOf } from '../effects/errno.ts';
import { type LockFile, type LockOwner, lockOwner, takeLock } from '../effects/lockFile.ts';
import { type Home, runFolder } from '../journal/home.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';

/**
 * Makes this process the only one that goes on with a run: its journal has one writer, and its files are restored by one.
 * Rejects with `run.locked` while another holds it, with `run.unknown` where `run` is no run's id, and with
 * `journal.unwritable` where nothing can be written beside the journal. A lock that was left by a process that has ended is
 * no obstacle.
 */
export async function lockRun(home: Home, run: string): Promise<LockFile> {
  const lock = await lockState(lockPath(home, run));
  if (!('heldBy' in lock)) return lock;
  const { pid, host } = lock.heldBy;
  throw new GatehouseError(failures.runLocked({ run, pid, host }));
}

/** Takes a lock of our state, as `takeLock` does. Rejects with `journal.unwritable` where it cannot be written. */
export async function lockState(path: string): ReturnType<typeof takeLock> {
  try {
    return await takeLock(path);
  } catch (error) {
    const problem = errnoOf(error);
    if (problem === undefined) throw error;
    throw new GatehouseError(failures.journalUnwritable({ path: dirname(path), problem }), error);
  }
}

/** Who goes on with the run right now; null where nobody does. */
export function runOwner(home: Home, run: string): Promise<LockOwner | null> {
  return lockOwner(lockPath(home, run));
}

function lockPath(home: Home, run: string): string {
  return join(runFolder(home, run), 'lock');
}
