import type { Survivor } from '../../protocol/event.ts';
import type { Tree } from '../processTree.ts';

/** What is still there so long after it was told to end, in ms, is a survivor. */
const patienceMs = 2_000;

/** The processes of a command in the sandbox. Their namespace ends as one, so they are all there or none. */
export class ContainedTree implements Tree {
  readonly #pid: number;
  readonly #kill: () => void;
  readonly #killRun: () => void;
  readonly #exited: Promise<unknown>;
  #over = false;

  /** `exited` resolves when none of the processes is left. `killRun` ends the whole run's, as nothing less works without waiting. */
  constructor(pid: number, kill: () => void, killRun: () => void, exited: Promise<unknown>) {
    this.#pid = pid;
    this.#kill = kill;
    this.#killRun = killRun;
    this.#exited = exited.then(() => (this.#over = true));
  }

  living(): Survivor[] {
    return this.#over ? [] : [{ pid: this.#pid, name: 'bwrap' }];
  }

  async end(): Promise<Survivor[]> {
    if (this.#over) return [];
    this.#kill();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>(resolve => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([this.#exited, late]);
    clearTimeout(timer);
    return this.living();
  }

  killNow(): void {
    if (!this.#over) this.#killRun();
  }
}
