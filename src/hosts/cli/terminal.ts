import type { Output } from './io.ts';
import { fit } from './plain.ts';
import type { Piece } from './transcript.ts';

/**
 * Writes a transcript. The spinner stands on its own line of stderr, only on a terminal and only while nothing else is
 * half written; it is gone before anything else is.
 */
export interface Terminal {
  write(pieces: readonly Piece[]): void;
  /** Writes whole lines to stderr, where questions and errors go. */
  note(lines: readonly string[]): void;
  /** Writes to stderr without ending the line; the next `note` goes on in it, the next `write` ends it. */
  prompt(text: string): void;
  close(): void;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 120;
const eraseLine = '\r\u001b[2K';

export function createTerminal(stdout: Output, stderr: Output, animate: boolean): Terminal {
  let label: string | null = null;
  let since = 0;
  let frame = 0;
  let drawn = false;
  let midLine = false;
  let prompting = false;
  let timer: NodeJS.Timeout | null = null;

  function erase(): void {
    if (drawn) stderr.write(eraseLine);
    drawn = false;
  }

  function draw(): void {
    if (label === null || midLine) return;
    const seconds = Math.floor((Date.now() - since) / 1000);
    const text = `${frames[frame % frames.length]} ${label}`;
    const clock = seconds > 0 ? `  ${seconds} s` : '';
    frame += 1;
    stderr.write(`${eraseLine}${fit(text, (stderr.columns ?? 80) - clock.length - 1)}${clock}`);
    drawn = true;
  }

  function setStatus(text: string | null): void {
    erase();
    label = text;
    since = Date.now();
    if (timer !== null) clearInterval(timer);
    timer = null;
    if (text === null || !animate) return;
    timer = setInterval(draw, frameMs);
    timer.unref();
  }

  return {
    write(pieces) {
      for (const piece of pieces) {
        if (piece.type === 'status') {
          setStatus(piece.text);
          continue;
        }
        erase();
        if (prompting) stderr.write('\n');
        prompting = false;
        const text = piece.type === 'line' ? `${piece.text}\n` : piece.text;
        stdout.write(text);
        midLine = !text.endsWith('\n');
      }
    },
    note(lines) {
      erase();
      prompting = false;
      for (const line of lines) stderr.write(`${line}\n`);
    },
    prompt(text) {
      setStatus(null);
      stderr.write(text);
      prompting = true;
    },
    close() {
      setStatus(null);
    },
  };
}
