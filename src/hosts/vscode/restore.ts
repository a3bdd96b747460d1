import { join } from 'node:path';
import * as vscode from 'vscode';
import { shownPath } from '../../checkpoints/paths.ts';
import type { OnConflict, RestorePlan } from '../../checkpoints/plan.ts';
import type { Home } from '../../journal/home.ts';
import type { RawPath } from '../../protocol/checkpoint.ts';
import type { OpenRestoring } from '../restoring.ts';
import { askPlan } from './askPlan.ts';
import { type DiffSource, openDiff, openDiffs, type Pair } from './diffs.ts';
import type { KeptDocuments } from './keptDocuments.ts';
import { asksNothing, type PlanChoice, planRows } from './planRows.ts';
import { isLive, type Runs } from './runs.ts';
import { counted } from './safeText.ts';

export interface RestoreDeps {
  runs: Runs;
  documents: KeptDocuments;
  home(): Promise<Home>;
  env: NodeJS.ProcessEnv;
  version: string;
  /** The run's journal has grown without the run itself. */
  onChanged(run: string): Promise<void>;
}

export interface RestoreWanted {
  run: string;
  /** A checkpoint's number, or where `redo` leads. */
  to: number | 'redo';
  /** `both`: the conversation is taken back too. */
  what: 'files' | 'both';
}

/**
 * Takes the files of a run's workspace to a checkpoint, once the person has seen what that would do and has said so.
 * A run that is going on has to be stopped first.
 */
export async function restore(wanted: RestoreWanted, deps: RestoreDeps): Promise<void> {
  const { run } = wanted;
  if (!(await stopped(run, deps.runs))) return;
  const { openRestoring } = await import('../restoring.ts');
  const restoring = await openRestoring({ home: await deps.home(), run, env: deps.env, version: deps.version });
  try {
    await restoring.mend();
    await restoring.holdCutOff();
    const to = wanted.to === 'redo' ? restoring.timeline().redo : wanted.to;
    if (to === null) {
      void vscode.window.showInformationMessage('Nothing was undone, so there is nothing to redo.');
      return;
    }
    const done = await decideAndDo({ ...wanted, to }, restoring, deps);
    if (done === null) return;
    tell(done, wanted.to !== 'redo' && restoring.timeline().redo !== null);
  } finally {
    await restoring.close();
    await deps.onChanged(run);
  }
}

/** Takes one file back to where it was before the run; what the person changed in it since stays, or nothing is done. */
export async function restorePath({ run, path }: { run: string; path: RawPath }, deps: RestoreDeps): Promise<void> {
  if (!(await stopped(run, deps.runs))) return;
  const { openRestoring } = await import('../restoring.ts');
  const restoring = await openRestoring({ home: await deps.home(), run, env: deps.env, version: deps.version });
  try {
    await restoring.mend();
    await restoring.holdCutOff();
    const plan = await restoring.plan(0, [path]);
    if (plan.conflicts.length > 0) {
      void vscode.window.showInformationMessage(
        'You changed the same place since, so the file was left. Undo Run… shows both sides and lets you choose.',
      );
      return;
    }
    const { files } = await restoring.apply(plan, { by: 'person' });
    tell({ to: 0, files, left: 0, rewound: false }, false);
  } finally {
    await restoring.close();
    await deps.onChanged(run);
  }
}

/** Whether the run does not go on here (any more); asks whether to stop it. */
async function stopped(run: string, runs: Runs): Promise<boolean> {
  const held = runs.get(run);
  if (held === null || !isLive(held)) return true;
  const stop = 'Stop the Run';
  const answer = await vscode.window.showWarningMessage(
    'This run is going on. Files can be restored once it has stopped.',
    stop,
  );
  if (answer !== stop) return false;
  held.send({ type: 'stop', by: 'person' });
  await held.over;
  return true;
}

interface Decided {
  to: number;
  files: number;
  left: number;
  rewound: boolean;
}

async function decideAndDo(
  { to, what }: { to: number; what: RestoreWanted['what'] },
  restoring: OpenRestoring,
  deps: RestoreDeps,
): Promise<Decided | null> {
  const { showPlan } = await import('../shownPlan.ts');
  const plan = await restoring.plan(to);
  const shown = await showPlan(plan, restoring);
  const both = what === 'both';
  const asked = { plan: shown, both, unsaved: unsavedOf(plan, restoring.root) };
  const choice: PlanChoice | null = asksNothing(asked)
    ? { type: 'restore' }
    : await askPlan({
        title: `${to === 0 ? 'Where the run began' : `Checkpoint ${to}`}: what would change`,
        rows: planRows(asked),
        look: row => lookAt(row.type, row.index, plan, restoring, deps),
        lookAtAll: async () => {
          await openDiffs(titleTo(to), pairsOf(plan), sourceOf(restoring), deps.documents);
        },
      });
  if (choice === null) return null;
  const rewinds = both && choice.type !== 'only';
  const applied = choice.type === 'conversation' ? null : await apply(choice, plan, restoring);
  const rewound = rewinds && (await restoring.rewind(to));
  return { to, files: applied?.files ?? 0, left: applied?.conflicts.length ?? 0, rewound };
}

async function apply(
  choice: PlanChoice,
  plan: RestorePlan,
  restoring: OpenRestoring,
): Promise<Awaited<ReturnType<OpenRestoring['apply']>>> {
  const onConflict: OnConflict = choice.type === 'keep' ? 'keep' : choice.type === 'overwrite' ? 'overwrite' : 'refuse';
  if (choice.type !== 'only') return restoring.apply(plan, { by: 'person', onConflict });
  const only = plan.changes[choice.change];
  if (only === undefined) throw new Error('a row of the plan names no change');
  return restoring.apply(await restoring.plan(plan.to, [only.path]), { by: 'person', onConflict });
}

function lookAt(
  type: 'change' | 'conflict',
  index: number,
  plan: RestorePlan,
  restoring: OpenRestoring,
  deps: RestoreDeps,
): Promise<void> {
  const found = type === 'change' ? plan.changes[index] : plan.conflicts[index];
  if (found === undefined) return Promise.resolve();
  const { path } = found;
  const [from, to] = 'why' in found ? [found.ours, found.theirs] : [found.from, found.to];
  const name = shownPath(path).split('/').at(-1) ?? '';
  const where = plan.to === 0 ? 'the start' : `checkpoint ${plan.to}`;
  const pair: Pair = { path, before: onDisk(from), after: to };
  return openDiff(`${name}: now ↔ ${where}`, pair, sourceOf(restoring), deps.documents);
}

/** All that a plan is about, as it stands and as it would be. */
export function pairsOf(plan: Pick<RestorePlan, 'changes' | 'conflicts'>): Pair[] {
  return [
    ...plan.conflicts.map(({ path, ours, theirs }) => ({ path, before: onDisk(ours), after: theirs })),
    ...plan.changes.map(({ path, from, to }) => ({ path, before: onDisk(from), after: to })),
  ];
}

/** A file is shown as the editor has it; anything else by a line that says what it is. */
function onDisk(standing: RestorePlan['conflicts'][number]['ours']): Pair['before'] {
  return standing?.type === 'file' || standing?.type === 'executable' ? 'disk' : standing;
}

export function sourceOf(restoring: OpenRestoring): DiffSource {
  return { root: restoring.root, read: id => restoring.contents.read(id) };
}

export function titleTo(to: number): string {
  return `Gatehouse: the workspace ↔ ${to === 0 ? 'where the run began' : `checkpoint ${to}`}`;
}

function unsavedOf(plan: RestorePlan, root: string): string[] {
  const paths: RawPath[] = [...plan.changes, ...plan.conflicts].map(({ path }) => path);
  const dirty = new Set(vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty).map(({ uri }) => uri.fsPath));
  return paths.map(path => shownPath(path)).filter(path => dirty.has(join(root, path)));
}

/** Our own words and numbers alone: a notification can hide a part of what others wrote. It goes by itself. */
function tell({ to, files, left, rewound }: Decided, redoable: boolean): void {
  const where = to === 0 ? 'where the run began' : `checkpoint ${to}`;
  const sentences = [
    files === 0
      ? `No file had to change to stand at ${where}.`
      : `${counted(files, 'file was', 'files were')} taken to ${where}.`,
    ...(left === 0 ? [] : [`${counted(left, 'file stayed as it is', 'files stayed as they are')}.`]),
    ...(rewound ? ['The conversation goes on from there.'] : []),
    ...(redoable && files > 0 ? ['Redo takes that forward again.'] : []),
  ];
  void vscode.window.showInformationMessage(sentences.join(' '));
}
