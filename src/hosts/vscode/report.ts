import * as vscode from 'vscode';
import { toMarkdown } from '../../journal/report/markdown.ts';
import { buildReport } from '../../journal/report/report.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { reasonSentence } from '../sentences.ts';
import { markWord } from '../suspicionWords.ts';
import { sayFailure } from './say.ts';

const scheme = 'gatehouse-report';

export interface Reports extends vscode.Disposable {
  /** Shows the report of a run as rendered Markdown. */
  open(run: string, events: readonly RunEvent[]): Promise<void>;
}

/** Reports as read-only documents, written anew from the run's events each time one is opened. */
export function createReports(): Reports {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const registered = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: uri => texts.get(uri.toString()) ?? '',
  });
  return {
    async open(run, events) {
      const uri = vscode.Uri.from({ scheme, path: `/${run}/Run report.md` });
      const reason = (code: string, args: Record<string, string | number>): string => reasonSentence({ code, args });
      texts.set(uri.toString(), toMarkdown(buildReport(events), { reason, failure: sayFailure, mark: markWord }));
      changed.fire(uri);
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    },
    dispose() {
      registered.dispose();
      changed.dispose();
    },
  };
}
