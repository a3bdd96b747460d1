import * as vscode from 'vscode';
import { z } from 'zod';
import { createHost, type Host } from './host.ts';
import { createLog, logFault } from './output.ts';

const Manifest = z.object({ version: z.string() });

/** The extension between the editor's two calls. Runs live in the host that `activate` makes, and nowhere else. */
function createExtension(): { activate: (context: vscode.ExtensionContext) => void; deactivate: () => Promise<void> } {
  let host: Host | null = null;
  return {
    activate(context: vscode.ExtensionContext): void {
      const log = createLog();
      const made = createHost(context, log, Manifest.parse(context.extension.packageJSON).version);
      host = made;
      context.subscriptions.push(log, made);
      for (const [id, run] of Object.entries(made.commands))
        context.subscriptions.push(
          vscode.commands.registerCommand(id, async (...given: unknown[]) => {
            try {
              await run(...given);
            } catch (error) {
              void vscode.window.showErrorMessage(`Gatehouse: ${logFault(log, id, error)}`);
            }
          }),
        );
      void made.welcome();
    },
    async deactivate(): Promise<void> {
      await host?.shutDown();
      host = null;
    },
  };
}

export const { activate, deactivate } = createExtension();
