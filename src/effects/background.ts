import { randomUUID } from 'node:crypto';
import { closeSync, createWriteStream, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Terms, Violation } from '../protocol/containment.ts';
import type { ExecEffect } from '../protocol/effect.ts';
import type { Survivor } from '../protocol/event.ts';
import { type ExecContext, startCommand } from './exec.ts';
import type { ExecOutcome } from './outcome.ts';
import type { BackgroundProcess } from './run.ts';
import type { Spawned } from './shell.ts';

/** A log takes no more bytes than this; what comes later is read and dropped, so that the process does not stall. */
const maxLogBytes = 32 * 1024 * 1024;

/** Called when a background process has ended by itself or was ended. */
export type OnProcessEnd = (ended: {
  process: string;
  exitCode: number | null;
  survivors: Survivor[];
  /** What it tried and was refused. */
  violations: Violation[];
}) => void;

interface Entry {
  listed: BackgroundProcess;
  shell: Spawned;
  exitCode: number | null;
  violations: Violation[];
}

/** The background commands of one run. Each is listed until its whole tree is gone. */
export class BackgroundProcesses {
  readonly #context: ExecContext;
  readonly #onEnd: OnProcessEnd;
  readonly #entries = new Map<string, Entry>();

  constructor(context: ExecContext, onEnd: OnProcessEnd) {
    this.#context = context;
    this.#onEnd = onEnd;
  }

  async start(effect: ExecEffect, signal: AbortSignal, terms: Terms): Promise<ExecOutcome> {
    const { outDir, clock, trees } = this.#context;
    const startedAt = clock.now();
    const process = `bg-${randomUUID()}`;
    const log = join(outDir, `${process}.log`);
    const file = openSync(log, 'wx', 0o600);
    const shell = await startCommand(effect, this.#context, terms, signal).catch(error => {
      closeSync(file);
      throw error;
    });
    trees.add(shell.tree);
    const listed = { process, pid: shell.pid, command: effect.command, log, startedAt };
    const entry: Entry = { listed, shell, exitCode: null, violations: [] };
    this.#entries.set(process, entry);
    void this.#watch(entry, keepLog(shell, file));
    return {
      kind: 'exec',
      exitCode: null,
      signal: null,
      timedOut: false,
      stopped: false,
      durationMs: Math.max(0, Math.round(clock.now() - startedAt)),
      output: '',
      outputBytes: 0,
      droppedBytes: 0,
      survivors: [],
      violations: [],
      background: { process, pid: shell.pid, log },
    };
  }

  list(): BackgroundProcess[] {
    for (const entry of this.#entries.values()) if (entry.shell.tree.living().length === 0) this.#close(entry, []);
    return [...this.#entries.values()].map(entry => entry.listed);
  }

  /** Resolves at once with nothing for a process that has ended or is not of this run. */
  async end(process: string): Promise<Survivor[]> {
    const entry = this.#entries.get(process);
    if (entry === undefined) return [];
    const survivors = await entry.shell.tree.end();
    if (survivors.length === 0) {
      entry.exitCode = (await entry.shell.exited).exitCode;
      entry.violations = await entry.shell.settled.catch(() => []);
    }
    this.#close(entry, survivors);
    return survivors;
  }

  async endAll(): Promise<Survivor[]> {
    const ended = await Promise.all([...this.#entries.keys()].map(process => this.end(process)));
    return ended.flat();
  }

  async #watch(entry: Entry, closeLog: (lastWords: string) => void): Promise<void> {
    const { exitCode, signal } = await entry.shell.exited;
    entry.exitCode = exitCode;
    // Where the sandbox broke down, the process has ended, and that is told.
    entry.violations = await entry.shell.settled.catch(() => []);
    closeLog(`\n[ended with ${signal ?? `exit code ${exitCode}`}]\n`);
    if (entry.shell.tree.living().length === 0) this.#close(entry, []);
  }

  #close(entry: Entry, survivors: Survivor[]): void {
    const { process } = entry.listed;
    if (survivors.length === 0) {
      // Its end is seen by whoever asked for it and by the watch: the first tells.
      if (!this.#entries.delete(process)) return;
      this.#context.trees.delete(entry.shell.tree);
    }
    this.#onEnd({ process, exitCode: entry.exitCode, survivors, violations: entry.violations });
  }
}

/** Takes over the open file. */
function keepLog(shell: Spawned, file: number): (lastWords: string) => void {
  const log = createWriteStream('', { fd: file });
  let written = 0;
  let open = shell.output.length;
  let lastWords: string | null = null;
  const closeWhenDone = () => {
    if (open <= 0 && lastWords !== null && !log.writableEnded) log.end(lastWords);
  };
  log.on('error', () => {
    written = maxLogBytes;
  });
  for (const stream of shell.output) {
    stream.on('data', (chunk: Buffer) => {
      if (written >= maxLogBytes) return;
      const part = chunk.subarray(0, maxLogBytes - written);
      written += part.length;
      if (!log.write(part)) {
        stream.pause();
        log.once('drain', () => stream.resume());
      }
      if (written === maxLogBytes) log.write('\n[the log is full; later output is dropped]\n');
    });
    stream.on('error', () => undefined);
    stream.once('close', () => {
      open -= 1;
      closeWhenDone();
    });
  }
  return words => {
    lastWords = words;
    closeWhenDone();
  };
}
