/** What a patch keeps back: the bodies of its hunks (too large to be kept), or secrets behind placeholders; null: nothing. */
export function cutOf(patch: string): 'outline' | 'secrets' | null {
  const lines = patch.trimEnd().split('\n').slice(2);
  if (lines.length > 0 && lines.every(line => line.startsWith('@@'))) return 'outline';
  return /\[secret:[^\]\s]+\]/.test(patch) ? 'secrets' : null;
}

/** Lines of a patch that differ from those they replace in the white space at their ends alone, with that to be seen. */
export function blankPairs(patch: string): { before: string; after: string }[] {
  const pairs: { before: string; after: string }[] = [];
  let [gone, come]: [string[], string[]] = [[], []];
  const flush = (): void => {
    let next = 0;
    for (const before of gone) {
      const at = come.findIndex((after, index) => index >= next && after.trim() === before.trim() && after !== before);
      if (at === -1) continue;
      next = at + 1;
      pairs.push({ before: visibleEnds(before), after: visibleEnds(come[at] ?? '') });
    }
    [gone, come] = [[], []];
  };
  for (const line of patch.split('\n').slice(2))
    if (line.startsWith('-')) {
      if (come.length > 0) flush();
      gone.push(line.slice(1));
    } else if (line.startsWith('+')) come.push(line.slice(1));
    else if (!line.startsWith('\\')) flush();
  flush();
  return pairs;
}

function visibleEnds(line: string): string {
  const inner = line.trim();
  const start = inner === '' ? line.length : line.indexOf(inner);
  const mark = (blanks: string): string => blanks.replaceAll('\t', '→').replaceAll('\r', '␍').replaceAll(/\s/g, '·');
  return mark(line.slice(0, start)) + inner + mark(line.slice(start + inner.length));
}
