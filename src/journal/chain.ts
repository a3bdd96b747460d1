import { createHash } from 'node:crypto';
import type { Digest } from '../protocol/effect.ts';

/** Where a journal ends: its last record's number and hash, and its length. */
export interface Head {
  /** -1 in an empty journal. */
  seq: number;
  hash: Digest;
  bytes: number;
}

export const emptyHead: Head = { seq: -1, hash: '0'.repeat(64), bytes: 0 };

const newline = 0x0a;
const tailForm = /^,"hash":"([0-9a-f]{64})"\}$/;
const tailBytes = ',"hash":""}'.length + 64;

/**
 * A record as its line: JSON text (an object, `prev` within), its SHA-256 appended as the last field, a newline. The text
 * itself is hashed, so neither side needs a canonical form.
 */
export function seal(text: string): { line: Buffer; hash: Digest } {
  const hash = createHash('sha256').update(text).digest('hex');
  return { line: Buffer.from(`${text.slice(0, -1)},"hash":"${hash}"}\n`), hash };
}

/** The hash that a line carries, if the line's other bytes have that hash; else null. `line` is without its newline. */
export function sealOf(line: Buffer): Digest | null {
  const split = line.length - tailBytes;
  if (split < 1) return null;
  const claimed = tailForm.exec(line.toString('latin1', split))?.[1];
  if (claimed === undefined) return null;
  const actual = createHash('sha256').update(line.subarray(0, split)).update('}').digest('hex');
  return actual === claimed ? claimed : null;
}

/** Cuts pieces of a file into lines, in time linear in its length; `end` gives what follows the last newline. */
export function lineCutter(): { push(piece: Buffer): Buffer[]; end(): Buffer } {
  let open: Buffer[] = [];
  return {
    push(piece) {
      const lines: Buffer[] = [];
      let from = 0;
      for (let at = piece.indexOf(newline); at !== -1; at = piece.indexOf(newline, from)) {
        const rest = piece.subarray(from, at);
        lines.push(open.length === 0 ? rest : Buffer.concat([...open, rest]));
        open = [];
        from = at + 1;
      }
      if (from < piece.length) open.push(piece.subarray(from));
      return lines;
    },
    end: () => Buffer.concat(open),
  };
}
