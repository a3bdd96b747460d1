import { type Commands, quotedFor, type Values } from '../../tasks/fill.ts';
import { taskSheet } from '../../tasks/sheet.ts';
import type { TaskClass } from '../../tasks/task.ts';
import { counted, oneLine } from '../safeText.ts';

/** Of a repository's text, so much stands in the dialog; the rest is in a document. */
const mostLines = 20;
const mostCharacters = 1_500;

/** What the person is asked before a repository's text is told to the agent. Nothing in it is hidden or stands for more. */
export interface TaskDialog {
  question: string;
  detail: string;
  /** All of it where the detail is cut; null where it is not. */
  whole: string | null;
}

/** Whether the repository's text has a part in the task: its own task, or values that its `tasks.json` gives. */
export function asksItself(task: TaskClass, quoted: Values): boolean {
  return task.from === 'workspace' || Object.keys(quotedFor(task, quoted)).length > 0;
}

/** null for a task of the person's or ours that the repository gives nothing for. */
export function taskDialog(
  task: TaskClass,
  { commands, quoted }: { commands: Commands; quoted: Values },
): TaskDialog | null {
  if (!asksItself(task, quoted)) return null;
  const { title, whose, given, words, facts } = taskSheet(task, commands, quoted);
  const theirs = task.from === 'workspace';
  const rest = facts.map(([label, values]) => `${label}: ${values.map(oneLine).join(', ')}`);
  // Words of ours or of the person's own are known to them; what the repository gives for them is not.
  const parts = [
    { about: fromDefinition, lines: given },
    { about: whose, lines: theirs ? words : [] },
  ].filter(({ lines, about }) => lines.length > 0 || about === whose);
  const text = (cut: (lines: string[]) => string[]): string =>
    [...parts.flatMap(({ about, lines }) => [about, '', ...cut(lines.map(line => `│ ${oneLine(line)}`)), '']), ...rest]
      .join('\n')
      .replaceAll(/\n{3,}/g, '\n\n');
  const detail = text(beginning);
  const all = text(lines => lines);
  return {
    question: theirs
      ? `Start the task “${task.name}” of this repository?`
      : `Start the task “${task.name}” with what this repository’s tasks.json says?`,
    detail,
    whole: detail === all ? null : `${[oneLine(title), all].join('\n')}\n`,
  };
}

const fromDefinition =
  'This repository’s tasks.json adds this. It is not your word: the agent is told so, and it allows nothing.';

/** As many lines as there is room for, the last of them cut to it, and how much is left out. */
function beginning(lines: readonly string[]): string[] {
  const shown: string[] = [];
  let room = mostCharacters;
  for (const line of lines) {
    if (shown.length === mostLines || room <= 0) break;
    shown.push(line.length > room ? `${line.slice(0, room)}…` : line);
    room -= line.length;
  }
  const left = lines.length - shown.length;
  return left > 0 ? [...shown, `… and ${counted(left, 'more line')}`] : shown;
}
