import { isAbsolute, relative, sep } from 'node:path';
import { shownPath } from '../../checkpoints/paths.ts';
import { decodeText } from '../../effects/text.ts';
import type { Snapshots } from '../../ports/checkpoints.ts';
import type { PathChange, SnapshotRef } from '../../protocol/checkpoint.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { unifiedPatch } from '../../tools/patch.ts';

/** One file of a diff. `before` and `after` are its text; null where nothing stands there, undefined where it is no text. */
export interface DiffFile {
  /** Relative to the workspace, with `/`. */
  path: string;
  before: string | null | undefined;
  after: string | null | undefined;
  /** A unified diff, an outline where it is too large; empty where it is no text. */
  patch: string;
  added: number;
  removed: number;
  /** As git has them, where they are known; null where nothing stands there. */
  modes?: { before: FileMode | null; after: FileMode | null };
  /** Tells one content from another, where it is no text. */
  state?: string;
}

export type FileMode = '100644' | '100755';

/** No file above this many bytes is compared. */
const maxBytes = 1024 * 1024;

export function diffFile(path: string, before: string | null | undefined, after: string | null | undefined): DiffFile {
  if (before === undefined || after === undefined) return { path, before, after, patch: '', added: 0, removed: 0 };
  return { path, before, after, ...unifiedPatch(path, before, after ?? '') };
}

/** null and undefined as in `DiffFile`. */
export function textIn(path: string, bytes: Uint8Array | null): string | null | undefined {
  if (bytes === null) return null;
  if (bytes.length > maxBytes) return undefined;
  try {
    return decodeText(path, bytes).text;
  } catch {
    return undefined;
  }
}

/**
 * All that a run has changed of the workspace, by path: up to `to`, or as it stands now. What the person changed in the
 * same files is in it, for what is merged is the file. Rejects as `Snapshots` does.
 */
export async function diffOfRun(
  snapshots: Snapshots,
  { events, root, to }: { events: readonly RunEvent[]; root: string; to?: SnapshotRef },
): Promise<DiffFile[]> {
  const start = events.find(event => event.kind === 'snapshot.taken' && event.phase === 'start');
  const touched = touchedBy(events, root);
  if (start?.kind !== 'snapshot.taken' || touched.size === 0) return [];
  const end = to ?? (await snapshots.take()).ref;
  const files: DiffFile[] = [];
  for (const change of await snapshots.changes(start.snapshot, end)) {
    const path = shownPath(change.path);
    if (!touched.has(path)) continue;
    const [before, after] = await Promise.all([
      held(snapshots, path, change.before),
      held(snapshots, path, change.after),
    ]);
    const modes = { before: modeOf(change.before), after: modeOf(change.after) };
    if (before !== after || before === undefined || modes.before !== modes.after)
      files.push({
        ...diffFile(path, before, after),
        modes,
        ...(after === undefined ? { state: JSON.stringify(change.after) } : {}),
      });
  }
  return files;
}

/** The state that a run had when it ended, or the last one that is held where it has not; null where none is. */
export function lastState(events: readonly RunEvent[]): SnapshotRef | null {
  const end = events.findLastIndex(event => event.kind === 'run.ended');
  let last: SnapshotRef | null = null;
  for (const event of end < 0 ? events : events.slice(0, end)) {
    if (event.kind === 'snapshot.taken') last = event.snapshot;
    else if (event.kind === 'restore.done') last = event.after;
    else if (event.kind === 'checkpoint.made' && event.after !== null) last = event.after;
  }
  return last;
}

async function held(
  snapshots: Snapshots,
  path: string,
  side: PathChange['before'],
): Promise<string | null | undefined> {
  if (side === null || side.type === 'folder') return null;
  if (!('id' in side) || side.type === 'link') return undefined;
  return textIn(path, await snapshots.read(side.id));
}

function modeOf(side: PathChange['before']): FileMode | null {
  if (side === null || side.type === 'folder') return null;
  return side.type === 'executable' ? '100755' : '100644';
}

/** Paths relative to the root that edits and commands of the run changed. */
function touchedBy(events: readonly RunEvent[], root: string): Set<string> {
  const touched = new Set<string>();
  for (const event of events) {
    if (event.kind === 'checkpoint.made') for (const path of event.paths ?? []) touched.add(path);
    if (event.kind !== 'effect.done' || event.outcome.kind !== 'edit') continue;
    const way = relative(root, event.outcome.path);
    if (way !== '' && !isAbsolute(way) && !way.startsWith('..')) touched.add(way.split(sep).join('/'));
  }
  return touched;
}
