import type { TaskOrigin } from '../../protocol/task.ts';
import type { TaskDiagnostic, TaskProblem } from './load.ts';

const sentences: { [P in TaskProblem]: (args: TaskDiagnostic['args']) => string } = {
  'tasks.syntax': a => `This is not YAML: ${a['problem']}`,
  'tasks.shape': a => `${a['path'] === '' ? 'The file' : `\`${a['path']}\``} is not as it should be: ${a['problem']}`,
  'tasks.tooLarge': a => `It is larger than ${a['limit']} KiB, so it is not read.`,
  'tasks.tooMany': a => `It has more than ${a['limit']} tasks; the ones after that are not read.`,
  'tasks.unreadable': () => 'It is a link, no plain file, or far too large, so it is not read.',
};

export function taskProblemSentence({ code, args }: TaskDiagnostic): string {
  return sentences[code](args);
}

/** A diagnostic as one line: place and what is wrong. Text in it is not made safe for a terminal. */
export function taskDiagnosticLine(diagnostic: TaskDiagnostic): string {
  const { file, line, column } = diagnostic;
  return `${file}:${line}:${column}: ${taskProblemSentence(diagnostic)}`;
}

/** Whose word a task is. */
export const originWords: { [O in TaskOrigin]: string } = {
  builtin: 'built in',
  user: 'yours',
  workspace: 'of this repository',
};
