import { z } from 'zod';
import { BlobRef } from './effect.ts';

const count = z.number().int().nonnegative();

/**
 * A path relative to the workspace's root with `/`, byte for byte: each character is one byte (latin1), since a file's
 * name need not be UTF-8. The root itself is the empty path.
 */
export const RawPath = z.string().brand<'RawPath'>();
export type RawPath = z.infer<typeof RawPath>;

/** The hash that git gives a file's bytes (SHA-1 or SHA-256, in hex). */
export const GitId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
export type GitId = z.infer<typeof GitId>;

/** What stands at a path. The content of a link is where it leads; a folder is only held where it is empty. */
export const Held = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['file', 'executable', 'link']), id: GitId }),
  z.object({ type: z.literal('folder') }),
]);
export type Held = z.infer<typeof Held>;

/** What stands there and is not held: too large, or no file, link or folder. */
export interface Unheld {
  type: 'special';
}

/** One path's difference between two states, of which one holds it at least; null: nothing stands there. */
export interface PathChange {
  path: RawPath;
  before: Held | Unheld | null;
  after: Held | Unheld | null;
}

/** A file with more bytes than this is in no checkpoint. */
export const maxHeldBytes = 50 * 1024 * 1024;

/** What a snapshot could not take: `tooLarge` (above the limit), `special` (pipe, socket, device), `unreadable`. */
export const NotHeld = z.object({ path: RawPath, why: z.enum(['tooLarge', 'special', 'unreadable']), bytes: count });
export type NotHeld = z.infer<typeof NotHeld>;

/**
 * A whole state of the workspace: a git tree for the workspace and one for each repository in it, which git itself
 * would not look into. Kept as JSON in the blob store; what is ignored is in no tree.
 */
export const Manifest = z.object({
  version: z.literal(1),
  parts: z.array(z.object({ path: RawPath, tree: GitId })).min(1),
  emptyFolders: z.array(RawPath),
  notHeld: z.array(NotHeld),
});
export type Manifest = z.infer<typeof Manifest>;

/** When a snapshot was taken: as the run began, before an effect, at a step's end, or after an effect that a crash cut off. */
export const SnapshotPhase = z.enum(['start', 'before', 'step', 'doubt']);
export type SnapshotPhase = z.infer<typeof SnapshotPhase>;

/** A snapshot as the journal names it. `manifest` is a `Manifest` in the blob store; `files` counts what it holds. */
export const SnapshotRef = z.object({ manifest: BlobRef, files: count, notHeld: count });
export type SnapshotRef = z.infer<typeof SnapshotRef>;

/**
 * Lines that a command added and removed. `each` is beside the paths of the event that names them; null for a file whose
 * lines nobody counted: it is no text, or was not held. `uncounted` is how many files those are. `atMost`: some files were too
 * large to be compared line by line, so that all lines between their common beginning and end count.
 */
export const ChangedLines = z.object({
  added: count,
  removed: count,
  atMost: z.boolean(),
  uncounted: count,
  each: z.array(z.tuple([count, count]).nullable()),
});
export type ChangedLines = z.infer<typeof ChangedLines>;
