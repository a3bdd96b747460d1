import { join } from 'node:path';
import * as vscode from 'vscode';
import { shownPath } from '../../checkpoints/paths.ts';
import type { Standing } from '../../ports/disk.ts';
import type { GitId, RawPath } from '../../protocol/checkpoint.ts';
import type { KeptDocuments } from './keptDocuments.ts';
import { textOf } from './keptText.ts';
import { oneLine } from './safeText.ts';

/** One path in two states; `disk` stands for the file as it is in the workspace, which the editor can change. */
export interface Pair {
  path: RawPath;
  before: Standing | null | 'disk';
  after: Standing | null | 'disk';
}

export interface DiffSource {
  root: string;
  read(id: GitId): Promise<Uint8Array>;
}

/** More than these are not opened at once. */
const most = 300;

/** Opens all pairs in one multi-diff editor; resolves with how many were left out. */
export async function openDiffs(
  title: string,
  pairs: readonly Pair[],
  source: DiffSource,
  documents: KeptDocuments,
): Promise<number> {
  const rows: [vscode.Uri, vscode.Uri | undefined, vscode.Uri | undefined][] = [];
  for (const pair of pairs.filter(hasContent).slice(0, most)) {
    const [before, after] = await sidesOf(pair, source, documents);
    rows.push([vscode.Uri.file(join(source.root, shownPath(pair.path))), before, after]);
  }
  await vscode.commands.executeCommand('vscode.changes', title, rows);
  return Math.max(0, pairs.filter(hasContent).length - most);
}

/** Opens one pair beside what the person does: the focus stays where it is. */
export async function openDiff(title: string, pair: Pair, source: DiffSource, documents: KeptDocuments): Promise<void> {
  const [before, after] = await sidesOf(pair, source, documents);
  const nothing = (): vscode.Uri => documents.add('nothing', shownPath(pair.path), '');
  await vscode.commands.executeCommand('vscode.diff', before ?? nothing(), after ?? nothing(), oneLine(title), {
    preview: true,
    preserveFocus: true,
  });
}

function hasContent({ before, after }: Pair): boolean {
  return [before, after].some(side => side !== null && (side === 'disk' || side.type !== 'folder'));
}

async function sidesOf(
  pair: Pair,
  source: DiffSource,
  documents: KeptDocuments,
): Promise<[vscode.Uri | undefined, vscode.Uri | undefined]> {
  const path = shownPath(pair.path);
  const side = async (name: string, standing: Pair['before']): Promise<vscode.Uri | undefined> => {
    if (standing === null) return undefined;
    if (standing === 'disk') return vscode.Uri.file(join(source.root, path));
    return documents.add(name, path, await textOf(standing, path, source));
  };
  return [await side('before', pair.before), await side('after', pair.after)];
}
