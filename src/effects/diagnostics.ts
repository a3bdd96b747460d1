import { relative } from 'node:path';
import type { Editor } from '../ports/editor.ts';
import type { DiagnosticsEffect } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import type { DiagnosticsOutcome } from './outcome.ts';
import { isInside } from './workspace.ts';

/** The editor's problems, with paths relative to `root` where they lie in it. Rejects with `diagnostics.noEditor`. */
export async function diagnostics(
  effect: DiagnosticsEffect,
  editor: Editor | null,
  root: string,
): Promise<DiagnosticsOutcome> {
  if (editor === null) throw new GatehouseError(failures.noEditor({}));
  const items = await editor.diagnostics(effect.path);
  return {
    kind: 'diagnostics',
    items: items.map(item => (isInside(root, item.path) ? { ...item, path: relative(root, item.path) } : item)),
  };
}
