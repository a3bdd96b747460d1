import { createHash } from 'node:crypto';
import { closeSync, constants, createReadStream, fstatSync, linkSync, openSync, read, rmSync, write } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createInflate } from 'node:zlib';
import { pinned } from './pinned.ts';

/** git itself writes files of more than 512 MB into packs. */
export const maxObjectBytes = 640 * 1024 * 1024;
const longestHeader = 32;
const partBytes = 256 * 1024;

/** `wrong`: it is no object of that name. `excess`: more than may be looked at. `failed`: it could not be read or written. */
export type Outcome = 'taken' | 'wrong' | 'excess' | 'failed' | 'gone';

/** What may still be inflated. */
export interface Budget {
  bytes: number;
}

class Unfit extends Error {
  readonly outcome: Outcome;
  constructor(outcome: Outcome) {
    super(outcome);
    this.outcome = outcome;
  }
}

const readFrom = promisify(read);
const writeTo = promisify(write);

/** An open plain file, whatever stands in for it meanwhile; null where there is no such file. */
export function openPlain(path: string): number | null {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = pinned(path, at => openSync(at, O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)));
  if (file === null) return null;
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  return null;
}

/**
 * Copies the loose object at `from` to `to`, by way of `fresh`, when its content is what its name `hash` says. What is
 * checked is what is written, as a command may still hold the file open. Never more at a time than a small part of it.
 */
export async function takeObject(
  { from, fresh, to, hash }: { from: string; fresh: string; to: string; hash: string },
  budget: Budget,
): Promise<Outcome> {
  let source: number | null = null;
  let target: number | null = null;
  try {
    source = openPlain(from);
    if (source === null) return 'wrong';
    if (fstatSync(source).size > maxObjectBytes) return 'excess';
    target = pinned(fresh, at => openSync(at, 'wx', 0o444));
    if (target === null) return 'failed';
    await copy(source, target);
    await check(fresh, hash, budget);
    return pinned(to, at => linkSync(fresh, at), true) === null ? 'failed' : 'taken';
  } catch (error) {
    return outcomeOf(error);
  } finally {
    if (source !== null) closeSync(source);
    if (target !== null) closeSync(target);
    pinned(fresh, at => rmSync(at, { force: true }));
  }
}

/** By and by; ends at the first part where it is nothing that was compressed. */
async function copy(source: number, target: number): Promise<void> {
  const part = Buffer.allocUnsafe(partBytes);
  for (let at = 0; at <= maxObjectBytes; ) {
    const { bytesRead } = await readFrom(source, part, 0, partBytes, at);
    if (at === 0 && (bytesRead < 2 || part.readUInt16BE(0) % 31 !== 0 || (part.readUInt8(0) & 15) !== 8))
      throw new Unfit('wrong');
    if (bytesRead === 0) return;
    for (let done = 0; done < bytesRead; )
      done += (await writeTo(target, part, done, bytesRead - done, at + done)).bytesWritten;
    at += bytesRead;
  }
  throw new Unfit('excess');
}

/** Throws what `takeObject` makes an outcome of. */
async function check(path: string, hash: string, budget: Budget): Promise<void> {
  const digest = createHash(hash.length === 40 ? 'sha1' : 'sha256');
  let whole: number | null = null;
  let size = 0;
  const verify = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      whole ??= wholeSize(chunk);
      size += chunk.length;
      budget.bytes -= chunk.length;
      if (size > whole) throw new Unfit('wrong');
      if (whole > maxObjectBytes || budget.bytes < 0) throw new Unfit('excess');
      digest.update(chunk);
    }
  };
  await pipeline(createReadStream(path), createInflate({ chunkSize: partBytes }), verify);
  if (size !== whole || digest.digest('hex') !== hash) throw new Unfit('wrong');
}

/** As its header says it, with the header. */
function wholeSize(start: Buffer): number {
  const header = start.subarray(0, longestHeader).toString('latin1');
  const size = /^(?:blob|tree|commit|tag) (\d{1,15})\0/.exec(header);
  if (size === null) throw new Unfit('wrong');
  return size[0].length + Number(size[1]);
}

function outcomeOf(error: unknown): Outcome {
  if (error instanceof Unfit) return error.outcome;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'gone';
  if (code === 'EEXIST') return 'taken';
  return code.startsWith('Z_') || code.startsWith('ERR_') || code === 'ELOOP' ? 'wrong' : 'failed';
}
