/** The person's standing instructions, which hold in all of their runs. */
export interface Instructions {
  /** As they are now; empty where there are none. */
  read(): Promise<string>;
  /** Adds one sentence. Rejects where it cannot be written. */
  keep(sentence: string): Promise<void>;
}
