import * as vscode from 'vscode';

export interface ShownDiff {
  left: vscode.Uri;
  right: vscode.Uri;
  title: string;
}

/**
 * Opens a diff. In the background the tab comes behind what the person looks at, unless they have nothing open; the focus
 * stays where it is. `background` is not documented by the editor: where it goes, the diff comes to the front, without
 * the focus.
 */
export async function openDiff({ left, right, title }: ShownDiff, how: { background: boolean }): Promise<void> {
  const nothing = vscode.window.tabGroups.activeTabGroup.activeTab === undefined;
  await vscode.commands.executeCommand('vscode.diff', left, right, title, {
    background: how.background && !nothing,
    preserveFocus: how.background,
    preview: false,
  });
}
