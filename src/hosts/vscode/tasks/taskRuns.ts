import * as vscode from 'vscode';
import type { Run } from '../../../agent/run.ts';
import type { ShownTask } from '../../../protocol/panel.ts';
import type { TaskRef } from '../../../protocol/task.ts';
import type { BuiltinName } from '../../tasks/builtin.ts';
import type { Catalog } from '../../tasks/catalog.ts';
import type { Values } from '../../tasks/fill.ts';
import type { TaskClass } from '../../tasks/task.ts';
import { taskProblemSentence } from '../../tasks/words.ts';
import { folders, pickFolder } from '../folders.ts';
import { oneLine } from '../safeText.ts';
import { confirmTask, type ShowText } from './confirm.ts';
import { pickTask, valuesFor, wordsFor } from './pick.ts';

/** A task that the person chose, with all that it needs. */
export interface TaskChoice {
  task: TaskClass;
  commands: Catalog['commands'];
  values: Values;
  /** What a task definition of the workspace gives: text of the repository. */
  quoted: Values;
}

export interface TaskRunsDeps {
  env: NodeJS.ProcessEnv;
  /** Starts it, unless the person has to be asked something first; null where they have. */
  start: (folder: vscode.Uri, choice: TaskChoice) => Promise<Run | null>;
  showText: ShowText;
  onChange: () => void;
}

/** Task classes in the editor: what the panel offers, and what the palette, the panel and VS Code's tasks start. */
export interface TaskRuns extends vscode.Disposable {
  /** Those of the first folder, as they were last read. */
  shown(): readonly Omit<ShownTask, 'estimate'>[];
  catalog(folder: vscode.Uri): Promise<Catalog>;
  /** Picks what is not named, asks for what is missing, and starts. null where the person gave up. */
  run(wanted: TaskRef | null, given: Values): Promise<Run | null>;
  /** One of ours. Asks for what it needs, or else what the person adds, so that nobody but a person starts it. */
  runOurs(name: BuiltinName): Promise<void>;
  /** The same for a task definition of a `tasks.json`, whose values are the repository's text and not the person's. */
  runDefined(folder: vscode.Uri, task: TaskClass, quoted: Values): Promise<Run | null>;
}

/** So many are offered in the panel; the palette has all. */
const mostShown = 24;

export function createTaskRuns({ env, start, showText, onChange }: TaskRunsDeps): TaskRuns {
  let shown: ReturnType<TaskRuns['shown']> = [];
  let reads = 0;

  async function catalog(folder: vscode.Uri): Promise<Catalog> {
    const [{ openHome }, { readCatalog }] = await Promise.all([
      import('../../../journal/home.ts'),
      import('../../tasks/catalog.ts'),
    ]);
    return readCatalog(await openHome({ env, workspace: folder.fsPath }), folder.fsPath);
  }

  /** The last of several that overlap wins; what cannot be read offers nothing. */
  async function look(): Promise<void> {
    const mine = ++reads;
    const folder = folders()[0]?.uri;
    const found = folder === undefined ? null : await catalog(folder).catch(() => null);
    if (mine !== reads) return;
    shown = (found?.tasks ?? []).slice(0, mostShown).map(({ name, from, title, about }) => ({
      name,
      from,
      title,
      about: about ?? '',
    }));
    onChange();
  }

  async function runIn(folder: vscode.Uri, task: TaskClass, given: Values, quoted: Values): Promise<Run | null> {
    const { commands } = await catalog(folder);
    if (!(await confirmTask(task, { commands, quoted }, showText))) return null;
    const values = await valuesFor(task, folder, { given, quoted });
    if (values === null) return null;
    return start(folder, { task, commands, values, quoted });
  }

  const watcher = vscode.workspace.createFileSystemWatcher('**/.gatehouse/tasks.yaml');
  const changes = [
    watcher,
    watcher.onDidChange(() => void look()),
    watcher.onDidCreate(() => void look()),
    watcher.onDidDelete(() => void look()),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void look()),
  ];
  void look();

  return {
    shown: () => shown,
    catalog,
    runDefined: (folder, task, quoted) => runIn(folder, task, {}, quoted),
    async runOurs(name) {
      const folder = await pickFolder();
      if (folder === null) return;
      const task = (await catalog(folder.uri)).tasks.find(each => each.name === name && each.from === 'builtin');
      const given = task === undefined ? null : await wordsFor(task);
      if (task !== undefined && given !== null) await runIn(folder.uri, task, given, {});
    },
    async run(wanted, given) {
      const folder = await pickFolder();
      if (folder === null) return null;
      const found = await catalog(folder.uri);
      void look();
      tell(found);
      const task =
        wanted === null
          ? await pickTask(found)
          : (found.tasks.find(({ name, from }) => name === wanted.name && from === wanted.from) ?? null);
      return task === null ? null : runIn(folder.uri, task, given, {});
    },
    dispose() {
      for (const each of changes) each.dispose();
    },
  };
}

/** What is wrong with a tasks file; the tasks that can be read are there all the same. */
function tell({ diagnostics }: Catalog): void {
  const [first] = diagnostics;
  if (first === undefined) return;
  const where = `${first.file.split(/[/\\]/).slice(-2).join('/')}:${first.line}`;
  const words = oneLine(taskProblemSentence(first)).replaceAll(/[[\]()]/g, ' ');
  void vscode.window.showWarningMessage(`Gatehouse tasks, ${where}: ${words}`);
}
