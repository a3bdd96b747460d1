import * as vscode from 'vscode';
import type { Diagnostic, Editor } from '../../ports/editor.ts';

/** Language servers answer a while after a file was opened or changed; this long (ms) is waited for the first word. */
const patience = 2000;

/** What the editor reports about files below `folder`, and their being saved in it: what a run may hear of. */
export function createEditor(folder: string): Editor {
  const root = vscode.Uri.file(folder);
  const inside = (uri: vscode.Uri): boolean =>
    uri.scheme === 'file' && (uri.path === root.path || uri.path.startsWith(`${root.path}/`));

  return {
    async diagnostics(path) {
      if (path === undefined)
        return vscode.languages
          .getDiagnostics()
          .filter(([uri]) => inside(uri))
          .flatMap(([uri, found]) => found.map(item => toDiagnostic(uri, item)));
      const uri = vscode.Uri.file(path);
      if (!inside(uri)) return [];
      await settled(uri);
      return vscode.languages.getDiagnostics(uri).map(item => toDiagnostic(uri, item));
    },
    onSaved(listener) {
      const saved = vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (inside(uri)) listener(uri.fsPath);
      });
      return () => saved.dispose();
    },
  };
}

/** Has the file opened, unseen, so that its language server looks at it, and waits for what that has to say. */
async function settled(uri: vscode.Uri): Promise<void> {
  const known = vscode.workspace.textDocuments.some(document => document.uri.toString() === uri.toString());
  if (known && vscode.languages.getDiagnostics(uri).length > 0) return;
  await new Promise<void>(resolve => {
    const timer = setTimeout(done, patience);
    const listener = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (uris.some(changed => changed.toString() === uri.toString())) done();
    });
    function done(): void {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    }
    vscode.workspace.openTextDocument(uri).then(undefined, done);
  });
}

const severities = ['error', 'warning', 'info', 'hint'] as const;

function toDiagnostic(uri: vscode.Uri, found: vscode.Diagnostic): Diagnostic {
  const { start } = found.range;
  return {
    path: uri.fsPath,
    line: start.line + 1,
    column: start.character + 1,
    severity: severities[found.severity] ?? 'info',
    message: found.message,
    ...(found.source === undefined ? {} : { source: found.source }),
  };
}
