import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Home } from '../../journal/home.ts';
import { actOf, behind, dayOf, whySentences } from '../whyWords.ts';
import { oneLine, pickLabel } from './safeText.ts';

export interface WhyDeps {
  home: () => Promise<Home>;
  env: NodeJS.ProcessEnv;
  version: string;
  /** Shows the run in the panel. */
  openRun(run: string): Promise<void>;
  openReport(run: string): Promise<void>;
}

/** Answers for the line with the cursor, in a list: what is known of it, and what can be done. */
export async function showWhy(deps: WhyDeps): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.document.uri.scheme !== 'file') {
    void vscode.window.showInformationMessage('Put the cursor on a line of a file first.');
    return;
  }
  const { document, selection } = editor;
  const line = selection.active.line + 1;
  const [{ whyLine }, { openWorkspace }] = await Promise.all([
    import('../why.ts'),
    import('../../effects/workspace.ts'),
  ]);
  const { root } = await openWorkspace(dirname(document.uri.fsPath));
  const why = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: 'Looking for the run that wrote this line' },
    async () =>
      whyLine({
        home: await deps.home(),
        env: deps.env,
        version: deps.version,
        file: join(root, basename(document.uri.fsPath)),
        text: document.getText(),
        line,
      }),
  );
  if (why.type !== 'written') {
    void vscode.window.showInformationMessage(unlinked(whySentences(why).map(oneLine).join(' ')));
    return;
  }
  const { run } = why;
  const items: (vscode.QuickPickItem & { act?: () => Promise<unknown> })[] = [
    { label: pickLabel(actOf(why)), detail: `Run ${run}, ${dayOf(why.at)}` },
    ...behind(why).map(label => ({ label: pickLabel(label) })),
    { label: 'What to do', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(open-preview) Open the run', act: () => deps.openRun(run) },
    { label: '$(output) Open its report', act: () => deps.openReport(run) },
    {
      label: '$(copy) Copy the command that takes the file back to before it',
      detail: why.undo,
      act: async () => vscode.env.clipboard.writeText(why.undo),
    },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: `Why is line ${line} of ${oneLine(basename(document.uri.fsPath))} here?`,
  });
  await chosen?.act?.();
}

/** Notifications run `command:` links: text of others must be none. */
function unlinked(text: string): string {
  return text.replaceAll(/[[\]()]/g, ' ');
}
