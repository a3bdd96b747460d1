import * as vscode from 'vscode';
import type { Keys } from './keys.ts';

/** Takes an API key from the person, or forgets it, for the address that is set now. */
export interface KeyPrompts {
  set(): Promise<void>;
  remove(): Promise<void>;
}

export function createKeyPrompts(keys: Keys, baseUrl: () => string, log: vscode.LogOutputChannel): KeyPrompts {
  return {
    async set() {
      const address = baseUrl();
      const { origin } = new URL(address);
      const key = await vscode.window.showInputBox({
        title: `Gatehouse: API key for ${origin}`,
        prompt: `Kept in the editor's secret storage and sent to ${origin} only.`,
        password: true,
        ignoreFocusOut: true,
        validateInput: text =>
          /^[\x21-\x7e]+$/.test(text.trim()) ? null : 'A key is one word of plain letters and digits.',
      });
      if (key === undefined) return;
      await keys.set(address, key.trim());
      log.info(`An API key was stored for ${origin}.`);
    },
    async remove() {
      const address = baseUrl();
      const { origin } = new URL(address);
      await keys.remove(address);
      log.info(`The API key for ${origin} was removed.`);
      void vscode.window.showInformationMessage(`Gatehouse has no API key for ${origin} any more.`);
    },
  };
}
