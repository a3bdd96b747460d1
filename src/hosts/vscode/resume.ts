import * as vscode from 'vscode';
import { unreviewed } from '../../journal/unreviewed.ts';
import type { Limits } from '../../protocol/budget.ts';
import type { Mode } from '../../protocol/command.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { limitFigures } from '../limitWords.ts';
import { createDoubts } from './doubts.ts';
import type { Past, PastRun } from './past.ts';
import type { HeldRun, Runs } from './runs.ts';
import { counted, oneLine, pickLabel } from './safeText.ts';
import { sayFailure } from './say.ts';
import { resumeIn, type StartDeps } from './start.ts';

export interface ResumeDeps {
  start: StartDeps;
  /** That of the workspace. */
  mode(): Mode;
  past: Past;
  runs: Runs;
  /** An effect in doubt is open, or settled. */
  onDoubts(run: string): void;
}

/** Goes on with a run; null where the person gave it up at a question. Rejects with a GatehouseError where it cannot. */
export async function resume(run: PastRun, deps: ResumeDeps): Promise<HeldRun | null> {
  const events = await deps.past.events(run.run);
  const limits = await limitsFor(events);
  if (limits === null) return null;
  const words = await wordsFor(events);
  if (words === null) return null;
  const doubts = createDoubts(() => deps.onDoubts(run.run));
  const begun = await resumeIn(
    {
      run: run.run,
      folder: run.folder.uri,
      root: run.root,
      limits,
      workspaceMode: deps.mode(),
      ...words,
      doubter: doubts,
    },
    deps.start,
  );
  return deps.runs.add(begun, { title: run.title, folder: run.folder.uri.fsPath, doubts });
}

/** A run that a limit stopped goes on once that is raised; null where the person does not. */
async function limitsFor(events: readonly RunEvent[]): Promise<Limits | null> {
  const kinds = ['run.resumed', 'limit.raised', 'limit.reached'];
  const reached = events.findLast(event => kinds.includes(event.kind));
  if (reached?.kind !== 'limit.reached') return {};
  const { limit, allowed } = reached;
  // What they have looked at since counts no more.
  if (limit === 'unreviewedLines' && unreviewed(events).lines < allowed) return {};
  const value = await vscode.window.showInputBox({
    title: `Gatehouse: the run reached its limit of ${limitFigures[limit](allowed)}`,
    prompt: `The new limit. What is spent stays spent.`,
    value: String(allowed * 2),
    ignoreFocusOut: true,
    validateInput: text => (Number(text) > allowed ? null : `A number above ${allowed}.`),
  });
  return value === undefined ? null : { [limit]: Number(value) };
}

/** A run that a rule stopped may be told what to do instead before it goes on; null where the person does not go on. */
async function wordsFor(events: readonly RunEvent[]): Promise<{ words?: string } | null> {
  const { failure } = events.findLast(event => event.kind === 'run.ended') ?? { failure: null };
  if (failure?.code !== 'run.ruled') return {};
  const value = await vscode.window.showInputBox({
    title: 'Gatehouse: go on with a run that a rule stopped',
    prompt: `${oneLine(sayFailure(failure))} What you say here is told to the agent first; it may be empty.`,
    ignoreFocusOut: true,
  });
  if (value === undefined) return null;
  return value.trim() === '' ? {} : { words: value.trim() };
}

/**
 * Lets the person pick one; null where there is none or none was picked. The only one is taken unasked, unless `always`.
 */
export async function pickRun(
  runs: readonly PastRun[],
  { title, none, always }: { title: string; none: string; always: boolean },
): Promise<PastRun | null> {
  if (runs.length === 0) void vscode.window.showInformationMessage(none);
  if (runs.length === 0 || (runs.length === 1 && !always)) return runs[0] ?? null;
  const several = new Set(runs.map(({ folder }) => folder.uri.fsPath)).size > 1;
  const picked = await vscode.window.showQuickPick(
    runs.map(run => ({
      run,
      label: pickLabel(run.title),
      description: [
        new Date(run.startedAt).toLocaleString(),
        counted(run.timeline.last, 'checkpoint'),
        ...(several ? [pickLabel(run.folder.name)] : []),
      ].join(' · '),
    })),
    { title: `Gatehouse: ${title}`, ignoreFocusOut: true, matchOnDescription: true },
  );
  return picked?.run ?? null;
}
