import * as vscode from 'vscode';

/** What there is to do in the sample project. */
export const sampleTask = 'The tests fail. Find out why, mend it, and run them again.';

/** Whether a folder is a copy of the sample: one that `openSample` made, or one that VS Code was started for. */
export function isSample(folder: vscode.Uri, context: vscode.ExtensionContext, env: NodeJS.ProcessEnv): boolean {
  return env['GATEHOUSE_OPEN_PANEL'] === '1' || folder.path.startsWith(`${copies(context).path}/`);
}

/** Copies the sample project into a folder of the extension's own and opens it; in a new window where one is in use. */
export async function openSample(context: vscode.ExtensionContext): Promise<void> {
  const name = new Date().toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
  const copy = vscode.Uri.joinPath(copies(context), `sample-${name}`);
  await vscode.workspace.fs.createDirectory(copies(context));
  await vscode.workspace.fs.copy(vscode.Uri.joinPath(context.extensionUri, 'media', 'sample'), copy, {
    overwrite: true,
  });
  const forceNewWindow = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await vscode.commands.executeCommand('vscode.openFolder', copy, { forceNewWindow });
}

function copies(context: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(context.globalStorageUri, 'samples');
}
