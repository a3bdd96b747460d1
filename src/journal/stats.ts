import type { RunEvent, RunStatus } from '../protocol/event.ts';
import { runIds } from './find.ts';
import { emptySummary, fold, spentAtMost } from './fold.ts';
import type { Home } from './home.ts';
import { readJournal } from './read.ts';
import { acceptedIn, workOf } from './work.ts';

/** One run as the statistics see it. Times in ms. */
export interface RunFigures {
  run: string;
  startedAt: number;
  /** The task class that it was started from; null where it was free text. */
  task: string | null;
  /** Whoever was logged in on this machine; null where the journal does not tell. */
  user: string | null;
  status: RunStatus | 'unfinished';
  /** Done, and not failed by its own acceptance criteria. */
  success: boolean;
  asks: number;
  denials: number;
  /** How often a person took the workspace back along it. */
  undos: number;
  turns: number;
  activeMs: number;
  usd: number | null;
  scripted: boolean;
}

/** Runs of one task class and one user, added up. */
export interface StatsRow {
  task: string | null;
  user: string | null;
  runs: number;
  successes: number;
  asks: number;
  /** Runs that a person took back, whole or in part. */
  undone: number;
  activeMs: number;
  /** Dollars of the runs whose price is known, and how many have none. */
  usd: number;
  unpriced: number;
}

export function figuresOf(events: readonly RunEvent[]): RunFigures | null {
  const started = events.find(event => event.kind === 'run.started');
  if (started === undefined) return null;
  const summary = events.reduce(fold, emptySummary);
  const accepted = acceptedIn(workOf(events));
  return {
    run: summary.run,
    startedAt: summary.startedAt,
    task: started.task?.name ?? null,
    user: started.user ?? null,
    status: summary.status ?? 'unfinished',
    success: summary.status === 'done' && accepted !== false,
    asks: summary.asks,
    denials: summary.denials,
    undos: events.filter(event => event.kind === 'restore.done' && event.by === 'person').length,
    turns: summary.turns,
    activeMs: summary.activeMs,
    usd: spentAtMost(summary).usd,
    scripted: summary.scripted,
  };
}

/** A row for each task class and user, the classes by name and free text last. */
export function statsOf(figures: readonly RunFigures[]): StatsRow[] {
  const rows = new Map<string, StatsRow>();
  for (const { task, user, success, asks, undos, activeMs, usd } of figures) {
    const key = JSON.stringify([task, user]);
    const row = rows.get(key) ?? {
      task,
      user,
      runs: 0,
      successes: 0,
      asks: 0,
      undone: 0,
      activeMs: 0,
      usd: 0,
      unpriced: 0,
    };
    rows.set(key, {
      ...row,
      runs: row.runs + 1,
      successes: row.successes + (success ? 1 : 0),
      asks: row.asks + asks,
      undone: row.undone + (undos > 0 ? 1 : 0),
      activeMs: row.activeMs + activeMs,
      usd: row.usd + (usd ?? 0),
      unpriced: row.unpriced + (usd === null ? 1 : 0),
    });
  }
  const order = ({ task, user }: StatsRow): string => JSON.stringify([task === null, task, user]);
  return [...rows.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** The figures of all runs since a time (Unix ms), the oldest first. `refused` counts journals that could not be read. */
export async function readFigures(home: Home, since: number): Promise<{ figures: RunFigures[]; refused: number }> {
  const figures: RunFigures[] = [];
  let refused = 0;
  for (const run of await runIds(home)) {
    const found = await readJournal(home, run).then(
      ({ events }) => figuresOf(events),
      () => undefined,
    );
    if (found === undefined) refused += 1;
    else if (found !== null && found.startedAt >= since) figures.push(found);
  }
  return { figures, refused };
}
