import type { Contents } from '../checkpoints/contents.ts';
import { shownPath } from '../checkpoints/paths.ts';
import { decodeText } from '../effects/text.ts';
import type { Standing } from '../ports/disk.ts';
import type { RawPath } from '../protocol/checkpoint.ts';
import { unifiedPatch, wholePatch } from '../tools/patch.ts';

/** One path's change as a person is shown it. The patch holds the very bytes, so it is for their eyes alone. */
export interface ShownChange {
  path: string;
  change: 'added' | 'removed' | 'changed' | 'mode';
  /** What stands there afterwards, or stood there before it was removed. */
  type: Standing['type'];
  /** Lines; null where it is no text. */
  added: number | null;
  removed: number | null;
  /** A unified diff; null where it is no text, or where only the execute bit differs. */
  patch: string | null;
  /** It keeps what was changed since. */
  merged: boolean;
}

interface Change {
  path: RawPath;
  from: Standing | null;
  to: Standing | null;
  merged?: boolean;
}

/** No file above this many bytes is shown as text. */
const maxBytes = 1024 * 1024;

/** Bytes that are not kept any more make a change without lines. `read` also finds what stands on the disk. */
export async function showChange(
  { path, from, to, merged = false }: Change,
  read: (standing: Standing, path: RawPath) => Promise<Uint8Array | null>,
): Promise<ShownChange> {
  const name = shownPath(path);
  const about = { path: name, type: (to ?? from)?.type ?? 'file', merged };
  const sameBytes = from !== null && to !== null && 'id' in from && 'id' in to && from.id === to.id;
  const change = from === null ? 'added' : to === null ? 'removed' : sameBytes ? 'mode' : 'changed';
  const none = { ...about, change, added: null, removed: null, patch: null } as const;
  if (change === 'mode') return { ...none, added: 0, removed: 0 };
  const before = await textOf(from, path, read);
  const after = await textOf(to, path, read);
  if (before === undefined || after === undefined || (before === null && after === null)) return none;
  const { added, removed } = unifiedPatch(name, before, after ?? '');
  const whole = wholePatch(name, before, after ?? '');
  return { ...about, change, added, removed, patch: after === null ? withoutNew(whole) : whole };
}

/** A patch of a file that goes names nothing as what comes. */
function withoutNew(patch: string): string {
  return patch.replace(/^(--- .*\n)\+\+\+ .*\n/, '$1+++ /dev/null\n');
}

/** null where nothing stands, undefined where no text does. */
export async function textOf(
  standing: Standing | null,
  path: RawPath,
  read: (standing: Standing, path: RawPath) => Promise<Uint8Array | null>,
): Promise<string | null | undefined> {
  if (standing === null) return null;
  if (!('id' in standing)) return undefined;
  const bytes = await read(standing, path).catch(() => null);
  if (bytes === null || bytes.length > maxBytes) return undefined;
  try {
    return decodeText(path, bytes).text;
  } catch {
    return undefined;
  }
}

/** As `read` of `showChange`, of what checkpoints keep. */
export function readKept(contents: Contents): (standing: Standing) => Promise<Uint8Array | null> {
  return standing => ('id' in standing ? contents.read(standing.id).catch(() => null) : Promise.resolve(null));
}
