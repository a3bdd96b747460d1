import * as vscode from 'vscode';
import type { PlanChoice, PlanRow } from './planRows.ts';

type Item = vscode.QuickPickItem & { row?: PlanRow };

export interface PlanQuestion {
  title: string;
  rows: readonly PlanRow[];
  /** Shows one change or conflict, with the focus left where it is. */
  look: (row: Extract<PlanRow, { type: 'change' | 'conflict' }>) => Promise<void>;
  /** Shows all of it, and the question stays. */
  lookAtAll: () => Promise<void>;
}

const onlyThis: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('history'),
  tooltip: 'Restore only this file',
};

/** Shows what a restore would do and asks; null where nothing was chosen. Looking at a file answers nothing. */
export function askPlan({ title, rows, look, lookAtAll }: PlanQuestion): Promise<PlanChoice | null> {
  const { promise, resolve } = Promise.withResolvers<PlanChoice | null>();
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = title;
  pick.placeholder = 'Choose what is done. A file that you choose is shown, and nothing else happens.';
  pick.items = rows.map(itemOf);
  pick.ignoreFocusOut = true;
  pick.matchOnDetail = true;
  const settle = (choice: PlanChoice | null): void => {
    resolve(choice);
    pick.hide();
  };
  pick.onDidAccept(() => {
    const row = pick.selectedItems[0]?.row;
    if (row?.type === 'change' || row?.type === 'conflict') void look(row);
    if (row?.type !== 'choice') return;
    if (row.choice.type === 'all') void lookAtAll();
    else settle(row.choice.type === 'cancel' ? null : row.choice);
  });
  pick.onDidTriggerItemButton(({ item }) => {
    if (item.row?.type === 'change') settle({ type: 'only', change: item.row.index });
  });
  pick.onDidHide(() => {
    resolve(null);
    pick.dispose();
  });
  pick.show();
  return promise;
}

function itemOf(row: PlanRow): Item {
  switch (row.type) {
    case 'heading':
      return { label: row.label, kind: vscode.QuickPickItemKind.Separator };
    case 'choice':
      return { row, label: `$(${row.icon}) ${row.label}`, detail: row.detail, alwaysShow: true };
    case 'change':
      return { row, label: row.label, description: row.description, buttons: [onlyThis] };
    case 'conflict':
      return { row, label: `$(warning) ${row.label}`, description: row.description, ...detailOf(row) };
    case 'note':
      return { row, label: `$(info) ${row.label}`, detail: row.detail };
  }
}

function detailOf({ detail }: { detail?: string }): { detail?: string } {
  return detail === undefined ? {} : { detail };
}
