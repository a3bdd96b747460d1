import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Input } from './io.ts';

/** Lines that a person types, or that a program writes for them. */
export interface LineReader {
  /**
   * From the resolution on, lines answer a question, until `release`. At a terminal, what was typed before is none of
   * them: whole lines go to `onLine`, and one that is half typed is put aside and comes back afterwards.
   */
  claim(): Promise<void>;
  release(): void;
  /** Leaves the terminal to another program until `work` is over. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  /** The next line; null at the end of the input, and when the signal withdraws the wish. */
  next(signal: AbortSignal): Promise<string | null>;
  close(): void;
}

export interface LineEvents {
  /** A whole line that no question had asked for. Only a terminal gives such lines; other input waits for a question. */
  onLine?(line: string): void;
  /** With it, the keys of a terminal are read one by one and nothing is echoed: it is told the line as it grows. */
  onTyping?(text: string, cursor: number): void;
  /** Ctrl-C, which is a key like any other where keys are read one by one. */
  onInterrupt?(): void;
}

/** As many lines are read ahead of the questions, and hardly more: `yes` writes them without end. */
const maxAhead = 1_000;

/**
 * A terminal is read from the beginning, so that what is typed before a question is known as such. Without `onTyping` it
 * stays in its own line mode. Other input is left alone until somebody wants a line.
 */
export function createLineReader(input: Input, events: LineEvents = {}): LineReader {
  const terminal = input.isTTY === true;
  const edits = terminal && events.onTyping !== undefined;
  const waiting: ((line: string | null) => void)[] = [];
  let kept: string[] = [];
  let claimed = false;
  let aside = '';
  let ended = false;
  let reader: Interface | null = null;

  function open(): void {
    if (reader !== null || ended) return;
    const options = edits ? { output: nowhere(), terminal: true, historySize: 0 } : { terminal: false };
    reader = createInterface({ input, ...options });
    reader.on('line', line => {
      const taker = waiting.shift();
      if (taker !== undefined) taker(line);
      else if (claimed || !terminal) kept.push(line);
      else events.onLine?.(line);
      if (!terminal && kept.length >= maxAhead) reader?.pause();
    });
    reader.on('close', () => {
      ended = true;
      for (const taker of waiting.splice(0)) taker(null);
    });
    if (!edits) return;
    reader.on('SIGINT', () => events.onInterrupt?.());
    // Back in the foreground after Ctrl-Z: readline pauses there and leaves the rest to whoever listens.
    reader.on('SIGCONT', () => {
      reader?.resume();
      tellTyping();
    });
    input.on('keypress', tellTyping);
  }

  function tellTyping(): void {
    events.onTyping?.(reader?.line ?? '', reader?.cursor ?? 0);
  }

  /** Replaces what stands in the line that is being typed. */
  function retype(text: string): void {
    if (reader === null || ended || !edits) return;
    reader.write(null, { ctrl: true, name: 'e' });
    reader.write(null, { ctrl: true, name: 'u' });
    if (text !== '') reader.write(text);
    tellTyping();
  }

  if (terminal) open();
  return {
    async claim() {
      if (!terminal) return;
      // What has reached this process already is read in the next pass of the event loop at the latest.
      for (let pass = 0; pass < 2; pass += 1) await new Promise(resolve => setImmediate(resolve));
      claimed = true;
      aside = edits ? (reader?.line ?? '') : '';
      retype('');
    },
    release() {
      if (!claimed) return;
      claimed = false;
      retype(aside);
      for (const line of kept.splice(0)) events.onLine?.(line);
    },
    async lend(work) {
      // Only a terminal is shared with what it starts.
      if (!terminal || ended) return work();
      reader?.pause();
      if (edits) input.setRawMode?.(false);
      try {
        return await work();
      } finally {
        if (edits) input.setRawMode?.(true);
        if (!ended) reader?.resume();
      }
    },
    next(signal) {
      if (signal.aborted) return Promise.resolve(null);
      open();
      const line = kept.shift();
      if (line !== undefined) return Promise.resolve(line);
      if (!terminal && !ended) reader?.resume();
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
    close() {
      input.off('keypress', tellTyping);
      reader?.close();
      kept = [];
      input.pause();
    },
  };
}

/** The line editor wants to draw its line; the terminal does that here. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
