import type { Masker } from '../ports/masker.ts';
import { hasLongRun, isKeyLine, isLoneKeyLine, opensKey } from '../risk/secrets/pem.ts';
import type { RunMasker } from './masker.ts';

/** Text in pieces, on its way to somebody. */
export interface LineMasker {
  write(text: string): void;
  /** Gives out what is still held, such as a last line without a newline. Nothing may be written afterwards. */
  end(): void;
}

/** Cheap, and true wherever one of the lines `opens`. */
function mayOpen(lines: string): boolean {
  return lines.includes('PRIVATE KEY') || hasLongRun(lines);
}

function opens(line: string): boolean {
  return opensKey(line) || isLoneKeyLine(line);
}

/** A line beyond this many characters is given out in parts. */
export const longestLine = 1 << 16;
/** What is kept of such a line, so that a secret at its cut is still seen whole. */
const overlap = 1 << 12;

/**
 * Masks text that comes in pieces and gives it out by whole lines, as soon as they are complete. A private key is held
 * until it ends, however many lines it has, and so are lines that may be cut out of one.
 */
export function lineMasker(masker: RunMasker, onText: (text: string) => void): LineMasker {
  /** Whole lines of a key that has not ended, then the line that is not complete. */
  let key = '';
  let pieces: string[] = [];
  let length = 0;
  /** The rest of a word whose beginning was masked in a part that has gone out. */
  let swallowing = false;

  const give = (text: string): void => {
    if (text === '') return;
    masker.learnKeyLines(text);
    onText(masker.mask(text).text);
  };

  function takeLines(lines: string): void {
    if (key === '' && !mayOpen(lines)) return give(lines);
    let ready = '';
    for (const line of lines.split(/(?<=\n)/)) {
      if (key === '') {
        if (opens(line)) key = line;
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

/**
 * Masks the model's words as they stream: what is held is hidden, wherever it is cut. Gives out all at once but for an
 * end that may be the beginning of something held. After `end` or `drop` it can be written to again.
 */
export function wordMasker(masker: Masker, onText: (text: string) => void): LineMasker & { drop(): void } {
  let held = '';
  const give = (text: string): void => {
    if (text !== '') onText(masker.maskOwn(text).text);
  };
  return {
    write(text) {
      const whole = held + text;
      const at = masker.opening(whole);
      held = whole.slice(at);
      give(whole.slice(0, at));
    },
    end() {
      const rest = held;
      held = '';
      give(rest);
    },
    drop() {
      held = '';
    },
  };
}
