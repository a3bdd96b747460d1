import { z } from 'zod';
import { Digest } from '../protocol/effect.ts';
import type { Head } from './chain.ts';
import { readWhole } from './files.ts';
import { anchorPath, type Home } from './home.ts';

const Anchor = z.object({
  seq: z.number().int().min(-1),
  hash: Digest,
  bytes: z.number().int().nonnegative(),
  closed: z.boolean().default(false),
});

/** A journal's head as it is written down outside its folder. Nothing may follow it where the journal was closed. */
export interface Anchored extends Head {
  closed: boolean;
}

/** One length for all, so that an anchor is replaced by a single write in place that never changes the file's size. */
const width = 160;

/**
 * How many records a journal may be ahead of its anchor. A record is synced before its anchor is written, and that anchor
 * is synced together with the record after it. So when the power fails while record n is written, the anchor of n - 1 may
 * not have reached the disk, that of n - 2 has: records n - 1 and n stand beyond it. Where only the process ends, it is one. A journal that
 * was closed has none.
 */
export const anchorLag = 2;

export function anchorBytes(head: Head, closed = false): Buffer {
  const { seq, hash, bytes } = head;
  return Buffer.from(`${JSON.stringify({ seq, hash, bytes, ...(closed ? { closed } : {}) }).padEnd(width - 1)}\n`);
}

export async function readAnchor(home: Home, run: string): Promise<Anchored | 'missing' | 'unreadable'> {
  const bytes = await readWhole(anchorPath(home, run));
  if (bytes === null) return 'missing';
  try {
    return Anchor.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    return 'unreadable';
  }
}
