/** What all runs of one workspace spend on one day, in US dollars. Several processes share it. */
export interface DayLedger {
  /** Of today, what is set aside included. */
  spent(): Promise<number>;
  /**
   * Sets `usd` aside unless that would bring the day above `allowed`: then null. `settle` puts what was spent in its place;
   * without it, as after a crash, all of it counts as spent until the day ends.
   */
  reserve(usd: number, allowed: number): Promise<{ settle(usd: number): Promise<void> } | null>;
}
