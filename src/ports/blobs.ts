import type { BlobRef } from '../protocol/effect.ts';

/** Bytes by digest. `get` checks what it read and rejects with `blob.missing` or `blob.damaged`. */
export interface Blobs {
  put(bytes: Uint8Array): Promise<BlobRef>;
  get(ref: BlobRef): Promise<Uint8Array>;
}
