import type { Mode } from '../protocol/command.ts';
import type { RunStatus } from '../protocol/event.ts';
import { asFailure, type Failure, failures } from '../protocol/failure.ts';
import { runIds } from './find.ts';
import { emptySummary, fold, type RunSummary, spentAtMost } from './fold.ts';
import type { Home } from './home.ts';
import { type Damage, type JournalScan, scanJournal } from './read.ts';

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
  /** Whether records are of a later version of this program: what is said here may not be all. */
  newer: boolean;
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
  let scan: JournalScan;
  try {
    scan = await scanJournal(home, run, event => {
      summary = fold(summary, event);
    });
  } catch (error) {
    return { ok: false, run, failure: asFailure(error) };
  }
  const found = toListed(summary, scan.unknown > 0);
  if (found !== null) return { ok: true, run: found };
  const { version } = scan;
  if (scan.unknown > 0) return { ok: false, run, failure: failures.journalNewer({ run, version }) };
  const problem: Damage = 'noStart';
  return { ok: false, run, failure: failures.journalDamaged({ run, line: 0, problem }) };
}

function toListed(summary: RunSummary, newer: boolean): ListedRun | null {
  const { run, startedAt, workspace, mode, model, scripted, turns } = summary;
  if (mode === null) return null;
  const prompt = summary.prompt.split('\n').find(line => line.trim() !== '') ?? '';
  const status = summary.status ?? 'unfinished';
  const filesChanged = summary.filesChanged.length;
  const told = { run, startedAt, workspace, prompt: prompt.trim(), mode, model, scripted };
  return { ...told, status, turns, usd: spentAtMost(summary).usd, filesChanged, newer };
}
