/** A secret from `start` up to, not including, `end`. `type` matches `[a-z][a-z0-9-]*`. */
export interface Span {
  start: number;
  end: number;
  type: string;
}

/** Sorted, with overlapping spans joined to one that covers them all; it has the type of the one that begins first. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && span.start < last.end) last.end = Math.max(last.end, span.end);
    else merged.push({ ...span });
  }
  return merged;
}
