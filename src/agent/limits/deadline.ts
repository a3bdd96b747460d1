import type { Clock } from '../../ports/clock.ts';

/** The minutes of a run. */
export interface Deadline {
  /** Counts from `startedAt` (Unix ms). */
  begin(startedAt: number): void;
  minutes(): number;
  /** Aborted when `allowed` minutes are over. Once more are allowed there is another signal. */
  signal(allowed: number | undefined): AbortSignal;
  /** Until a signal is wanted again. */
  close(): void;
}

export function createDeadline(clock: Clock): Deadline {
  let startedAt = clock.now();
  let armed: { allowed: number; over: AbortController; sleep: AbortController } | null = null;
  const never = new AbortController().signal;

  function arm(allowed: number): AbortSignal {
    const over = new AbortController();
    const sleep = new AbortController();
    armed = { allowed, over, sleep };
    const left = startedAt + allowed * 60_000 - clock.now();
    // A run that goes on may have none left: then nothing is asked any more.
    if (left <= 0) over.abort();
    else
      clock.sleep(left, sleep.signal).then(
        () => over.abort(),
        () => undefined,
      );
    return over.signal;
  }

  return {
    begin(at) {
      startedAt = at;
    },
    minutes: () => Math.max(0, clock.now() - startedAt) / 60_000,
    signal(allowed) {
      if (allowed === undefined) return never;
      if (armed?.allowed === allowed) return armed.over.signal;
      armed?.sleep.abort();
      return arm(allowed);
    },
    close() {
      armed?.sleep.abort();
      armed = null;
    },
  };
}
