import * as vscode from 'vscode';

export const proposalScheme = 'gatehouse-proposal';

/** So many are held; the editor may still save one for a moment after it was decided. */
const held = 100;

/** Proposed files as documents that the person can change; they lie in memory and nowhere else. */
export interface ProposalFiles extends vscode.Disposable {
  put(uri: vscode.Uri, text: string): void;
}

/** `onSaved`: the person, or the editor by itself, saved what they had changed. */
export function createProposalFiles(onSaved: (uri: vscode.Uri, text: string) => void): ProposalFiles {
  const files = new Map<string, Uint8Array>();
  const changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();

  function contentOf(uri: vscode.Uri): Uint8Array {
    const bytes = files.get(uri.toString());
    if (bytes === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    return bytes;
  }
  const refuse = (uri: vscode.Uri): never => {
    throw vscode.FileSystemError.NoPermissions(uri);
  };

  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: changed.event,
    watch: () => new vscode.Disposable(() => undefined),
    // One time for all: what we put here is never newer than what the person has in the editor.
    stat: uri => ({ type: vscode.FileType.File, ctime: 0, mtime: 1, size: contentOf(uri).length }),
    readFile: contentOf,
    writeFile(uri, bytes) {
      contentOf(uri);
      files.set(uri.toString(), bytes);
      onSaved(uri, new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    },
    readDirectory: () => [],
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  };
  const registered = vscode.workspace.registerFileSystemProvider(proposalScheme, provider, { isCaseSensitive: true });

  return {
    put(uri, text) {
      files.delete(uri.toString());
      files.set(uri.toString(), new TextEncoder().encode(text));
      const [oldest] = files.keys();
      if (files.size > held && oldest !== undefined) files.delete(oldest);
    },
    dispose() {
      registered.dispose();
      changed.dispose();
    },
  };
}
