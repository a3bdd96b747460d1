import type { DiffFile } from './diff.ts';

/** What one call of the reviewer is shown: parts of patches, whole hunks each, of these files. */
export interface Portion {
  files: string[];
  text: string;
}

/** Characters of diff that one call is shown, about 20,000 tokens: more is read less well, and a call costs more. */
export const portionChars = 60_000;

/** Calls that one review makes at most. */
export const maxPortions = 8;

/**
 * The diff split by files, then by hunks, into what fits a call, each line with its number in the new file. `tooLong`
 * names the files that are left out, whole or in part: a hunk that fits no call, or more than all calls take; what is no
 * text has nothing to show.
 */
export function portionsOf(
  files: readonly DiffFile[],
  most = portionChars,
): { portions: Portion[]; tooLong: string[] } {
  const portions: Portion[] = [];
  const tooLong = new Set<string>();
  let open: Portion | null = null;
  for (const file of files) {
    const pieces = piecesOf(file);
    if (pieces === null) tooLong.add(file.path);
    for (const piece of pieces ?? []) {
      const text: string = `${piece}\n`;
      if (text.length > most) tooLong.add(file.path);
      else if (open !== null && open.text.length + text.length <= most) {
        open.text += text;
        if (!open.files.includes(file.path)) open.files.push(file.path);
      } else if (portions.length < maxPortions) {
        open = { files: [file.path], text };
        portions.push(open);
      } else tooLong.add(file.path);
    }
  }
  return { portions, tooLong: [...tooLong] };
}

/** One text for each hunk, its file named at its head; null for an outline, which shows nothing. */
function piecesOf({ path, patch, before, after }: DiffFile): string[] | null {
  const what = before === null ? 'new file' : after === null ? 'deleted file' : 'changed file';
  const hunks = patch.split(/^(?=@@ )/m).slice(1);
  if (hunks.some(hunk => !hunk.trim().includes('\n'))) return null;
  return hunks.map(hunk => `### ${what} ${JSON.stringify(path)}\n${numbered(hunk)}`);
}

/** A hunk with the number that each line has in the new file. */
export function numbered(hunk: string): string {
  const [head = '', ...lines] = hunk.replace(/\n$/, '').split('\n');
  let line = Number(/\+(\d+)/.exec(head)?.[1] ?? 1);
  const rows = lines.map(text => {
    if (text.startsWith('-') || text.startsWith('\\')) return `${''.padStart(5)} ${text}`;
    return `${String(line++).padStart(5)} ${text}`;
  });
  return [head, ...rows].join('\n');
}
