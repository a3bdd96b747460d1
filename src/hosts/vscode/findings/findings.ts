import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunEvent } from '../../../protocol/event.ts';
import { kindWords, severityWords } from '../../reviewWords.ts';
import { oneLine } from '../safeText.ts';
import { newestOf, type ShownFinding } from './shown.ts';

/** What the reviewer found, as problems and as comments in the files. */
export interface Findings extends vscode.Disposable {
  /** Shows what is open in these runs, the newest first. */
  show(runs: readonly (readonly RunEvent[])[]): void;
  /** The one that a menu or a fix was called with; null for anything else. */
  of(argument: unknown): ShownFinding | null;
  /** All that are open, for a person to pick one. */
  open(): readonly ShownFinding[];
}

const id = 'gatehouse.review';
const waive = 'gatehouse.waiveFinding';

const severities = {
  blocking: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  note: vscode.DiagnosticSeverity.Information,
};

export function createFindings(): Findings {
  const problems = vscode.languages.createDiagnosticCollection(id);
  const comments = vscode.comments.createCommentController(id, 'Gatehouse review');
  const threads = new Map<string, { thread: vscode.CommentThread; shown: ShownFinding }>();
  let shown: ShownFinding[] = [];

  const fixes = vscode.languages.registerCodeActionsProvider(
    { scheme: 'file' },
    {
      provideCodeActions: (document, _range, { diagnostics }) =>
        diagnostics.flatMap(diagnostic => {
          const found = shown.find(each => isAbout(each, document.uri, diagnostic));
          return found === undefined ? [] : [fixOf(found, diagnostic)];
        }),
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );

  function show(runs: readonly (readonly RunEvent[])[]): void {
    shown = newestOf(runs);
    problems.clear();
    const byFile = Map.groupBy(shown, each => uriOf(each).toString());
    for (const found of byFile.values()) {
      const [first] = found;
      if (first !== undefined) problems.set(uriOf(first), found.map(problemOf));
    }
    const wanted = new Map(shown.map(each => [keyOf(each), each]));
    for (const [key, { thread }] of threads)
      if (!wanted.has(key)) {
        thread.dispose();
        threads.delete(key);
      }
    for (const [key, each] of wanted) {
      const range = rangeOf(each);
      const known = threads.get(key);
      if (known !== undefined && known.thread.range?.isEqual(range) === true) continue;
      known?.thread.dispose();
      threads.set(key, { thread: threadOf(each, range), shown: each });
    }
  }

  function threadOf(each: ShownFinding, range: vscode.Range): vscode.CommentThread {
    const { finding } = each;
    const body = new vscode.MarkdownString().appendText(oneLine(finding.sentence));
    if (finding.evidence !== '') body.appendCodeblock(finding.evidence);
    const thread = comments.createCommentThread(uriOf(each), range, [
      {
        body,
        mode: vscode.CommentMode.Preview,
        author: { name: finding.by === 'model' ? 'Reviewer' : 'Rule' },
        label: `${severityWords[finding.severity]}, ${kindWords[finding.category]}`,
      },
    ]);
    thread.canReply = false;
    thread.label = 'Gatehouse review';
    thread.contextValue = 'open';
    thread.collapsibleState =
      finding.severity === 'blocking'
        ? vscode.CommentThreadCollapsibleState.Expanded
        : vscode.CommentThreadCollapsibleState.Collapsed;
    return thread;
  }

  return {
    show,
    open: () => shown,
    of(argument) {
      for (const { thread, shown: each } of threads.values()) if (argument === thread) return each;
      if (typeof argument !== 'object' || argument === null) return null;
      const [run, finding] = [Reflect.get(argument, 'run'), Reflect.get(argument, 'finding')];
      return shown.find(each => each.run === run && each.finding.id === finding) ?? null;
    },
    dispose() {
      for (const part of [problems, comments, fixes]) part.dispose();
    },
  };
}

function keyOf({ run, finding }: ShownFinding): string {
  return `${run} ${finding.id}`;
}

function uriOf({ root, finding }: ShownFinding): vscode.Uri {
  return vscode.Uri.file(join(root, finding.file));
}

/** The whole line; the first where it is about the file. */
function rangeOf({ finding: { line } }: ShownFinding): vscode.Range {
  const at = (line ?? 1) - 1;
  return new vscode.Range(at, 0, at, Number.MAX_SAFE_INTEGER);
}

function problemOf(each: ShownFinding): vscode.Diagnostic {
  const { finding } = each;
  const problem = new vscode.Diagnostic(rangeOf(each), oneLine(finding.sentence), severities[finding.severity]);
  problem.source = 'Gatehouse review';
  problem.code = kindWords[finding.category];
  return problem;
}

function isAbout(each: ShownFinding, uri: vscode.Uri, { source, message, range }: vscode.Diagnostic): boolean {
  return (
    source === 'Gatehouse review' &&
    uriOf(each).toString() === uri.toString() &&
    message === oneLine(each.finding.sentence) &&
    range.start.line === rangeOf(each).start.line
  );
}

function fixOf({ run, finding }: ShownFinding, diagnostic: vscode.Diagnostic): vscode.CodeAction {
  const fix = new vscode.CodeAction('Gatehouse: waive this finding…', vscode.CodeActionKind.QuickFix);
  fix.diagnostics = [diagnostic];
  fix.command = { command: waive, title: 'Waive…', arguments: [{ run, finding: finding.id }] };
  return fix;
}
