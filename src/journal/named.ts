import { Digest } from '../protocol/effect.ts';
import { lineCutter } from './chain.ts';
import { errorCode, readPieces } from './files.ts';
import { type Home, journalPath } from './home.ts';

/** The blobs that a run's journal names. */
export interface Named {
  /** Everything that may be the name of a blob. */
  digests: ReadonlySet<Digest>;
  /** The blobs that are named with their size. */
  bytes: ReadonlyMap<Digest, number>;
  /** Those of them that are manifests of snapshots, with how often each is named. */
  manifests: ReadonlyMap<Digest, number>;
}

const digest = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;
const blob = /("manifest":)?\{"sha256":"([0-9a-f]{64})","bytes":(\d+)\}/g;

/**
 * Reads the names off the bytes, so that a journal which is damaged, or of a later version, still keeps what it names. None
 * where there is no journal. Rejects with the system's error where it cannot be read.
 */
export async function namedIn(home: Home, run: string): Promise<Named> {
  const named = { digests: new Set<Digest>(), bytes: new Map<Digest, number>(), manifests: new Map<Digest, number>() };
  const cutter = lineCutter();
  try {
    for await (const piece of readPieces(journalPath(home, run)))
      for (const line of cutter.push(piece)) readLine(line.toString('latin1'), named);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  readLine(cutter.end().toString('latin1'), named);
  return named;
}

function readLine(
  line: string,
  named: { digests: Set<Digest>; bytes: Map<Digest, number>; manifests: Map<Digest, number> },
): void {
  for (const [found] of line.matchAll(digest)) named.digests.add(found);
  for (const [, isManifest, sha256 = '', bytes = ''] of line.matchAll(blob)) {
    named.bytes.set(sha256, Number(bytes));
    if (isManifest !== undefined) named.manifests.set(sha256, (named.manifests.get(sha256) ?? 0) + 1);
  }
}
