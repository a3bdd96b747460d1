import * as vscode from 'vscode';

/** The editor's own ripgrep, wherever this version of it keeps it; undefined where it is not found. */
export async function editorRipgrep(): Promise<string | undefined> {
  const { platform, arch } = process;
  const program = platform === 'win32' ? 'rg.exe' : 'rg';
  const root = vscode.Uri.file(vscode.env.appRoot);
  for (const modules of ['node_modules', 'node_modules.asar.unpacked'])
    for (const place of [`@vscode/ripgrep-universal/bin/${platform}-${arch}`, '@vscode/ripgrep/bin']) {
      const path = vscode.Uri.joinPath(root, modules, place, program);
      const found = await vscode.workspace.fs.stat(path).then(
        stat => (stat.type & vscode.FileType.File) !== 0,
        () => false,
      );
      if (found) return path.fsPath;
    }
  return undefined;
}
