import type { Clock } from '../../src/ports/clock.ts';

interface Sleeper {
  ms: number;
  until: number;
  wake(): void;
}

/**
 * Time that a test moves on. Sleeps shorter than `instantBelow` pass at once and take the time with them; longer ones wait
 * for `advance`.
 */
export class FakeClock implements Clock {
  readonly slept: number[] = [];
  readonly #instantBelow: number;
  #now = Date.UTC(2026, 0, 1);
  #sleepers: Sleeper[] = [];
  #awaited: { ms: number; resolve(): void }[] = [];

  constructor(instantBelow = 0) {
    this.#instantBelow = instantBelow;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    this.slept.push(ms);
    if (ms < this.#instantBelow) {
      this.#now += ms;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { ms, until: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter(each => each !== sleeper);
        reject(signal.reason as Error);
      });
      for (const each of this.#awaited) if (each.ms === ms) each.resolve();
    });
  }

  /** Resolves as soon as somebody sleeps for exactly `ms`. */
  sleeping(ms: number): Promise<void> {
    if (this.#sleepers.some(each => each.ms === ms)) return Promise.resolve();
    return new Promise(resolve => this.#awaited.push({ ms, resolve }));
  }

  get sleepers(): number {
    return this.#sleepers.length;
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#sleepers.filter(each => each.until <= this.#now);
    this.#sleepers = this.#sleepers.filter(each => each.until > this.#now);
    for (const each of due) each.wake();
  }
}
