import * as vscode from 'vscode';
import { changesBetween } from '../../tools/changes.ts';
import { plain } from './proposals/text.ts';

/** Makes a document's text this one, as edits of the lines that differ, which the editor can undo. Nothing is saved. */
export async function applyText(document: vscode.TextDocument, text: string): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  const changes = changesBetween(plain(document.getText()), plain(text));
  for (const { from, to, lines } of changes)
    edit.replace(document.uri, new vscode.Range(from, 0, to, 0), lines.join(''));
  return changes.length === 0 || vscode.workspace.applyEdit(edit);
}
