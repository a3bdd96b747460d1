import * as vscode from 'vscode';

const scheme = 'gatehouse-checkpoint';
/** Characters of all documents together; the oldest go first. */
const kept = 64 * 1024 * 1024;

/** Files as checkpoints hold them, as read-only documents. */
export interface KeptDocuments extends vscode.Disposable {
  /** `state` names where the text is from, and `path` gives the document its name and language. */
  add(state: string, path: string, text: string): vscode.Uri;
  /** Opens a text of its own. */
  show(name: string, text: string): Promise<void>;
}

export function createKeptDocuments(): KeptDocuments {
  const texts = new Map<string, string>();
  let size = 0;
  let last = 0;
  const registered = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: uri =>
      texts.get(uri.toString()) ?? 'This state is not open any more. Show the changes again from the Checkpoints view.',
  });

  function add(state: string, path: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme, path: `/${path}`, query: `${state} ${++last}` });
    texts.set(uri.toString(), text);
    size += text.length;
    for (const [address, old] of texts) {
      if (size <= kept) break;
      texts.delete(address);
      size -= old.length;
    }
    return uri;
  }

  return {
    add,
    async show(name, text) {
      await vscode.window.showTextDocument(add('shown', name, text));
    },
    dispose: () => registered.dispose(),
  };
}
