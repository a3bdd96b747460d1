import { isAbsolute, relative, resolve, sep } from 'node:path';
import * as vscode from 'vscode';

/** Shows a file of the run's folder; false where the path leads out of it or to nothing. `line` counts from 1. */
export async function openFile(folder: string, path: string, line?: number): Promise<boolean> {
  const target = resolve(folder, path);
  const way = relative(folder, target);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return false;
  const at = new vscode.Position(Math.max(0, (line ?? 1) - 1), 0);
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(target), {
      preview: true,
      ...(line === undefined ? {} : { selection: new vscode.Range(at, at) }),
    });
    return true;
  } catch {
    return false;
  }
}

/** Opens a web address the way the editor opens those of any extension, which asks first; false for any other scheme. */
export async function openLink(address: string): Promise<boolean> {
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  await vscode.env.openExternal(vscode.Uri.parse(address, true));
  return true;
}
