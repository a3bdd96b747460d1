import type { Mode } from '../protocol/command.ts';
import type { RunStatus } from '../protocol/event.ts';
import { asFailure, type Failure, failures } from '../protocol/failure.ts';
import { runIds } from './find.ts';
import { emptySummary, fold, type RunSummary } from './fold.ts';
import type { Home } from './home.ts';
import type { Damage } from './read.ts';
import { scanJournal } from './read.ts';

export interface ListedRun {
  run: string;
  startedAt: number;
  workspace: string;
  /** The prompt's first line that is not blank. */
  prompt: string;
  mode: Mode;
  model: string;
  scripted: boolean;
  /** `unfinished`: its journal has no end, because it still runs or because it was interrupted. */
  status: RunStatus | 'unfinished';
  turns: number;
  usd: number | null;
  filesChanged: number;
}

export type Listed = { ok: true; run: ListedRun } | { ok: false; run: string; failure: Failure };

/** Runs, newest first, at most `limit`. Journals are verified as they are folded; a refused one is listed as such. */
export async function listRuns(home: Home, limit = Number.POSITIVE_INFINITY): Promise<Listed[]> {
  const ids = (await runIds(home)).toReversed();
  const listed: Listed[] = [];
  for (const id of ids.slice(0, Math.min(limit, ids.length))) listed.push(await look(home, id));
  return listed;
}

async function look(home: Home, run: string): Promise<Listed> {
  let summary = emptySummary;
  try {
    await scanJournal(home, run, event => {
      summary = fold(summary, event);
    });
  } catch (error) {
    return { ok: false, run, failure: asFailure(error) };
  }
  const found = toListed(summary);
  if (found !== null) return { ok: true, run: found };
  const problem: Damage = 'noStart';
  return { ok: false, run, failure: failures.journalDamaged({ run, line: 0, problem }) };
}

function toListed(summary: RunSummary): ListedRun | null {
  const { run, startedAt, workspace, mode, model, scripted, turns, usd } = summary;
  if (mode === null) return null;
  const prompt = summary.prompt.split('\n').find(line => line.trim() !== '') ?? '';
  const status = summary.status ?? 'unfinished';
  const filesChanged = summary.filesChanged.length;
  return { run, startedAt, workspace, prompt: prompt.trim(), mode, model, scripted, status, turns, usd, filesChanged };
}
