/**
 * A text as the model sees it, with LF alone, and the way back. Texts without CRLF are their own view, so that a lone
 * CR in them stays visible and is matched as it is.
 */
export interface LfView {
  text: string;
  /** A position in the view → the one in the original. */
  original(index: number): number;
}

export function lfView(text: string): LfView {
  if (!text.includes('\r\n')) return { text, original: index => index };
  const view = text.replaceAll('\r\n', '\n');
  const removed: number[] = [];
  for (let at = text.indexOf('\r\n'); at >= 0; at = text.indexOf('\r\n', at + 2)) removed.push(at - removed.length);
  return { text: view, original: index => index + countBelow(removed, index) };
}

/** Which ending most lines of the text have; LF where there are none. */
export function dominantEnding(text: string): '\n' | '\r\n' {
  const crlf = text.split('\r\n').length - 1;
  const lf = text.split('\n').length - 1 - crlf;
  return crlf > lf ? '\r\n' : '\n';
}

/** The text with all its line ends turned into `ending`; for LF it stays as it is. */
export function withEnding(text: string, ending: '\n' | '\r\n'): string {
  return ending === '\n' ? text : text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n');
}

/** How many of the ascending `positions` are below `index`. */
function countBelow(positions: readonly number[], index: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((positions[middle] ?? Infinity) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}
