import { type Failure, failures } from '../protocol/failure.ts';
import { runIds } from './find.ts';
import { emptySummary, fold, type RunSummary } from './fold.ts';
import type { Home } from './home.ts';
import { scanJournal } from './read.ts';

/** Failures that would only come again; whatever else ended a run may have passed. */
const lasting: ReadonlySet<string> = new Set(['policy.halt', 'model.refused', 'model.contextTooLong']);

/**
 * Why a run cannot go on: `run.over`; null where it can. One that is done, or failed for a reason that lasts, goes on
 * only when the person has new words for it.
 */
export function whyOver(
  { run, status, failure }: Pick<RunSummary, 'run' | 'status' | 'failure'>,
  hasWords: boolean,
): Failure | null {
  const ended = status === 'failed' || status === 'stopped';
  const over = status === 'done' || (ended && failure !== null && lasting.has(failure.code));
  return over && !hasWords ? failures.runOver({ run, status: status ?? '' }) : null;
}

export interface FindResumable {
  /** The workspace's real path. */
  workspace: string;
  hasWords: boolean;
  /** Whether somebody goes on with the run already. */
  isLive(run: string): Promise<boolean>;
}

/**
 * The newest run of the workspace that can go on; null where there is none. Journals that are refused, or are of a newer
 * version, are passed over.
 */
export async function latestResumable(home: Home, wanted: FindResumable): Promise<string | null> {
  for (const run of (await runIds(home)).toReversed()) {
    const summary = await summaryOf(home, run);
    if (summary === null || summary.workspace !== wanted.workspace) continue;
    if (whyOver(summary, wanted.hasWords) === null && !(await wanted.isLive(run))) return run;
  }
  return null;
}

async function summaryOf(home: Home, run: string): Promise<RunSummary | null> {
  let summary = emptySummary;
  try {
    const { unknown } = await scanJournal(home, run, event => {
      summary = fold(summary, event);
    });
    return unknown > 0 || summary.mode === null ? null : summary;
  } catch {
    return null;
  }
}
