import type { Clock } from '../ports/clock.ts';

/** Watches for silence. */
export interface IdleWatch {
  /** Something came: the time starts anew. */
  touch: () => void;
  stop: () => void;
}

/** Calls `onIdle` once when nothing was touched for `idleMs`, counted from now. At most one sleep is open at a time. */
export function watchIdle(clock: Clock, idleMs: number, onIdle: () => void): IdleWatch {
  const stopped = new AbortController();
  let last = clock.now();
  const watch = async (): Promise<void> => {
    for (;;) {
      const left = last + idleMs - clock.now();
      if (left <= 0) {
        onIdle();
        return;
      }
      await clock.sleep(left, stopped.signal);
    }
  };
  watch().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });
  return {
    touch: () => {
      last = clock.now();
    },
    stop: () => stopped.abort(),
  };
}
