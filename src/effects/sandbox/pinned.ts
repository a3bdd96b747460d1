import { closeSync, constants, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { errnoOf } from '../errno.ts';

/** Linux: names a folder without a right to list it. Node has no constant for it. */
const O_PATH = 0x20_0000;
const folderOnly = O_PATH | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * Calls `use` with a name for the entry at `path` (absolute) whose folder stays the same one, whatever sandboxed commands
 * do to the folders above it meanwhile; null where one of those is a link or is not there. `make` creates the missing
 * ones. The entry itself may be a link: `use` must not follow it.
 */
export function pinned<T>(path: string, use: (at: string) => T, make = false): T | null {
  const parts = dirname(path).split(sep).filter(Boolean);
  if (!existsSync('/proc/self/fd')) return compared(path, use, make);
  let current = openSync('/', folderOnly);
  try {
    for (const part of parts) {
      const next = step(`/proc/self/fd/${current}/${part}`, make);
      if (next === null) return null;
      closeSync(current);
      current = next;
    }
    return use(`/proc/self/fd/${current}/${basename(path)}`);
  } finally {
    closeSync(current);
  }
}

function step(at: string, make: boolean): number | null {
  try {
    return openSync(at, folderOnly);
  } catch (error) {
    if (!make || errnoOf(error) !== 'ENOENT') return null;
  }
  try {
    mkdirSync(at);
    return openSync(at, folderOnly);
  } catch {
    return null;
  }
}

function compared<T>(path: string, use: (at: string) => T, make: boolean): T | null {
  const folder = dirname(path);
  try {
    if (make) mkdirSync(folder, { recursive: true });
    return realpathSync(folder) === folder ? use(join(folder, basename(path))) : null;
  } catch {
    return null;
  }
}
