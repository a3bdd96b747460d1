import { relative } from 'node:path';
import { decodeText } from '../effects/text.ts';
import { isInside } from '../effects/workspace.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { EditEffect } from '../protocol/effect.ts';
import { wholePatch } from '../tools/patch.ts';

/**
 * Whether the effect's own patch leaves out or hides a part of the change: it is an outline (heads of hunks and nothing
 * below them), or a placeholder stands in it for a secret, and an attacker could pass a payload off as one.
 */
export function hidesChange(patch: string): boolean {
  return isOutline(patch) || /\[secret:[^\]\s]+\]/.test(patch);
}

/** Whether a patch names the places of a change and nothing else, because it was too large to be kept. */
export function isOutline(patch: string): boolean {
  const lines = patch.trimEnd().split('\n').slice(2);
  return lines.length > 0 && lines.every(line => line.startsWith('@@'));
}

/**
 * The very bytes that would change, as a whole unified diff: nothing is left out and secrets are not hidden, so it is for
 * the person's eyes alone. Rejects where the blob store no longer has them, or has others.
 */
export async function realChange(effect: EditEffect, root: string, blobs: Pick<Blobs, 'get'>): Promise<string> {
  const { path, base, next } = effect;
  const name = isInside(root, path) ? relative(root, path) : path;
  const before = base === null ? null : decodeText(path, await blobs.get(base)).text;
  return wholePatch(name, before, decodeText(path, await blobs.get(next)).text);
}
