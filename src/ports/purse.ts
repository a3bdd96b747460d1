import type { Spent } from './model.ts';

/** What a call may take at most, set aside until it is known what it took. */
export interface Held {
  /** Gives back what was not taken; null where nothing was. To be called once. */
  settle(took: Spent | null): Promise<void>;
}

/** A call that is about to be made. */
export interface Calling {
  model: string;
  /** Whether the person may be asked for more first. */
  asks: boolean;
  signal: AbortSignal;
}

/** What a run's models may spend, all of them together. */
export interface Purse {
  /** What is left to be set aside; infinite where nothing limits it. */
  room(): { tokens: number; usd: number };
  /**
   * Sets aside the most that a call can take, and rejects with `run.limitReached` where that could cross a limit: then there
   * must be no call. Rejects with `model.priceUnknown` where dollars are limited and nobody knows what the call costs.
   */
  hold(most: Spent, call: Calling): Promise<Held>;
  /**
   * The same for a call that can be done without, where `rest` would still fit after it; null where it would not. Then
   * nobody is asked, and no limit counts as reached.
   */
  spare(most: Spent, rest: Spent, call: Calling): Promise<Held | null>;
}
