import type { Clock } from '../../ports/clock.ts';

/** The minutes of a run. */
export interface Deadline {
  /** Counts from `startedAt` (Unix ms). */
  begin(startedAt: number): void;
  /** At least those that are over by a signal's time, whatever the clock says: it may have been set back meanwhile. */
  minutes(): number;
  /** Aborted when `allowed` minutes are over. Once more are allowed there is another signal. */
  signal(allowed: number | undefined): AbortSignal;
  /** Until a signal is wanted again. */
  close(): void;
}

/** A timer cannot be set for longer: it would end at once. In ms. */
const longestSleepMs = 2 ** 31 - 1;

export function createDeadline(clock: Clock): Deadline {
  let startedAt = clock.now();
  let armed: { allowed: number; over: AbortController; sleep: AbortController } | null = null;
  /** Known to be over, in minutes. */
  let past = 0;
  const never = new AbortController().signal;

  const minutes = (): number => Math.max(past, (clock.now() - startedAt) / 60_000);

  async function wait(ms: number, signal: AbortSignal): Promise<void> {
    for (let left = ms; left > 0; left -= longestSleepMs) await clock.sleep(Math.min(left, longestSleepMs), signal);
  }

  function arm(allowed: number): AbortSignal {
    const over = new AbortController();
    const sleep = new AbortController();
    armed = { allowed, over, sleep };
    const left = (allowed - minutes()) * 60_000;
    const end = (): void => {
      past = Math.max(past, allowed);
      over.abort();
    };
    // A run that goes on may have none left: then nothing is asked any more.
    if (left <= 0) end();
    else wait(left, sleep.signal).then(end, () => undefined);
    return over.signal;
  }

  return {
    begin(at) {
      startedAt = at;
    },
    minutes,
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
