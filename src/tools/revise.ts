import { relative } from 'node:path';
import { decodeText } from '../effects/text.ts';
import { isInside } from '../effects/workspace.ts';
import type { Revise } from '../ports/reviser.ts';
import type { BlobRef } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { rebased } from './changes.ts';
import { describeChange } from './editEffect.ts';
import { unifiedPatch } from './patch.ts';
import type { ToolContext } from './tool.ts';

/** What an edit is made into when the person changed it or its file did; see `Revise`. It looks and writes nothing. */
export function createReviser({
  workspace,
  blobs,
  masker,
}: Pick<ToolContext, 'workspace' | 'blobs' | 'masker'>): Revise {
  /** null where it is no file, or no text: then nothing is merged. */
  async function textOf(ref: BlobRef | null): Promise<string | null> {
    if (ref === null) return null;
    try {
      const { text, bom } = decodeText('', await blobs.get(ref));
      return bom ? `\uFEFF${text}` : text;
    } catch (error) {
      if (error instanceof GatehouseError && error.failure.code === 'file.binary') return null;
      throw error;
    }
  }

  /** What `base` → `next` makes of `current`. null where nobody can say. */
  async function merged(base: BlobRef | null, next: BlobRef, current: BlobRef | null): Promise<BlobRef | null> {
    if (same(base, current) || same(next, current)) return next;
    const [before, after, now] = await Promise.all([textOf(base), textOf(next), textOf(current)]);
    if (before === null || after === null || now === null) return null;
    const text = rebased(before, after, now);
    return text === null ? null : blobs.put(new TextEncoder().encode(text));
  }

  return async (edit, amended) => {
    const look = await workspace.look(edit.path);
    const current = look === null ? null : await blobs.put(look.bytes);
    const wanted = amended ?? edit;
    if (same(edit.base, current) && same(wanted.base, current) && same(wanted.next, edit.next)) return { type: 'same' };
    const found = await merged(wanted.base, wanted.next, current);
    const next = found ?? wanted.next;
    if (same(next, current)) return { type: 'nothing' };
    const own = amended !== null && !same(await merged(edit.base, edit.next, amended.base), amended.next);
    const by = [...(own ? ['person' as const] : []), ...(same(edit.base, current) ? [] : ['disk' as const])];
    const shown = isInside(workspace.root, edit.path) ? relative(workspace.root, edit.path) : edit.path;
    const after = await textOf(next);
    if (after === null) throw new GatehouseError(failures.fileBinary({ path: shown, bytes: next.bytes }));
    // The person may write what they like into their own files; what is told of it hides every secret.
    const hide = (text: string): string => masker.mask(text).text;
    const before = await textOf(current);
    const bytes = {
      base: current,
      next,
      ...describeChange(
        shown,
        { before, after },
        { before: before === null ? null : hide(before), after: hide(after) },
      ),
    };
    const { patch } = unifiedPatch(shown, hide((await textOf(edit.next)) ?? ''), hide(after));
    return {
      type: found === null ? 'conflict' : 'revised',
      bytes,
      revised: { by: by.length > 0 ? by : ['person'], patch },
    };
  };
}

function same(a: BlobRef | null, b: BlobRef | null): boolean {
  return a?.sha256 === b?.sha256;
}
