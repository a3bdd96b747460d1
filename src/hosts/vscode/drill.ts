import * as vscode from 'vscode';
import type { DrillLine } from '../drill/narrator.ts';

const before: { [K in DrillLine['kind']]: string } = {
  title: '\n',
  agent: '   agent  ',
  gate: '   gate   ',
  good: '   ✓ ',
  bad: '   ✗ ',
  plain: '   ',
};

/** Shows the drill as it goes, in a channel of its own beside the log. */
export function createDrill(extension: vscode.Uri, version: string, env: NodeJS.ProcessEnv): Drill {
  let channel: vscode.OutputChannel | null = null;
  let running: AbortController | null = null;
  return {
    async run() {
      channel ??= vscode.window.createOutputChannel('Gatehouse Drill');
      channel.show(true);
      if (running !== null) return;
      channel.clear();
      const here = channel;
      running = new AbortController();
      try {
        const { runDrill } = await import('../drill/drill.ts');
        await runDrill({
          media: vscode.Uri.joinPath(extension, 'media').fsPath,
          assets: vscode.Uri.joinPath(extension, 'dist').fsPath,
          env,
          version,
          keep: false,
          signal: running.signal,
          say: ({ kind, text }) => here.appendLine(`${before[kind]}${text}`),
        });
      } finally {
        running = null;
      }
    },
    dispose() {
      running?.abort();
      channel?.dispose();
    },
  };
}

export interface Drill extends vscode.Disposable {
  /** Shows it; begins where none is going on. */
  run(): Promise<void>;
}
