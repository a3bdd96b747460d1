import * as vscode from 'vscode';
import type { Home } from '../../journal/home.ts';
import { toMarkdown } from '../../journal/report/markdown.ts';
import { buildReport, type Report } from '../../journal/report/report.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { reportWords } from '../reportWords.ts';
import { sayFailure } from './say.ts';

const scheme = 'gatehouse-report';

export interface Reports extends vscode.Disposable {
  /** Shows the report of a run as rendered Markdown. */
  open(run: string, events: readonly RunEvent[]): Promise<void>;
}

export interface ReportDeps {
  home: () => Promise<Home>;
  env: NodeJS.ProcessEnv;
  version: string;
}

/** Reports as read-only documents, written anew from the run's events each time one is opened. */
export function createReports(deps: ReportDeps): Reports {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const registered = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: uri => texts.get(uri.toString()) ?? '',
  });
  return {
    async open(run, events) {
      const uri = vscode.Uri.from({ scheme, path: `/${run}/Run report.md` });
      const report = await whole(run, events, deps).catch(() => buildReport(events));
      texts.set(uri.toString(), toMarkdown(report, reportWords(sayFailure)));
      changed.fire(uri);
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    },
    dispose() {
      registered.dispose();
      changed.dispose();
    },
  };
}

/** With what the states and the files tell beside the journal. */
async function whole(run: string, events: readonly RunEvent[], { home, env, version }: ReportDeps): Promise<Report> {
  const [{ diffOfPast, extrasOf }, { openMasker }] = await Promise.all([
    import('../reportExtras.ts'),
    import('../masking.ts'),
  ]);
  const at = await home();
  const root = events.find(event => event.kind === 'run.started')?.workspace ?? '';
  const diff = await diffOfPast({ home: at, run, env, version }, events);
  return buildReport(events, extrasOf(events, diff, await openMasker({ home: at, run, root, env, endpoint: null })));
}
