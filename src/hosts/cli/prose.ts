import { chop, visible, widthOf } from './plain.ts';

/**
 * Untrusted text that arrives in pieces, indented and wrapped at words. What it returns can be written as it is; a word
 * is held back until it is complete. Blank lines at the beginning and at the end are left out.
 */
export interface Prose {
  push(text: string): string;
  /** The rest, with the line ended. The next `push` begins anew. */
  end(): string;
}

export function createProse(indent: string, width: number): Prose {
  const room = Math.max(10, width - indent.length);
  let column = 0;
  let begun = false;
  let breaks = 0;
  let gap = '';
  let word = '';

  function placeWord(): string {
    if (word === '') return '';
    let out = '';
    if (begun && breaks > 0) {
      out += '\n'.repeat(Math.min(2, breaks));
      column = 0;
    }
    const safe = visible(word);
    if (column > 0 && column + gap.length + widthOf(safe) > room) {
      out += '\n';
      column = 0;
      gap = '';
    }
    for (const [index, piece] of chop(gap + safe, room).entries()) {
      if (index > 0) out += '\n';
      if (index > 0 || column === 0) out += indent;
      column = (index > 0 ? 0 : column) + widthOf(piece);
      out += piece;
    }
    begun = true;
    breaks = 0;
    gap = '';
    word = '';
    return out;
  }

  return {
    push(text) {
      let out = '';
      for (const token of text.replaceAll('\r\n', '\n').match(/\n|[ \t]+|[^\n \t]+/g) ?? []) {
        if (token === '\n') {
          out += placeWord();
          breaks += 1;
          gap = '';
        } else if (token.trim() === '') {
          out += placeWord();
          gap += token.replaceAll('\t', '    ');
        } else {
          word += token;
        }
      }
      return out;
    },
    end() {
      const out = placeWord();
      const ending = begun ? '\n' : '';
      column = 0;
      begun = false;
      breaks = 0;
      gap = '';
      return out + ending;
    },
  };
}

/** A whole untrusted text as lines, indented and wrapped at words. */
export function wrapped(text: string, indent: string, width: number): string[] {
  const prose = createProse(indent, width);
  return (prose.push(text) + prose.end()).split('\n').slice(0, -1);
}
