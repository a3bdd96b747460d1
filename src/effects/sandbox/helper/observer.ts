import { lstatSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { z } from 'zod';
import { judgeAttempt, type View } from '../attempts.ts';
import { readLines } from './lines.ts';

const Event = z.object({ path: z.string(), syscall: z.string().optional() });

const patienceMs = 200;
/** A command tells of so many paths of each kind at most. */
const maxReported = 100;
/** Beyond so many different paths, repetitions are looked at again. */
const maxRemembered = 50_000;

export type OnAttempt = (kind: 'refused' | 'watched', path: string) => void;

/**
 * Listens on a socket of one command for what it is about to write and passes on what matters, each path once. Only the
 * program around the command can reach the socket; what it reads is the command's memory, so it is a hint.
 */
export class Observer {
  readonly #server: Server;
  readonly #seen = new Set<string>();
  readonly #reached = Promise.withResolvers<boolean>();
  readonly #reported = { refused: 0, watched: 0 };

  constructor(view: View, onAttempt: OnAttempt) {
    this.#server = createServer(socket => {
      this.#reached.resolve(true);
      readLines(
        socket,
        Event,
        ({ path: given, syscall = '' }) => {
          if (this.#seen.has(given)) return;
          if (this.#seen.size < maxRemembered) this.#seen.add(given);
          const { kind, path } = judgeAttempt(given, view);
          if (kind === null || this.#reported[kind] >= maxReported || changesNothing(syscall, path, view)) return;
          this.#reported[kind] += 1;
          onAttempt(kind, path);
        },
        () => undefined,
      );
    });
  }

  listen(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, () => resolve());
    });
  }

  /**
   * Whether the program around the command has come as far as to connect, which is the last thing it does before the
   * command. To be asked when it has ended: a connection that was made may be heard of a moment later.
   */
  async reached(): Promise<boolean> {
    const timer = setTimeout(() => this.#reached.resolve(false), patienceMs);
    const reached = await this.#reached.promise;
    clearTimeout(timer);
    return reached;
  }

  /** Resolves when all that was told has been read. */
  async close(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#server.close(() => resolve());
    });
  }
}

/** A folder is made with all that are above it, though they are there; git removes empty ones, as those that we show are. */
function changesNothing(syscall: string, path: string, { absent }: View): boolean {
  if (syscall === 'rmdir' || syscall === 'unlinkat') return absent.includes(path);
  if (!syscall.startsWith('mkdir')) return false;
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch {
    return false;
  }
}
