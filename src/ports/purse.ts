/** Tokens and US dollars of one model call; dollars are null where the price of the model is not known. */
export interface Cost {
  tokens: number;
  usd: number | null;
}

/** What a call may take at most, set aside until it is known what it took. */
export interface Held {
  /** Gives back what was not taken. To be called once. */
  settle(took: Cost): Promise<void>;
}

/** What a run's models may spend, all of them together. */
export interface Purse {
  /** What is left to be set aside; infinite where nothing limits it. */
  room(): { tokens: number; usd: number };
  /**
   * Sets aside the most that a call of `model` can take, and rejects with `limit.reached` where that could cross a limit:
   * then there must be no call. With `asks` the person may raise the limit first. Rejects with `price.unknown` where
   * dollars are limited and nobody knows what the call costs.
   */
  hold(most: Cost, call: { model: string; asks: boolean; signal: AbortSignal }): Promise<Held>;
}
