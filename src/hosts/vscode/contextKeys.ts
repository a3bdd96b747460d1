import * as vscode from 'vscode';
import type { ContextKey } from './names.ts';

export function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
