/** A run whose checkpoints are kept so far. */
export interface KeptRun {
  run: string;
  /** When it ended, in ms since 1970; null where it has not. */
  endedAt: number | null;
  /** What its checkpoints take up, where that is known. */
  bytes?: number;
  /** Whether a process works on it now. */
  live: boolean;
}

/** Whichever is reached first. */
export interface Retention {
  runs: number;
  days: number;
  gigabytes: number;
}

export const defaultRetention: Retention = { runs: 200, days: 30, gigabytes: 5 };

const dayMs = 24 * 60 * 60_000;

/**
 * The runs whose checkpoints go, oldest first: those that ended too long ago, and the oldest ones where there are too
 * many or they take up too much. A run that is live or has not ended never goes, but counts.
 */
export function runsToDrop(runs: readonly KeptRun[], settings: Retention, now: number): string[] {
  const over = runs.flatMap(run => (run.live || run.endedAt === null ? [] : [{ ...run, endedAt: run.endedAt }]));
  const oldest = over.toSorted((a, b) => a.endedAt - b.endedAt || (a.run < b.run ? -1 : 1));
  let left = runs.length;
  let bytes = runs.reduce((sum, run) => sum + (run.bytes ?? 0), 0);
  const dropped: string[] = [];
  for (const run of oldest) {
    const tooOld = now - run.endedAt > settings.days * dayMs;
    if (!tooOld && left <= settings.runs && bytes <= settings.gigabytes * 1024 ** 3) break;
    dropped.push(run.run);
    left -= 1;
    bytes -= run.bytes ?? 0;
  }
  return dropped;
}
