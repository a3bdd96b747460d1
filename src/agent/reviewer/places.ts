import type { Severity } from '../../protocol/diffReview.ts';
import { hiddenText } from '../../risk/edits/hidden.ts';
import { addedLines, removedLines } from '../../risk/edits/lines.ts';
import { patternChanges } from '../../risk/edits/patterns.ts';
import { testChanges } from '../../risk/edits/tests.ts';
import { findSecrets } from '../../risk/secrets.ts';
import type { DiffFile } from './diff.ts';

/** Where in a file a finding of the rules is. */
export interface Place {
  /** The first of its lines, from 1 in the file as it is after the change; null where it has none there. */
  line: number | null;
  /** Its first lines, as they are shown. */
  evidence: string;
  /** All lines that it rests on, without their indentation, sorted: one more of them is another finding. */
  lines: string[];
}

/** Lines of evidence that are shown. */
const maxShown = 4;

/** The lines with secrets that were not there before; the secrets themselves are never shown. */
export function secretLines({ before, after }: DiffFile): Place {
  const text = after ?? '';
  const spans = findSecrets(text).filter(({ start, end }) => before?.includes(text.slice(start, end)) !== true);
  const [first] = spans;
  if (first === undefined) return { line: null, evidence: '', lines: [] };
  const shown = spans.map(({ start }) => {
    const from = text.lastIndexOf('\n', start) + 1;
    const end = text.indexOf('\n', start);
    return hideAll(text, from, end === -1 ? text.length : end, spans).trim();
  });
  const line = text.slice(0, first.start).split('\n').length;
  // The id is shown too, so that it is made of what is shown alone.
  return { line, evidence: shownLines([...new Set(shown)]), lines: shown.toSorted() };
}

/**
 * The new lines that have by themselves what the code says, else those lines that are gone and had it, else, where it is
 * grave, all that changed: then it cannot be told which of them it rests on.
 */
export function linesOf({ path, before, after }: DiffFile, code: string, severity: Severity): Place {
  const [old, text] = [before ?? '', after ?? ''];
  const added = addedLines(old, text);
  const own = added.filter(line => says(path, '', line, code));
  const all = text.split('\n').map(line => line.trim());
  const fresh = new Set(own.length > 0 ? own : added);
  const index = all.findIndex(line => fresh.has(line));
  const line = index < 0 ? null : index + 1;
  const first = index < 0 ? '' : (all[index] ?? '');
  if (own.length > 0) return { line, evidence: shownLines(own), lines: own.toSorted() };
  const removed = removedLines(old, text);
  const gone = after === null ? [] : removed.filter(each => says(path, each, 'x', code));
  if (gone.length > 0) return { line, evidence: shownLines(gone), lines: gone.toSorted() };
  const lines = severity === 'blocking' ? [...added.toSorted(), '', ...removed.toSorted()] : [first];
  return { line, evidence: first, lines };
}

function says(path: string, before: string, after: string, code: string): boolean {
  return [
    ...testChanges(path, before, after),
    ...hiddenText(path, before, after),
    ...patternChanges(path, before, after),
  ].some(each => each.code === code);
}

function shownLines(lines: readonly string[]): string {
  if (lines.length <= maxShown) return lines.join('\n');
  return [...lines.slice(0, maxShown - 1), `… and ${lines.length - maxShown + 1} more`].join('\n');
}

function hideAll(text: string, from: number, to: number, spans: readonly { start: number; end: number }[]): string {
  let shown = '';
  let at = from;
  for (const { start, end } of spans) {
    if (end <= at || start >= to) continue;
    shown += `${text.slice(at, Math.max(at, start))}[secret]`;
    at = Math.max(at, end);
  }
  return shown + text.slice(Math.min(at, to), to);
}
