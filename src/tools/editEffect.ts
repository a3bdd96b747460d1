import { isAbsolute, relative } from 'node:path';
import { type DecodedText, decodeText, encodeText } from '../effects/text.ts';
import type { EditEffect } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { blankChanges, changesBetween } from './changes.ts';
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

/**
 * Stores both sides as blobs and describes the change. What the patch shows is what is written: it hides secrets of the
 * person that stand in the file, and nothing that is new (see `Masker.maskChange`). Rejects with `edit.noChange` where
 * there is no change, with `secret.moved` where a secret of the person would get into a file that did not hold it.
 */
export async function editEffect(target: Target, next: DecodedText, context: ToolContext): Promise<EditEffect> {
  const { workspace, blobs, masker } = context;
  const nextBytes = encodeText(next);
  const shown = workspacePath(workspace.root, target.path);
  if (target.current !== null && Buffer.compare(target.current.bytes, nextBytes) === 0)
    throw new GatehouseError(failures.editNoChange({ path: shown }));
  const current = target.current?.text ?? null;
  // Masked before it is cut into hunks: a key of several lines would no longer be recognized in a part of it.
  const { before, after, moved } = masker.maskChange(current, next.text);
  if (moved !== null) throw new GatehouseError(failures.secretMoved({ placeholder: moved, path: shown }));
  return {
    kind: 'edit',
    path: target.path,
    base: target.current === null ? null : await blobs.put(target.current.bytes),
    next: await blobs.put(nextBytes),
    ...describeChange(shown, { before: current, after: next.text }, { before, after }),
  };
}

interface Sides {
  /** null where there is no file. */
  before: string | null;
  after: string;
}

/** What an edit says of its bytes: the diff of the `masked` sides, and the figures of the real ones. */
export function describeChange(
  shown: string,
  real: Sides,
  masked: Sides,
): Pick<EditEffect, 'patch' | 'added' | 'removed' | 'hunks' | 'blank'> {
  const told = unifiedPatch(shown, masked.before, masked.after);
  // A key of twenty lines is one line in the patch and still twenty lines of the file.
  const same = masked.before === real.before && masked.after === real.after;
  const { added, removed } = same ? told : unifiedPatch(shown, real.before, real.after);
  const before = real.before ?? '';
  const hunks = changesBetween(before, real.after).length;
  return { patch: told.patch, added, removed, hunks, blank: blankChanges(before, real.after).length };
}

function workspacePath(root: string, path: string): string {
  const below = relative(root, path);
  return below === '' || below.startsWith('..') || isAbsolute(below) ? path : below;
}
