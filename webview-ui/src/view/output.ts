/**
 * A command's output as it streams: only its end is kept, so that adding to it costs what is added and showing it is
 * bounded, however long it gets.
 */
export interface Output {
  pieces: readonly string[];
  /** Characters in `pieces`. */
  kept: number;
  /** Characters that came before `pieces` and are gone. */
  dropped: number;
}

/** At least this many of the last characters are kept, at most twice as many. */
export const outputKeep = 16_000;

export const noOutput: Output = { pieces: [], kept: 0, dropped: 0 };

export function addOutput(output: Output, text: string): Output {
  const kept = output.kept + text.length;
  if (kept <= 2 * outputKeep && output.pieces.length < 256)
    return { pieces: [...output.pieces, text], kept, dropped: output.dropped };
  const joined = output.pieces.join('') + text;
  const tail = joined.slice(-outputKeep);
  return { pieces: [tail], kept: tail.length, dropped: output.dropped + joined.length - tail.length };
}

// oxlint-disable-next-line no-control-regex -- control characters are what it is about
const escapes = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

/** Terminal output as plain text: colours and cursor movements gone, overwritten lines as they ended up. */
export function plain(text: string): string {
  const bare = text.replace(escapes, '').replaceAll('\r\n', '\n');
  if (!bare.includes('\r')) return bare;
  return bare
    .split('\n')
    .map(line => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).replace(/\r$/, ''))
    .join('\n');
}

/** The first or last lines of a text within `lines` and `chars`, and how many lines that leaves out. */
export function clip(
  text: string,
  from: 'head' | 'tail',
  lines: number,
  chars: number,
): { text: string; left: number } {
  const all = text.split('\n');
  let part = from === 'head' ? all.slice(0, lines) : all.slice(-lines);
  let shown = part.join('\n');
  if (shown.length > chars) {
    shown = from === 'head' ? shown.slice(0, chars) : shown.slice(-chars);
    part = shown.split('\n');
  }
  return { text: shown, left: all.length - part.length };
}
