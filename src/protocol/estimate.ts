/** Half of the runs needed no more than `p50`, nine of ten no more than `p90`. */
export interface Spread {
  p50: number;
  p90: number;
}

/** What a run may need, by runs of before. */
export interface Estimate {
  /** The task class that all of them were of; null where they are of any kind. */
  task: string | null;
  /** How many were counted. */
  runs: number;
  turns: Spread;
  minutes: Spread;
  /** US dollars; null where the price of none is known. */
  usd: Spread | null;
}
