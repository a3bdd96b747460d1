import { createInterface, type Interface } from 'node:readline';
import type { Input } from './io.ts';

/** Lines that a person types, or that a program writes for them. */
export interface LineReader {
  /** The next line; null at the end of the input, and when the signal withdraws the wish. */
  next(signal: AbortSignal): Promise<string | null>;
  /** Forgets what was typed before now. Input that does not come from a terminal is kept: it was written as answers. */
  forget(): void;
  close(): void;
}

/**
 * Reads in the terminal's own line mode, so that Ctrl-C stays a signal. A terminal is read from the beginning: what is
 * typed before a question must be known as such. Other input is left alone until somebody wants a line.
 */
export function createLineReader(input: Input): LineReader {
  const waiting: ((line: string | null) => void)[] = [];
  let early: string[] = [];
  let ended = false;
  let reader: Interface | null = null;

  function open(): void {
    if (reader !== null || ended) return;
    reader = createInterface({ input, terminal: false });
    reader.on('line', line => {
      const taker = waiting.shift();
      if (taker === undefined) early.push(line);
      else taker(line);
    });
    reader.on('close', () => {
      ended = true;
      for (const taker of waiting.splice(0)) taker(null);
    });
  }

  if (input.isTTY === true) open();
  return {
    next(signal) {
      if (signal.aborted) return Promise.resolve(null);
      open();
      const line = early.shift();
      if (line !== undefined) return Promise.resolve(line);
      if (ended) return Promise.resolve(null);
      return new Promise(resolve => {
        const settle = (answer: string | null): void => {
          signal.removeEventListener('abort', withdraw);
          resolve(answer);
        };
        const withdraw = (): void => {
          const index = waiting.indexOf(settle);
          if (index >= 0) waiting.splice(index, 1);
          settle(null);
        };
        signal.addEventListener('abort', withdraw, { once: true });
        waiting.push(settle);
      });
    },
    forget() {
      if (input.isTTY === true) early = [];
    },
    close() {
      reader?.close();
      input.pause();
    },
  };
}
