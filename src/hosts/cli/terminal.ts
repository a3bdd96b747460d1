import { stripVTControlCharacters } from 'node:util';
import type { Output } from './io.ts';
import { noPaint, type Paint } from './paint.ts';
import { chop, fit, visible, widthOf } from './plain.ts';
import type { Piece } from './transcript.ts';

/**
 * Writes a transcript. Where it is animated, a region at the bottom of the screen shows what passes: what is going on,
 * the end of its output, and the line that the person types. It stands on stderr and is erased before anything stays.
 */
export interface Terminal {
  write(pieces: readonly Piece[]): void;
  /** Writes whole lines to stderr, where questions and errors go. The first one ends the line of an open prompt. */
  note(lines: readonly string[]): void;
  /** Writes to stderr without ending the line; the next `note` goes on in it. */
  prompt(text: string): void;
  /** The line that the person is typing, where the terminal itself does not show it. */
  typing(text: string, cursor: number): void;
  close(): void;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 120;
const liveRows = 5;

export function createTerminal(stdout: Output, stderr: Output, animate: boolean, paint: Paint = noPaint): Terminal {
  let label: string | null = null;
  let since = 0;
  let frame = 0;
  let output: readonly string[] = [];
  let asking: string | null = null;
  let typed = { text: '', after: 0 };
  /** What stands in the line that is half written, without colours. */
  let halfLine = '';
  /** The widths of the region's rows as they stand on the screen. */
  let drawn: number[] = [];
  let timer: NodeJS.Timeout | null = null;

  const columns = (): number => Math.max(10, stderr.columns ?? 80);

  /** Rows that fit into the width with one column to spare, so that none wraps. */
  function rows(): { text: string; dim: boolean }[] {
    const width = columns() - 1;
    const found: { text: string; dim: boolean }[] = [];
    if (label !== null && asking === null && halfLine === '') {
      const seconds = Math.floor((Date.now() - since) / 1000);
      const clock = seconds > 0 ? `  ${seconds} s` : '';
      const spinner = `${frames[frame % frames.length]} ${label}`;
      found.push({ text: `${fit(spinner, width - clock.length)}${clock}`, dim: false });
      for (const line of output.slice(-liveRows)) found.push({ text: fit(line, width), dim: true });
    }
    const prompt = asking ?? (typed.text === '' ? null : '> ');
    for (const line of prompt === null ? [] : (prompt + typed.text).split('\n'))
      for (const text of chop(line, width)) found.push({ text, dim: false });
    return found;
  }

  /** How to take the region off the screen and stand where it began. */
  function erasure(): string {
    if (drawn.length === 0) return '';
    const below = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns())), -1);
    const up = below + (halfLine === '' ? 0 : 1);
    const right = widthOf(halfLine);
    drawn = [];
    return `${up > 0 ? `\u001b[${up}A` : ''}\r${right > 0 ? `\u001b[${right}C` : ''}\u001b[J`;
  }

  function erase(): void {
    const text = erasure();
    if (text !== '') stderr.write(text);
  }

  function draw(): void {
    if (!animate) return;
    const before = erasure();
    const region = rows();
    drawn = region.map(row => widthOf(row.text));
    const lines = region.map(row => (row.dim ? paint('dim', row.text) : row.text)).join('\n');
    const gap = region.length > 0 && halfLine !== '' ? '\n' : '';
    const last = drawn.at(-1) ?? 0;
    const back = typed.after > 0 && typed.after <= last ? `\u001b[${typed.after}D` : '';
    if (before + lines !== '') stderr.write(before + gap + lines + back);
  }

  function setStatus(text: string | null): void {
    label = text;
    output = [];
    since = Date.now();
    if (timer !== null) clearInterval(timer);
    timer = null;
    if (text === null || !animate) return;
    timer = setInterval(() => {
      frame += 1;
      draw();
    }, frameMs);
    timer.unref();
  }

  /** Writes what stays, around the region. */
  function keep(act: () => void): void {
    const stood = drawn.length > 0;
    erase();
    act();
    if (stood || asking !== null || typed.text !== '') draw();
  }

  function writeText(text: string): void {
    stdout.write(text);
    halfLine = stripVTControlCharacters((halfLine + text).slice((halfLine + text).lastIndexOf('\n') + 1));
  }

  return {
    write(pieces) {
      if (pieces.every(piece => piece.type === 'live')) {
        for (const piece of pieces) output = piece.lines;
        return;
      }
      keep(() => {
        for (const piece of pieces) {
          if (piece.type === 'status') setStatus(piece.text);
          else if (piece.type === 'live') output = piece.lines;
          else {
            if (asking !== null && !animate) {
              stderr.write('\n');
              asking = null;
            }
            writeText(piece.type === 'line' ? `${piece.text}\n` : piece.text);
          }
        }
      });
    },
    note(lines) {
      keep(() => {
        const begun = animate ? (asking ?? '') : '';
        asking = null;
        const [first, ...rest] = lines;
        if (first !== undefined || begun !== '') stderr.write(`${begun}${first ?? ''}\n`);
        for (const line of rest) stderr.write(`${line}\n`);
      });
    },
    prompt(text) {
      setStatus(null);
      asking = text;
      if (animate) draw();
      else stderr.write(text);
    },
    typing(text, cursor) {
      typed = { text: visible(text), after: widthOf(visible(text.slice(cursor))) };
      draw();
    },
    close() {
      setStatus(null);
      asking = null;
      typed = { text: '', after: 0 };
      erase();
    },
  };
}
