import * as vscode from 'vscode';
import type { Home } from '../../journal/home.ts';
import type { IsolationEnd } from '../../protocol/isolation.ts';
import { type EndRow, endRows } from './endRows.ts';
import { counted } from './safeText.ts';
import { sayFailure } from './say.ts';

export interface EndDeps {
  home(): Promise<Home>;
  env: NodeJS.ProcessEnv;
  /** Opens all that the run changed. */
  showChanges(run: string): Promise<void>;
  onChanged(run: string): Promise<void>;
}

type Item = vscode.QuickPickItem & { row?: EndRow };

/** Merges, keeps or discards a run's worktree, once the person has seen what that means and has chosen it. */
export async function endWorktree(run: string, wanted: IsolationEnd, deps: EndDeps): Promise<void> {
  const [{ lookAtIsolation }, { endIsolation }] = await Promise.all([
    import('../isolationState.ts'),
    import('../isolationEnd.ts'),
  ]);
  const setup = { home: await deps.home(), run, env: deps.env };
  const state = await lookAtIsolation(setup);
  const chosen = await ask(endRows(state, wanted, sayFailure), () => deps.showChanges(run));
  if (chosen === null) return;
  const { event, merged } = await endIsolation(setup, chosen.how, chosen.force);
  await deps.onChanged(run);
  void vscode.window.showInformationMessage(
    [endings[event.how], ...(merged === null ? [] : [`${counted(merged.changed.length, 'file')} changed.`])].join(' '),
  );
}

/** Our own words alone: a branch's name is not ours. */
const endings: { [H in IsolationEnd]: string } = {
  merged: 'The run’s branch was merged into yours, and its worktree is gone.',
  kept: 'The run’s worktree is gone. Its branch stays.',
  discarded: 'The run’s worktree and branch are gone.',
};

function ask(rows: readonly EndRow[], look: () => Promise<void>): Promise<Extract<EndRow, { type: 'choice' }> | null> {
  const { promise, resolve } = Promise.withResolvers<Extract<EndRow, { type: 'choice' }> | null>();
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = 'Gatehouse: the worktree of the run';
  pick.placeholder = 'Choose what becomes of it';
  pick.items = rows.map(itemOf);
  pick.ignoreFocusOut = true;
  const first = pick.items.find(({ row }) => row?.type === 'choice');
  if (first !== undefined) pick.activeItems = [first];
  pick.onDidAccept(() => {
    const row = pick.selectedItems[0]?.row;
    if (row?.type === 'diff') void look();
    if (row?.type !== 'choice') return;
    resolve(row);
    pick.hide();
  });
  pick.onDidHide(() => {
    resolve(null);
    pick.dispose();
  });
  pick.show();
  return promise;
}

function itemOf(row: EndRow): Item {
  switch (row.type) {
    case 'heading':
      return { label: row.label, kind: vscode.QuickPickItemKind.Separator };
    case 'choice':
      return { row, label: `$(${row.icon}) ${row.label}`, detail: row.detail };
    case 'diff':
      return { row, label: `$(diff-multiple) ${row.label}`, detail: row.detail };
    case 'note':
      return { row, label: `$(${row.icon}) ${row.label}`, ...(row.detail === undefined ? {} : { detail: row.detail }) };
  }
}
