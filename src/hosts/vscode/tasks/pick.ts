import { isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { Catalog } from '../../tasks/catalog.ts';
import { missingOf, neededBy, quotedFor, type Values } from '../../tasks/fill.ts';
import type { TaskClass } from '../../tasks/task.ts';
import { oneLine } from '../safeText.ts';

/** Whose a group of tasks is, as a person reads it. */
const groups = { user: 'Yours', workspace: 'Of this repository', builtin: 'Built in' } as const;

/** Lets the person choose a task; null where they chose none. Texts of a repository are shown on one line and run nothing. */
export async function pickTask({ tasks }: Pick<Catalog, 'tasks'>): Promise<TaskClass | null> {
  const items = (['user', 'workspace', 'builtin'] as const).flatMap(from => {
    const mine = tasks.filter(task => task.from === from);
    if (mine.length === 0) return [];
    return [
      { label: groups[from], kind: vscode.QuickPickItemKind.Separator },
      ...mine.map(task => ({
        label: plain(task.title),
        description: task.name,
        detail: plain(task.about ?? task.prompt).slice(0, 160),
        task,
      })),
    ];
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Gatehouse: the task to run',
    placeHolder: 'What is to be done?',
    matchOnDescription: true,
  });
  return picked !== undefined && 'task' in picked ? picked.task : null;
}

/** Icons are written `$(name)` in a list. */
function plain(text: string): string {
  return oneLine(text).replaceAll('$(', '$ (');
}

const asked: Record<string, string> = {
  file: 'The file, relative to the folder',
  dependency: 'The dependency, and the version to go to',
  goal: 'What the code should look like',
  change: 'From which interface to which',
  what: 'What it is about',
};

/**
 * What a task needs to know: the file and the selection from the editor, the rest asked for. null where the person gave
 * up. `given` comes first; what `quoted` has is not asked for, and is not among them.
 */
export async function valuesFor(
  task: TaskClass,
  folder: vscode.Uri,
  { given, quoted }: { given: Values; quoted: Values },
): Promise<Values | null> {
  const told = quotedFor(task, quoted);
  const needed = neededBy(task).filter(name => told[name] === undefined);
  let values: Values = { ...fromEditor(folder, needed), ...given };
  for (const name of missingOf(needed, values)) {
    const others = missingOf(needed, values).length > 1 || needed.includes('input') || name === 'file';
    // The person's own words stand for the one thing that is missing.
    if (!others && (values['input'] ?? '') !== '') return values;
    const value = await vscode.window.showInputBox({
      title: `Gatehouse: ${plain(task.title)}`,
      prompt: asked[name] ?? `What is to stand for {${name}}`,
      ignoreFocusOut: true,
      validateInput: text => (text.trim() === '' ? 'It has to be something.' : null),
    });
    if (value === undefined) return null;
    values = { ...values, [name]: value };
  }
  return values;
}

/** What the person adds to a task; nothing where `valuesFor` asks them anyway. null where they gave up. */
export async function wordsFor(task: TaskClass): Promise<Values | null> {
  if (neededBy(task).some(name => !['input', 'file', 'selection'].includes(name))) return {};
  const input = await vscode.window.showInputBox({
    title: `Gatehouse: ${plain(task.title)}`,
    prompt: 'What you want to add in your own words, if anything. Enter starts the task',
    ignoreFocusOut: true,
  });
  return input === undefined ? null : { input };
}

function fromEditor(folder: vscode.Uri, needed: readonly string[]): Values {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.document.uri.scheme !== 'file') return {};
  const way = relative(folder.fsPath, editor.document.uri.fsPath);
  if (way === '' || way.startsWith('..') || isAbsolute(way)) return {};
  const selection = editor.document.getText(editor.selection);
  return {
    ...(needed.includes('file') ? { file: way.split(sep).join('/') } : {}),
    ...(needed.includes('selection') && selection !== '' ? { selection } : {}),
  };
}
