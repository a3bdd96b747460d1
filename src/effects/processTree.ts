import { setTimeout as wait } from 'node:timers/promises';
import type { Survivor } from '../protocol/event.ts';
import { listProcesses, type ProcessEntry } from './processTable.ts';

/** After the polite signal, in ms. */
const graceMs = 500;
/** What is still alive after this long, in ms, is a survivor. */
const patienceMs = 2_000;
const pollMs = 20;

/** The processes of one command, whatever holds them together. */
export interface Tree {
  /** Those that are alive now. */
  living(): Survivor[];
  /** Asks them to end, then ends them. Resolves with what is alive 2 s after the call. */
  end(): Promise<Survivor[]>;
  /** Without asking and without waiting. */
  killNow(): void;
}

/**
 * All processes that one command started: those of its session, those that carry its marker or write into its output, and
 * the descendants of all these. Once seen, a process stays known, so that it is found after its parent has gone. What
 * clears its environment, starts a session of its own, redirects its output and loses its parent before anyone looks is
 * not seen: that takes a sandbox.
 */
export class ProcessTree implements Tree {
  readonly #leader: number;
  readonly #marker: string;
  readonly #known = new Map<number, string>();
  /** The command's output, until all have closed it. */
  #pipe: string | null;
  #leaderGone = false;
  #over = false;

  /** `leader` leads a session of its own and carries the marker in its environment; `pipe` is the path that its output had. */
  constructor(leader: number, marker: string, pipe: string | null = null) {
    this.#leader = leader;
    this.#marker = marker;
    this.#pipe = pipe;
  }

  /** To be called at the end of the output: from then on nobody has it open. */
  outputEnded(): void {
    this.#pipe = null;
  }

  /** To be called when the leader was reaped: from then on an empty tree stays empty, as its numbers may be used again. */
  leaderEnded(): void {
    this.#leaderGone = true;
  }

  /** Those that are alive now. */
  living(): Survivor[] {
    return this.#look().map(({ pid, name }) => ({ pid, name }));
  }

  /** SIGTERM, half a second later SIGKILL. Resolves with what is alive 2 s after the call. */
  async end(): Promise<Survivor[]> {
    const start = performance.now();
    const since = () => performance.now() - start;
    let alive = this.#signal('SIGTERM');
    while (alive.length > 0 && since() < graceMs) {
      await wait(pollMs);
      alive = this.#look();
    }
    while (alive.length > 0 && since() < patienceMs) {
      this.#signal('SIGKILL');
      await wait(pollMs);
      alive = this.#look();
    }
    return alive.map(({ pid, name }) => ({ pid, name }));
  }

  /** SIGKILL to all, without waiting. Looks again a few times, since what is alive may fork meanwhile. */
  killNow(): void {
    for (let round = 0; round < 3 && this.#signal('SIGKILL').length > 0; round += 1);
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL'): ProcessEntry[] {
    const alive = this.#look();
    // One signal to the group reaches what is forked between the look and the kill.
    if (alive.some(entry => entry.group === this.#leader)) send(-this.#leader, signal);
    for (const entry of alive) if (entry.group !== this.#leader) send(entry.pid, signal);
    return alive;
  }

  #look(): ProcessEntry[] {
    if (this.#over) return [];
    const all = listProcesses(this.#marker, this.#pipe);
    const ours = new Map<number, ProcessEntry>();
    for (const entry of all) if (this.#belongs(entry)) ours.set(entry.pid, entry);
    for (let before = -1; before !== ours.size; ) {
      before = ours.size;
      for (const entry of all) if (ours.has(entry.ppid)) ours.set(entry.pid, entry);
    }
    for (const entry of ours.values()) this.#known.set(entry.pid, entry.started);
    this.#over = this.#leaderGone && ours.size === 0;
    return [...ours.values()];
  }

  #belongs(entry: ProcessEntry): boolean {
    return entry.marked || entry.session === this.#leader || this.#known.get(entry.pid) === entry.started;
  }
}

function send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
