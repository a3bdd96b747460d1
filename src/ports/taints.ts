/** What a tainted run has left in a workspace, as later runs have to know it again. */
export interface TaintTrace {
  /** The run, and what tainted it. */
  run: string;
  source: string;
  line: number;
  /** Files that it wrote or whose commands did: relative to the workspace where they lie in it, else absolute. */
  paths: readonly string[];
  /** There were more files than are kept: any file may be one. */
  everything: boolean;
  /** Of what its model wrote: answers, commands, commit messages, plans; see `shinglesOf`. */
  shingles: readonly string[];
}

/** The traces of one workspace, kept beyond the runs. */
export interface Taints {
  /** Those of all runs, this one's included, as they are now. */
  all(): Promise<readonly TaintTrace[]>;
  /** Keeps this run's trace in place of the one before. Rejects where it cannot be kept. */
  keep(trace: TaintTrace): Promise<void>;
}
