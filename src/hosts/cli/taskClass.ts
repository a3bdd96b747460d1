import type { Home } from '../../journal/home.ts';
import type { Limits } from '../../protocol/budget.ts';
import type { Mode } from '../../protocol/command.ts';
import type { RunSetup } from '../compose.ts';
import { findTask, readCatalog } from '../tasks/catalog.ts';
import { taskSetup } from '../tasks/setup.ts';
import { type TaskSheet, taskSheet } from '../tasks/sheet.ts';
import { taskDiagnosticLine } from '../tasks/words.ts';
import { type OptionSpec, usageError } from './args.ts';
import { type Io, printLine } from './io.ts';
import { visible } from './plain.ts';

/** The options that start a run from a task class. */
export const taskOptions = {
  task: { kind: 'text', value: 'name', about: 'a task class; `gatehouse tasks` lists them' },
  set: {
    kind: 'texts',
    value: 'name=value',
    about: 'what the task class needs to know, such as file=src/a.js; may be given several times',
  },
} as const satisfies Record<string, OptionSpec>;

export interface Typed {
  task: string | undefined;
  set: readonly string[];
  mode: Mode | undefined;
  limits: Limits;
  accept: readonly string[];
}

interface ToDo {
  setup: Pick<RunSetup, 'prompt' | 'mode' | 'limits' | 'accept' | 'taskClass'>;
  /** What a repository's task says, to be shown before it starts; null where the words are the person's or ours. */
  sheet: TaskSheet | null;
}

/** What the run is to do: a task class with the person's words beside it, or their words alone. */
export async function whatToDo(
  prompt: string,
  typed: Typed,
  at: { home: Home; workspace: string; io: Io },
): Promise<ToDo> {
  const { task: name, mode = 'ask', limits, accept } = typed;
  if (name === undefined) {
    if (typed.set.length > 0) throw usageError('--set goes with --task, which names the task class');
    return { setup: { prompt, mode, limits, accept }, sheet: null };
  }
  const catalog = await readCatalog(at.home, at.workspace);
  for (const each of catalog.diagnostics) printLine(at.io.stderr, visible(taskDiagnosticLine(each)));
  const task = findTask(catalog, name);
  const setup = taskSetup({
    task,
    commands: catalog.commands,
    mode,
    limits,
    typed: { mode: typed.mode, limits },
    values: { input: prompt, ...valuesFrom(typed.set) },
    accept,
  });
  return { setup, sheet: task.from === 'workspace' ? taskSheet(task, catalog.commands) : null };
}

function valuesFrom(set: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    set.map(text => {
      const [, name, value] = /^([a-z][a-z0-9]*)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined) throw usageError(`--set is name=value, not "${text}"`);
      return [name, value];
    }),
  );
}
