import type { Paint } from './paint.ts';
import { chop, fit, outputLine, visibleLines } from './plain.ts';

/** Every line of untrusted text hangs on this, so that none can pass for one of ours. */
export const gutter = '  │ ';

/** A command's output as it comes, of which the first and the last lines are kept. */
export interface OutputWindow {
  push(text: string): void;
  /** Safe lines, with one that says how many are left out. */
  lines(): string[];
  /** The last `count` safe lines as they stand now, of at most as many as are kept. */
  last(count: number): string[];
}

/** An unfinished line is kept up to this length: a line of a megabyte is no reading matter. */
const longestLine = 4096;

export function createOutputWindow(head: number, tail: number): OutputWindow {
  const first: string[] = [];
  const last: string[] = [];
  let dropped = 0;
  let open = '';

  function add(line: string): void {
    if (first.length < head) first.push(line);
    else last.push(line);
    if (last.length > tail) {
      last.shift();
      dropped += 1;
    }
  }

  return {
    push(text) {
      const parts = text.split('\n');
      for (const [index, part] of parts.entries()) {
        open = (open + part).slice(0, longestLine);
        if (index === parts.length - 1) continue;
        add(open);
        open = '';
      }
    },
    lines() {
      const rest = open === '' ? last : [...last, open];
      const more = dropped === 0 ? [] : [`… ${dropped} more ${dropped === 1 ? 'line' : 'lines'} …`];
      return [...first.map(outputLine), ...more, ...rest.map(outputLine)];
    },
    last(count) {
      const all = open === '' ? [...first, ...last] : [...first, ...last, open];
      return all.slice(-count).map(outputLine);
    },
  };
}

/** Lines behind the gutter, dimmed and cut to the width. */
export function quoted(lines: readonly string[], paint: Paint, width: number): string[] {
  return lines.map(line => paint('dim', gutter + fit(line, width - gutter.length)));
}

export interface Excerpt {
  lines: string[];
  /** Lines that were left out for want of room. */
  hidden: number;
}

/** A whole text behind the gutter, wrapped rather than cut, so that what is approved can be read to its end. */
export function whole(text: string, paint: Paint, width: number, most: number): Excerpt {
  const rows = visibleLines(text).flatMap(line => chop(line, width - gutter.length));
  const lines = rows.map(row => paint('dim', gutter) + row);
  return bounded(lines, most, paint);
}

/** A unified diff behind the gutter, coloured. Its file names are left out: the line above says them. */
export function diffExcerpt(patch: string, paint: Paint, width: number, most: number): Excerpt {
  const body = hunksOf(visibleLines(patch));
  const lines = body.flatMap(line =>
    chop(line, width - gutter.length).map(piece => paint('dim', gutter) + paintDiff(line, piece, paint)),
  );
  return bounded(lines, most, paint);
}

/** From the first hunk on; all of it where there is none. */
function hunksOf(lines: string[]): string[] {
  return lines.slice(
    Math.max(
      0,
      lines.findIndex(line => line.startsWith('@@')),
    ),
  );
}

function paintDiff(line: string, piece: string, paint: Paint): string {
  if (line.startsWith('+')) return paint('green', piece);
  if (line.startsWith('-')) return paint('red', piece);
  return line.startsWith('@@') ? paint('cyan', piece) : piece;
}

function bounded(lines: string[], most: number, paint: Paint): Excerpt {
  const hidden = lines.length - most;
  if (hidden <= 0) return { lines, hidden: 0 };
  return { lines: [...lines.slice(0, most), paint('dim', `${gutter}… ${hidden} more lines`)], hidden };
}
