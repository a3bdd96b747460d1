/** One path that differs from the last commit. */
export interface StatusEntry {
  /** Relative to the top of the working tree, with `/`. */
  path: string;
  /** As git's letters: `M`, `A`, `D`, `R`, `C`, `T`, `U`, `?`; `.` is no change. */
  index: string;
  worktree: string;
  /** Of a rename or copy: where it came from. */
  from?: string;
}

/** Reads `git status --porcelain=v2 -z`. Lines of other kinds are passed over. */
export function parseStatus(output: string): StatusEntry[] {
  const entries: StatusEntry[] = [];
  const records = output.split('\0');
  for (let i = 0; i < records.length; i++) {
    const record = records[i] ?? '';
    const [, kind, x = '.', y = '.', rest = ''] = /^([12u]) (.)(.) (.*)$/s.exec(record) ?? [];
    if (record.startsWith('? ')) entries.push({ path: record.slice(2), index: '?', worktree: '?' });
    else if (kind === '1') entries.push({ path: after(rest, 6), index: x, worktree: y });
    else if (kind === 'u') entries.push({ path: after(rest, 8), index: x, worktree: y });
    else if (kind === '2') entries.push({ path: after(rest, 7), index: x, worktree: y, from: records[++i] ?? '' });
  }
  return entries;
}

/** What follows so many fields; a path may hold blanks itself. */
function after(text: string, fields: number): string {
  let at = 0;
  for (let n = 0; n < fields; n++) at = text.indexOf(' ', at) + 1;
  return text.slice(at);
}
