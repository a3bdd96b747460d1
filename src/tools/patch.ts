import { formatPatch, OMIT_HEADERS, type StructuredPatch, structuredPatch } from 'diff';
import { quotePath } from '../effects/quotePath.ts';

/** Work and size of a patch are bounded; beyond it a summary takes its place. */
const timeoutMs = 500;
const maxPatchChars = 256 * 1024;

export interface Patch {
  /** A unified diff with three lines of context, or headers and one sentence where that would be too much. */
  patch: string;
  added: number;
  removed: number;
}

/** `before` is null for a new file. `name` stands in the header, control characters escaped. */
export function unifiedPatch(name: string, before: string | null, after: string): Patch {
  const shown = quotePath(name);
  const from = before === null ? '/dev/null' : shown;
  const whole = { added: lineCount(after), removed: lineCount(before ?? '') };
  const options = { context: 3, timeout: timeoutMs };
  const found: StructuredPatch | undefined = structuredPatch(from, shown, before ?? '', after, '', '', options);
  if (found === undefined) return { patch: summary(from, shown, whole), ...whole };
  const lines = found.hunks.flatMap(hunk => hunk.lines);
  const counts = {
    added: lines.filter(line => line.startsWith('+')).length,
    removed: lines.filter(line => line.startsWith('-')).length,
  };
  const patch = header(from, shown) + formatPatch(found, OMIT_HEADERS);
  return { patch: patch.length > maxPatchChars ? summary(from, shown, counts) : patch, ...counts };
}

function summary(from: string, to: string, { added, removed }: Omit<Patch, 'patch'>): string {
  return `${header(from, to)}Too large to show: up to ${added} lines added and ${removed} removed.\n`;
}

/** Our own header: the library's would escape every letter beyond ASCII. */
function header(from: string, to: string): string {
  return `--- ${from}\n+++ ${to}\n`;
}

function lineCount(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
