import { gitId } from '../effects/restoring/look.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Snapshots } from '../ports/checkpoints.ts';
import type { GitId } from '../protocol/checkpoint.ts';
import type { BlobRef } from '../protocol/effect.ts';

/** Bytes by the id that git gives them, wherever they are kept. */
export interface Contents {
  /** Rejects with `checkpoint.gone` where nobody keeps them, or with `blob.*`. */
  read(id: GitId): Promise<Uint8Array>;
  /** Learns the id of bytes in the blob store, and that they are found there. */
  learn(ref: BlobRef): Promise<GitId>;
  /** Whether they are still kept when this process has ended. */
  lasts(id: GitId): Promise<boolean>;
  /** Keeps bytes that stand nowhere yet, for as long as this lives. */
  keep(bytes: Uint8Array): GitId;
}

export function createContents(snapshots: Pick<Snapshots, 'read'>, blobs: Pick<Blobs, 'get'>): Contents {
  const refs = new Map<GitId, BlobRef>();
  const ids = new Map<string, GitId>();
  const kept = new Map<GitId, Uint8Array>();
  return {
    read(id) {
      const own = kept.get(id);
      if (own !== undefined) return Promise.resolve(own);
      const ref = refs.get(id);
      return ref === undefined ? snapshots.read(id) : blobs.get(ref);
    },
    async learn(ref) {
      const known = ids.get(ref.sha256);
      if (known !== undefined) return known;
      const id = gitId(await blobs.get(ref));
      ids.set(ref.sha256, id);
      refs.set(id, ref);
      return id;
    },
    lasts: async id => refs.has(id) || (await snapshots.read(id).catch(() => null)) !== null,
    keep(bytes) {
      const id = gitId(bytes);
      kept.set(id, bytes);
      return id;
    },
  };
}
