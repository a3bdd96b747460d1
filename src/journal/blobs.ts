import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Blobs } from '../ports/blobs.ts';
import type { BlobRef } from '../protocol/effect.ts';
import { Digest } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import {
  createFile,
  errorCode,
  fileSize,
  makeFolder,
  moveFile,
  readWhole,
  removeFile,
  syncFolder,
  touchFile,
} from './files.ts';
import type { Home } from './home.ts';

/**
 * Bytes under `blobs/aa/<sha256>`, mode 0600, shared by all runs of a home. When `put` resolves they are on disk; it
 * rejects with `journal.unwritable`. Equal bytes are kept once.
 */
export function createBlobs(home: Home): Blobs {
  return {
    async put(bytes) {
      const ref: BlobRef = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
      const { folder, path } = placeOf(home, ref);
      try {
        if ((await fileSize(path)) !== bytes.length) await store(folder, path, bytes);
        // Its event is not written yet: so nobody who collects what no journal names takes it away.
        else await touchFile(path);
        return ref;
      } catch (error) {
        throw new GatehouseError(failures.journalUnwritable({ path, problem: errorCode(error) }), error);
      }
    },

    async get(ref) {
      const { path } = placeOf(home, ref);
      const size = await fileSize(path);
      if (size === null) throw new GatehouseError(failures.blobMissing({ sha256: ref.sha256 }));
      const bytes = size === ref.bytes ? await readWhole(path) : null;
      if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== ref.sha256)
        throw new GatehouseError(failures.blobDamaged({ sha256: ref.sha256 }));
      return bytes;
    },
  };
}

/** Throws `blob.missing` on a name that is no digest, so that none leads elsewhere. */
function placeOf(home: Home, ref: BlobRef): { folder: string; path: string } {
  if (!Digest.safeParse(ref.sha256).success) throw new GatehouseError(failures.blobMissing({ sha256: ref.sha256 }));
  const folder = join(home.blobs, ref.sha256.slice(0, 2));
  return { folder, path: join(folder, ref.sha256) };
}

async function store(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  await makeFolder(folder);
  const draft = join(folder, `.${randomUUID()}`);
  try {
    const file = await createFile(draft);
    try {
      await file.write(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await moveFile(draft, path);
  } catch (error) {
    await removeFile(draft);
    throw error;
  }
  await syncFolder(folder);
}
