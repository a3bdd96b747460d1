import type { Clock } from '../../ports/clock.ts';
import type { Spent } from '../../ports/model.ts';
import { addUsage, noUsage, type Usage } from '../../protocol/budget.ts';

/** How long, in ms, a call that was given up may take to tell what it used. */
const graceMs = 250;

/** What the calls of one review used in all. */
export interface Meter {
  calls: number;
  usage: Usage;
  usd: number | null;
  add(spent: Spent | null): void;
}

export function createMeter(): Meter {
  return {
    calls: 0,
    usage: noUsage,
    usd: 0,
    add(spent) {
      if (spent === null) return;
      this.usage = addUsage(this.usage, spent.usage);
      this.usd = this.usd === null || spent.usd === null ? null : this.usd + spent.usd;
    },
  };
}

/** Whatever a model makes of its signal: once that is aborted, it has a moment to tell what it used. */
export async function withinTime<T>(answer: Promise<T>, clock: Clock, signal: AbortSignal): Promise<T> {
  const over = new AbortController();
  const given = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => {
      clock.sleep(graceMs, over.signal).then(
        () => reject(new Error('given up')),
        () => undefined,
      );
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([answer, given]);
  } finally {
    over.abort();
  }
}
