import { failures, GatehouseError } from '../protocol/failure.ts';

const sniffBytes = 8 * 1024;

/** Text of a file without its byte order mark; `bom` tells whether there was one. */
export interface DecodedText {
  text: string;
  bom: boolean;
}

/** Rejects (`file.binary`) what holds a NUL in its first 8 KiB or is not valid UTF-8; UTF-16 counts as binary. */
export function decodeText(path: string, bytes: Uint8Array): DecodedText {
  const binary = () => new GatehouseError(failures.fileBinary({ path, bytes: bytes.length }));
  if (bytes.subarray(0, sniffBytes).includes(0)) throw binary();
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(bom ? 3 : 0)),
      bom,
    };
  } catch {
    throw binary();
  }
}

export function encodeText({ text, bom }: DecodedText): Uint8Array {
  return new TextEncoder().encode(bom ? `\uFEFF${text}` : text);
}
