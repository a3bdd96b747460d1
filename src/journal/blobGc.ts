import { join } from 'node:path';
import { Digest } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { errorCode, fileTimes, listFolder, removeFile } from './files.ts';
import type { Home } from './home.ts';

export interface BlobGcOptions {
  /** Whether any journal that is kept names these bytes. */
  keep: (sha256: string) => boolean;
  /** What was written within this time stays: its event may not be written yet. Default: an hour. */
  minAgeMs?: number;
  now?: number;
  /** Only counts. */
  dryRun?: boolean;
}

const hourMs = 60 * 60_000;

/** Deletes blobs that nothing names, and drafts that were left. Rejects with `journal.unwritable`. */
export async function collectBlobs(home: Home, options: BlobGcOptions): Promise<{ files: number; bytes: number }> {
  const { keep, minAgeMs = hourMs, now = Date.now(), dryRun = false } = options;
  const gone = { files: 0, bytes: 0 };
  for (const folder of await listFolder(home.blobs)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of await listFolder(join(home.blobs, folder))) {
      const path = join(home.blobs, folder, name);
      const times = await fileTimes(path);
      if (times === null || now - times.modified < minAgeMs) continue;
      if (Digest.safeParse(name).success && keep(name)) continue;
      try {
        if (!dryRun) await removeFile(path);
      } catch (error) {
        throw new GatehouseError(failures.journalUnwritable({ path, problem: errorCode(error) }), error);
      }
      gone.files += 1;
      gone.bytes += times.bytes;
    }
  }
  return gone;
}
