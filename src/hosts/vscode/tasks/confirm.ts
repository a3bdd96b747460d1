import * as vscode from 'vscode';
import type { Commands, Values } from '../../tasks/fill.ts';
import type { TaskClass } from '../../tasks/task.ts';
import { taskDialog } from './dialog.ts';

/** Shows text that can be read and not changed. */
export type ShowText = (name: string, text: string) => Promise<void>;

/**
 * Shows what the repository says in a task before it is started: its own task's text, or what its `tasks.json` gives for
 * one, marked as quoted, line by line. Resolves with whether the person wants it; where the repository says nothing there
 * is no question.
 */
export async function confirmTask(
  task: TaskClass,
  about: { commands: Commands; quoted: Values },
  show: ShowText,
): Promise<boolean> {
  const dialog = taskDialog(task, about);
  if (dialog === null) return true;
  const { question, detail, whole } = dialog;
  const [start, read] = ['Start', 'Read All of It'];
  const buttons = whole === null ? [start] : [start, read];
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, ...buttons);
  if (answer !== read || whole === null) return answer === start;
  await show(`${task.name}.txt`, whole);
  return (await vscode.window.showInformationMessage(question, start)) === start;
}
