import { isKeyLine, opensKey } from '../risk/secrets/pem.ts';
import type { RunMasker } from './masker.ts';

/** Text in pieces, on its way to somebody. */
export interface LineMasker {
  write(text: string): void;
  /** Gives out what is still held, such as a last line without a newline. Nothing may be written afterwards. */
  end(): void;
}

/** A line beyond this many characters is given out in parts. */
export const longestLine = 1 << 16;
/** What is kept of such a line, so that a secret at its cut is still seen whole. */
const overlap = 1 << 12;

/**
 * Masks text that comes in pieces and gives it out by whole lines, as soon as they are complete. A private key is held
 * until it ends, however many lines it has.
 */
export function lineMasker(masker: RunMasker, onText: (text: string) => void): LineMasker {
  /** Whole lines of a key that has not ended, then the line that is not complete. */
  let key = '';
  let pieces: string[] = [];
  let length = 0;
  /** The rest of a word whose beginning was masked in a part that has gone out. */
  let swallowing = false;

  const give = (text: string): void => {
    if (text !== '') onText(masker.mask(text).text);
  };

  function takeLines(lines: string): void {
    if (key === '' && !opensKey(lines)) return give(lines);
    let ready = '';
    for (const line of lines.split(/(?<=\n)/)) {
      if (key === '') {
        if (opensKey(line)) key = line;
        else ready += line;
        continue;
      }
      const goesOn = isKeyLine(line.trimEnd()) || line.trim() === '';
      key += line;
      if (goesOn && key.length < longestLine) continue;
      // It ended, was cut off, or is no key.
      if (opensKey(line)) {
        ready += key.slice(0, -line.length);
        key = line;
      } else {
        ready += key;
        key = '';
      }
    }
    give(ready);
  }

  function takeLong(line: string): void {
    let cut = line.length - overlap;
    // A secret at the cut goes out whole, and so does one just after it, which may need the name before it to be seen.
    for (const span of masker.find(line)) if (span.start < cut + 256 && span.end > cut) cut = span.end;
    swallowing = cut === line.length;
    give(key + line.slice(0, cut));
    key = '';
    pieces = [line.slice(cut)];
    length = line.length - cut;
  }

  return {
    write(text) {
      let fresh = text;
      if (swallowing) {
        const word = /^\S*/.exec(fresh)?.[0].length ?? 0;
        fresh = fresh.slice(word);
        if (fresh === '') return;
        swallowing = false;
      }
      const newline = fresh.lastIndexOf('\n');
      if (newline !== -1) {
        const lines = pieces.join('') + fresh.slice(0, newline + 1);
        pieces = [];
        length = 0;
        takeLines(lines);
        fresh = fresh.slice(newline + 1);
      }
      pieces.push(fresh);
      length += fresh.length;
      if (length > longestLine) takeLong(pieces.join(''));
    },

    end() {
      give(key + pieces.join(''));
      key = '';
      pieces = [];
      length = 0;
    },
  };
}
