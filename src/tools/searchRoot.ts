import type { SearchOutcome } from '../effects/outcome.ts';
import { countBound } from '../effects/search.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import type { ToolContext } from './tool.ts';

/** The real path that a search starts from. Rejects with `file.missing`. */
export async function searchRoot(path: string | undefined, { workspace }: ToolContext): Promise<string> {
  const place = await workspace.locate(path ?? '.');
  if (place.kind === 'missing') throw new GatehouseError(failures.fileMissing({ path: path ?? '.' }));
  return place.real;
}

/** Globs are matched below `path`, so one that starts elsewhere could never match. Throws `tool.badInput`. */
export function checkGlob(tool: string, field: string, glob: string): void {
  if (!glob.startsWith('/') && !glob.split('/').includes('..')) return;
  const problem = `${field}: is matched below path; give the folder as path and a pattern relative to it`;
  throw new GatehouseError(failures.badInput({ tool, problem }));
}

/** The lines, and a note where there are more than are shown. */
export function presentLines({ lines, total, truncated }: SearchOutcome, things: string, none: string): string {
  const count = total >= countBound ? `at least ${total}` : String(total);
  if (lines.length === 0) return truncated ? `${none} so far: the search was cut short. Narrow path or glob.` : none;
  if (!truncated) return lines.join('\n');
  const note =
    total > lines.length
      ? `The first ${lines.length} of ${count} ${things}. Narrow the pattern, path or glob to see the rest.`
      : `The search was cut short; there may be more ${things}. Narrow the pattern, path or glob.`;
  return `${lines.join('\n')}\n\n(${note})`;
}
