import * as vscode from 'vscode';
import type { Commands } from '../../tasks/fill.ts';
import { taskSheet } from '../../tasks/sheet.ts';
import type { TaskClass } from '../../tasks/task.ts';
import { oneLine } from '../safeText.ts';

/** Of a repository's text, so much stands in the dialog; the rest is in a document. */
const mostLines = 20;
const mostCharacters = 1_500;

/** Shows text that can be read and not changed. */
export type ShowText = (name: string, text: string) => Promise<void>;

/**
 * Shows what a repository's task says, before it is started: its text marked as quoted, line by line. Resolves with whether
 * the person wants it; a task of theirs or ours needs no question.
 */
export async function confirmTask(task: TaskClass, commands: Commands, show: ShowText): Promise<boolean> {
  if (task.from !== 'workspace') return true;
  const { title, whose, words, facts } = taskSheet(task, commands);
  const quoted = words.map(line => `│ ${oneLine(line)}`);
  const rest = facts.map(([label, values]) => `${label}: ${values.map(oneLine).join(', ')}`);
  const { shown, left } = beginning(quoted);
  const detail = [whose, '', ...shown, ...(left > 0 ? [`… and ${left} more lines`] : []), '', ...rest].join('\n');
  const question = `Start the task “${task.name}” of this repository?`;
  const [start, read] = ['Start', 'Read All of It'];
  const buttons = left > 0 ? [start, read] : [start];
  const answer = await vscode.window.showInformationMessage(question, { modal: true, detail }, ...buttons);
  if (answer !== read) return answer === start;
  await show(`${task.name}.txt`, [oneLine(title), whose, '', ...quoted, '', ...rest, ''].join('\n'));
  return (await vscode.window.showInformationMessage(question, start)) === start;
}

function beginning(lines: readonly string[]): { shown: string[]; left: number } {
  const shown: string[] = [];
  let size = 0;
  for (const line of lines) {
    size += line.length;
    if (shown.length === mostLines || size > mostCharacters) break;
    shown.push(line);
  }
  return { shown, left: lines.length - shown.length };
}
