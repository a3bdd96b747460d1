import { basename } from 'node:path';
import * as vscode from 'vscode';

export const baselineScheme = 'gatehouse-before';

/** A file with changes to look at, and what it is compared with; null: there was no file. */
export interface SourceFile {
  path: string;
  baseline: string | null;
}

/**
 * A source control of our own: it lists files that a run changed, and marks their changes in the gutter. There is none
 * while there is nothing to look at.
 */
export interface ReviewSource extends vscode.Disposable {
  show(files: readonly SourceFile[]): void;
  /** The file that one of our own rows stands for; null for anything else. */
  fileOf(argument: unknown): string | null;
  /** Whether the argument is the heading of our own list. */
  isAll(argument: unknown): boolean;
}

export function createReviewSource(): ReviewSource {
  let source: { control: vscode.SourceControl; group: vscode.SourceControlResourceGroup } | null = null;
  let rows = new Map<vscode.SourceControlResourceState, string>();
  let baselines = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provided = vscode.workspace.registerTextDocumentContentProvider(baselineScheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: uri => baselines.get(uri.path) ?? '',
  });
  const baselineOf = (path: string): vscode.Uri => vscode.Uri.file(path).with({ scheme: baselineScheme });

  function open(): NonNullable<typeof source> {
    const control = vscode.scm.createSourceControl('gatehouse', 'Gatehouse');
    control.inputBox.visible = false;
    control.quickDiffProvider = {
      provideOriginalResource: uri =>
        uri.scheme === 'file' && baselines.has(uri.path) ? uri.with({ scheme: baselineScheme }) : null,
    };
    const group = control.createResourceGroup('changes', 'Changed by the run, to look at');
    return { control, group };
  }

  function rowOf({ path }: SourceFile): vscode.SourceControlResourceState {
    const uri = vscode.Uri.file(path);
    const title = `${basename(path)}: what you have not looked at yet`;
    return {
      resourceUri: uri,
      command: { command: 'vscode.diff', title: 'Look at the changes', arguments: [baselineOf(path), uri, title] },
    };
  }

  return {
    show(files) {
      const before = baselines;
      baselines = new Map(files.map(({ path, baseline }) => [vscode.Uri.file(path).path, withoutMark(baseline ?? '')]));
      for (const [path, text] of baselines)
        if (before.get(path) !== text) changed.fire(vscode.Uri.from({ scheme: baselineScheme, path }));
      if (files.length === 0) {
        source?.control.dispose();
        source = null;
        rows = new Map();
        return;
      }
      source ??= open();
      rows = new Map(files.map(file => [rowOf(file), file.path]));
      source.group.resourceStates = [...rows.keys()];
      source.control.count = files.length;
    },
    fileOf: argument => {
      for (const [row, path] of rows) if (row === argument) return path;
      return null;
    },
    isAll: argument => source !== null && argument === source.group,
    dispose() {
      source?.control.dispose();
      provided.dispose();
      changed.dispose();
    },
  };
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
