import * as vscode from 'vscode';
import { rawBelow } from '../../../checkpoints/paths.ts';
import { changesBetween } from '../../../tools/changes.ts';
import type { ReviewFile } from '../../reviewFiles.ts';
import { applyText } from '../applyText.ts';
import { readDisk } from '../proposals/proposal.ts';
import { changeAt, plain } from '../proposals/text.ts';
import { type RestoreDeps, restorePath } from '../restore.ts';
import { counted, oneLine } from '../safeText.ts';
import { allUndone, changeOfLines, isOwn, keptIn, linesBetween, linesIn, undoneIn } from './hunks.ts';
import type { Review } from './review.ts';

export type ReviewCommandId =
  | 'gatehouse.reviewChanges'
  | 'gatehouse.keepChange'
  | 'gatehouse.undoChange'
  | 'gatehouse.keepFile'
  | 'gatehouse.undoFile'
  | 'gatehouse.keepRun';

type Commands = { [C in ReviewCommandId]: (argument?: unknown, ...more: unknown[]) => Promise<void> };

/** Keeping and undoing what a run did, change by change, file by file, or all of it. */
export function createReviewCommands(review: Review, restoring: RestoreDeps): Commands {
  const fileAt = (path: string | undefined): { run: string; file: ReviewFile } | null => {
    const current = review.current();
    const file = current?.files.find(each => each.path === path);
    return current === null || file === undefined ? null : { run: current.run, file };
  };

  /** The change that a button of the gutter's view names, or the one at the cursor. */
  async function meant([argument, changes, index]: readonly unknown[]) {
    const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
    const found = uri === undefined ? null : fileAt(uri.fsPath);
    if (uri === undefined || found === null) return null;
    const document = await vscode.workspace.openTextDocument(uri.with({ scheme: 'file' }));
    const now = plain(document.getText());
    const line = vscode.window.activeTextEditor?.selection.active.line ?? 0;
    const named = Array.isArray(changes) && typeof index === 'number' ? changeOfLines(changes[index], now) : null;
    const change = named ?? changeAt(plain(found.file.baseline ?? ''), now, line);
    return change === null ? null : { ...found, document, now, change };
  }

  async function keepFiles(run: string, files: readonly ReviewFile[]): Promise<void> {
    const seen = await Promise.all(
      files.map(async ({ path, baseline }) => {
        const text = (await readDisk(path))?.text ?? null;
        return { path, how: 'kept' as const, text, lines: linesBetween(baseline, text), left: 0 };
      }),
    );
    await review.record(run, seen);
  }

  async function undoFile(run: string, file: ReviewFile): Promise<void> {
    const { path, baseline, after } = file;
    // A file that comes or goes, and one of which nothing was kept, is the checkpoints' to restore.
    if (baseline === null || after === null || baseline === file.before) {
      const root = rootOf(review, path);
      const raw = root === null ? null : rawBelow(root, path);
      if (raw !== null) await restorePath({ run, path: raw }, restoring);
      return review.refresh();
    }
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    const next = allUndone(baseline, after, document.getText());
    if (next === null) return tell('You changed the same lines since. Take single changes back instead.');
    await write(document, next);
    await review.record(run, [{ path, how: 'undone', text: baseline, lines: linesBetween(baseline, after), left: 0 }]);
  }

  return {
    async 'gatehouse.reviewChanges'() {
      if (!(await review.showAll())) tell('No run of this folder has changed a file.');
    },
    async 'gatehouse.keepChange'(...given) {
      const found = await meant(given);
      if (found === null) return tell(noChange);
      const { run, file, document, now, change } = found;
      if (document.isDirty) return tell('Save the file first: what is kept is what is on disk.');
      const disk = (await readDisk(file.path))?.text ?? now;
      const text = keptIn(file.baseline, disk, change);
      const left = linesBetween(plain(text), now);
      await review.record(run, [{ path: file.path, how: 'kept', text, lines: linesIn([change]), left }]);
    },
    async 'gatehouse.undoChange'(...given) {
      const found = await meant(given);
      if (found === null) return tell(noChange);
      const { run, file, document, now, change } = found;
      if (isOwn(file.after, now, change) && !(await undoesOwn())) return;
      const next = undoneIn(file.baseline, now, change);
      await write(document, next);
      const left = linesBetween(plain(file.baseline ?? ''), next);
      await review.record(run, [
        { path: file.path, how: 'undone', text: file.baseline, lines: linesIn([change]), left },
      ]);
    },
    async 'gatehouse.keepFile'(argument) {
      const found = fileAt(review.source.fileOf(argument) ?? undefined);
      if (found !== null) await keepFiles(found.run, [found.file]);
    },
    async 'gatehouse.undoFile'(argument) {
      const found = fileAt(review.source.fileOf(argument) ?? undefined);
      if (found !== null) await undoFile(found.run, found.file);
    },
    async 'gatehouse.keepRun'(argument) {
      const current = review.current();
      if (current === null || current.files.length === 0) return tell('Nothing waits to be looked at.');
      if (review.source.isAll(argument) || (await keepsAll(current.files))) await keepFiles(current.run, current.files);
    },
  };
}

const noChange = 'There is no change of a run at the cursor.';

function rootOf(review: Review, path: string): string | null {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path))?.uri.fsPath ?? null;
  return review.current() === null ? null : folder;
}

/** As an edit that the editor can undo; saved, unless the person has something there that is not saved. */
async function write(document: vscode.TextDocument, text: string): Promise<void> {
  const clean = !document.isDirty;
  await applyText(document, text);
  if (clean) await document.save();
}

async function undoesOwn(): Promise<boolean> {
  const undo = 'Undo Both';
  const detail = 'What the run did there cannot be told from what you did. The editor can undo this again.';
  const answer = await vscode.window.showWarningMessage(
    'You changed these lines yourself since.',
    { modal: true, detail },
    undo,
  );
  return answer === undo;
}

/** Whoever calls the command without our list is not known to have seen it. */
async function keepsAll(files: readonly ReviewFile[]): Promise<boolean> {
  const keep = 'Keep All';
  const lines = files.reduce(
    (sum, { baseline, after }) => sum + linesIn(changesBetween(baseline ?? '', after ?? '')),
    0,
  );
  const detail = `${counted(lines, 'changed line')} in ${files
    .map(({ path }) => oneLine(vscode.workspace.asRelativePath(path)))
    .slice(0, 10)
    .join(', ')}${files.length > 10 ? ', …' : ''}`;
  const answer = await vscode.window.showWarningMessage('Count all of it as looked at?', { modal: true, detail }, keep);
  return answer === keep;
}

function tell(sentence: string): void {
  void vscode.window.showInformationMessage(sentence);
}
