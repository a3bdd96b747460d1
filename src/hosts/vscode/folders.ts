import * as vscode from 'vscode';

/** Folders that a run can work in: real ones. */
export function folders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

/** The folder for a new run, asking where there are several; null where there is none or none was picked. */
export async function pickFolder(): Promise<vscode.WorkspaceFolder | null> {
  const found = folders();
  if (found.length < 2) return found[0] ?? null;
  const picked = await vscode.window.showQuickPick(
    found.map(folder => ({ label: folder.name, description: folder.uri.fsPath, folder })),
    { title: 'Gatehouse: the folder that the run works in', ignoreFocusOut: true },
  );
  return picked?.folder ?? null;
}
