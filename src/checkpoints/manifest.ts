import { Manifest } from '../protocol/checkpoint.ts';
import type { PartState } from './part.ts';
import { byBytes, joinPath } from './records.ts';

/** The manifest of a whole state. Equal states give equal bytes, as everything in it is sorted. */
export function manifestOf(parts: readonly PartState[]): Manifest {
  const sorted = parts.toSorted((a, b) => byBytes(a.path, b.path));
  return {
    version: 1,
    parts: sorted.map(part => ({ path: joinPath(part.path, ''), tree: part.tree ?? '' })),
    emptyFolders: sorted.flatMap(part => part.emptyFolders.map(path => joinPath(part.path, path))).sort(byBytes),
    notHeld: sorted
      .flatMap(part => part.notHeld.map(({ path, why, bytes }) => ({ path: joinPath(part.path, path), why, bytes })))
      .sort((a, b) => byBytes(a.path, b.path)),
  };
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  return Buffer.from(JSON.stringify(manifest), 'utf8');
}

/** null where the bytes are no manifest that this version knows. */
export function decodeManifest(bytes: Uint8Array): Manifest | null {
  try {
    return Manifest.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return null;
  }
}
