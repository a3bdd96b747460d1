import { isAbsolute, relative } from 'node:path';
import { type DecodedText, decodeText, encodeText } from '../effects/text.ts';
import type { EditEffect } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { unifiedPatch } from './patch.ts';
import type { ToolContext } from './tool.ts';

/** A file that is to be changed, as it is now. */
export interface Target {
  /** Real path. */
  path: string;
  /** null where there is no file yet. */
  current: (DecodedText & { bytes: Uint8Array }) | null;
}

/**
 * Looks at the file that `path` leads to. One that is there must have been read in this run and be the same since:
 * `file.notRead`, `file.changed`; and it must be text: `file.binary`.
 */
export async function lookAtTarget(path: string, { workspace, filesKnown }: ToolContext): Promise<Target> {
  const { real } = await workspace.locate(path);
  const look = await workspace.look(real);
  if (look === null) return { path: real, current: null };
  const known = filesKnown.get(real);
  if (known === undefined) throw new GatehouseError(failures.fileNotRead({ path }));
  if (known !== look.ref.sha256) throw new GatehouseError(failures.fileChanged({ path }));
  return { path: real, current: { ...decodeText(path, look.bytes), bytes: look.bytes } };
}

/** Stores both sides as blobs and describes the change. Rejects with `edit.noChange` where there is none. */
export async function editEffect(target: Target, next: DecodedText, context: ToolContext): Promise<EditEffect> {
  const { workspace, blobs, masker } = context;
  const nextBytes = encodeText(next);
  const shown = workspacePath(workspace.root, target.path);
  if (target.current !== null && Buffer.compare(target.current.bytes, nextBytes) === 0)
    throw new GatehouseError(failures.editNoChange({ path: shown }));
  // Masked before it is cut into hunks: a key of several lines would no longer be recognized in a part of it.
  const before = target.current === null ? null : masker.mask(target.current.text).text;
  const { patch, added, removed } = unifiedPatch(shown, before, masker.mask(next.text).text);
  return {
    kind: 'edit',
    path: target.path,
    base: target.current === null ? null : await blobs.put(target.current.bytes),
    next: await blobs.put(nextBytes),
    patch: masker.mask(patch).text,
    added,
    removed,
  };
}

function workspacePath(root: string, path: string): string {
  const below = relative(root, path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below;
}
