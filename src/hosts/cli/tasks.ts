import { resolve } from 'node:path';
import { readText } from '../../effects/files.ts';
import { findTask, readCatalog } from '../tasks/catalog.ts';
import { fillAcceptance, neededBy } from '../tasks/fill.ts';
import { loadTasks } from '../tasks/load.ts';
import { taskSheet } from '../tasks/sheet.ts';
import type { TaskClass } from '../tasks/task.ts';
import { originWords, taskDiagnosticLine, taskProblemSentence } from '../tasks/words.ts';
import { usageError } from './args.ts';
import { defineCommand } from './command.ts';
import { counted } from './describe.ts';
import { printJson, printLine, widthOfOutput } from './io.ts';
import { paintFor } from './paint.ts';
import { fit, visible } from './plain.ts';
import { sheetLines } from './sheetLines.ts';
import { homeOf } from './state.ts';

export const tasks = defineCommand(
  {
    name: 'tasks',
    summary: 'list the task classes of a folder, show one, or check a file of them',
    positionals: [
      {
        name: 'show|check',
        about: 'show what a task says, or check a file of tasks, instead of listing',
        required: false,
      },
      { name: 'NAME|FILE', about: 'the task to show, or the file to check', required: false },
    ],
    options: {
      cwd: { kind: 'text', value: 'folder', about: 'the workspace (default: the current folder)' },
      output: { kind: 'choice', choices: ['text', 'json'], about: 'a table, or one JSON array (default: text)' },
    },
    notes: [
      'A task class is run with `gatehouse run --task NAME`. Yours stand in tasks.yaml in the state folder, a repository’s\n' +
        'in .gatehouse/tasks.yaml. A repository’s may be stricter than you and never looser. Where names are equal, yours\n' +
        'comes first, then the repository’s; builtin:NAME names ours.',
    ],
  },
  async ({ positionals: [action, name], options }, io) => {
    const workspace = resolve(io.cwd, options.cwd ?? '.');
    if (action !== undefined && ((action !== 'check' && action !== 'show') || name === undefined))
      throw usageError('Try `gatehouse tasks`, `gatehouse tasks show NAME` or `gatehouse tasks check FILE`');
    const paint = paintFor(io.stdout, io.env);
    const file = action === 'check' ? name : undefined;
    if (file !== undefined) {
      const text = await readText(resolve(io.cwd, file));
      if (text === null) throw usageError(`There is no file ${file}`);
      const loaded = loadTasks(text, file, 'user');
      if (options.output === 'json')
        printJson(
          io.stdout,
          loaded.diagnostics.map(each => ({ ...each, message: taskProblemSentence(each) })),
        );
      else {
        for (const each of loaded.diagnostics) printLine(io.stdout, visible(taskDiagnosticLine(each)));
        if (loaded.diagnostics.length === 0)
          printLine(io.stdout, `${paint('green', 'ok')}  ${visible(file)}: ${counted(loaded.tasks.length, 'task')}`);
      }
      return loaded.diagnostics.length === 0 ? 0 : 1;
    }
    const catalog = await readCatalog(await homeOf(io.env, workspace), workspace);
    for (const each of catalog.diagnostics) printLine(io.stderr, visible(taskDiagnosticLine(each)));
    const data = (task: TaskClass): object => ({
      ...task,
      needs: neededBy(task),
      acceptance: fillAcceptance(task.acceptance ?? [], {}, catalog.commands),
    });
    if (name !== undefined) {
      const task = findTask(catalog, name);
      if (options.output === 'json') printJson(io.stdout, data(task));
      else
        for (const line of sheetLines(taskSheet(task, catalog.commands), paint, widthOfOutput(io.stdout)))
          printLine(io.stdout, line);
      return 0;
    }
    if (options.output === 'json') {
      printJson(io.stdout, catalog.tasks.map(data));
      return 0;
    }
    const width = Math.max(...catalog.tasks.map(({ name }) => name.length));
    for (const task of catalog.tasks) printLine(io.stdout, row(task, width, widthOfOutput(io.stdout), paint));
    return 0;
  },
);

function row(task: TaskClass, width: number, room: number, paint: ReturnType<typeof paintFor>): string {
  const about = task.about ?? task.title;
  const needs = neededBy(task).filter(name => name !== 'input' && name !== 'selection');
  const rest = `${about}${needs.length === 0 ? '' : ` Needs ${needs.join(' and ')}.`} (${originWords[task.from]})`;
  return `${paint('bold', visible(task.name).padEnd(width))}  ${fit(visible(rest), Math.max(20, room - width - 2))}`;
}
