import * as vscode from 'vscode';
import { z } from 'zod';
import type { Run } from '../../../agent/run.ts';
import type { TaskClass } from '../../tasks/task.ts';
import { originWords } from '../../tasks/words.ts';
import { folders } from '../folders.ts';
import { taskType } from '../names.ts';
import { oneLine } from '../safeText.ts';
import { asksItself } from './dialog.ts';
import type { TaskRuns } from './taskRuns.ts';

/** A task of `tasks.json`: the class by its name, and what it needs to know. */
const Definition = z.looseObject({
  type: z.literal(taskType),
  task: z.string(),
  values: z.record(z.string(), z.string()).optional(),
});

/**
 * Task classes as VS Code's own tasks. A `tasks.json` comes from the repository and other extensions can run tasks, so
 * that each start is confirmed by a click on a notification of ours, whose words are ours alone.
 */
export function createTaskProvider(tasks: TaskRuns): vscode.Disposable {
  function made(folder: vscode.WorkspaceFolder, definition: vscode.TaskDefinition, task: TaskClass): vscode.Task {
    const execution = new vscode.CustomExecution(async resolved =>
      terminalOf(async write => {
        const { values = {} } = Definition.safeParse(resolved).data ?? {};
        const start = 'Start';
        write(`Waiting for you to start the task ${task.name} (${originWords[task.from]}).`);
        // Of what the repository says the person is shown the text, and asked with that.
        if (asksItself(task, values)) return tasks.runDefined(folder.uri, task, values);
        const choice = await vscode.window.showInformationMessage(
          `A Gatehouse run wants to start from the task ${task.name} (${originWords[task.from]}).`,
          start,
        );
        return choice === start ? tasks.runDefined(folder.uri, task, {}) : null;
      }),
    );
    const shown = new vscode.Task(definition, folder, oneLine(task.title), 'Gatehouse', execution);
    shown.detail = `${originWords[task.from]}: ${oneLine(task.about ?? task.prompt).slice(0, 120)}`;
    shown.presentationOptions = { reveal: vscode.TaskRevealKind.Silent };
    return shown;
  }

  return vscode.tasks.registerTaskProvider(taskType, {
    async provideTasks() {
      const all: vscode.Task[] = [];
      for (const folder of folders()) {
        const { tasks: found } = await tasks.catalog(folder.uri);
        const seen = new Set<string>();
        for (const task of found) {
          if (seen.has(task.name)) continue;
          seen.add(task.name);
          all.push(made(folder, { type: taskType, task: task.name }, task));
        }
      }
      return all;
    },
    async resolveTask(wanted) {
      const definition = Definition.safeParse(wanted.definition);
      const folder = typeof wanted.scope === 'object' ? wanted.scope : folders()[0];
      if (!definition.success || folder === undefined) return undefined;
      const { tasks: found } = await tasks.catalog(folder.uri);
      const task = found.find(({ name }) => name === definition.data.task);
      return task === undefined ? undefined : made(folder, wanted.definition, task);
    },
  });
}

type Start = (write: (line: string) => void) => Promise<Run | null>;

/** The task's terminal says where the run is to be seen, and ends with its exit code. Closing it stops the run. */
function terminalOf(start: Start): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  const closed = new vscode.EventEmitter<number>();
  const write = (line: string): void => written.fire(`${oneLine(line)}\r\n`);
  let run: Run | null = null;
  let gone = false;
  async function go(): Promise<void> {
    try {
      run = await start(write);
      if (run === null) {
        write('Nothing was started.');
        return closed.fire(1);
      }
      if (gone) run.send({ type: 'stop', by: 'person' });
      write(`Run ${run.id}: the Gatehouse panel shows it.`);
      const { status, exitCode } = await run.result;
      write(`It ended: ${status}.`);
      closed.fire(exitCode);
    } catch {
      write('It could not be started; the Gatehouse panel says why.');
      closed.fire(1);
    }
  }
  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open: () => void go(),
    close() {
      gone = true;
      run?.send({ type: 'stop', by: 'person' });
    },
  };
}
