/** Lines of `after` that `before` has not, or has fewer times; without their indentation, so that moved code is not new. */
export function addedLines(before: string, after: string): string[] {
  const known = new Map<string, number>();
  for (const line of before.split('\n')) {
    const text = line.trim();
    known.set(text, (known.get(text) ?? 0) + 1);
  }
  const added: string[] = [];
  for (const line of after.split('\n')) {
    const text = line.trim();
    const left = known.get(text) ?? 0;
    if (left > 0) known.set(text, left - 1);
    else if (text !== '') added.push(text);
  }
  return added;
}

export const removedLines = (before: string, after: string): string[] => addedLines(after, before);

/** How often a pattern (with the flag `g`) stands in a text. */
export function count(pattern: RegExp, text: string): number {
  return text.match(pattern)?.length ?? 0;
}
