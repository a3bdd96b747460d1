import { join } from 'node:path';
import { readText } from '../../effects/files.ts';
import { openWorkspace } from '../../effects/workspace.ts';
import type { Home } from '../../journal/home.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { TaskOrigin } from '../../protocol/task.ts';
import { textOfRepository } from '../repositoryFile.ts';
import { builtinTasks } from './builtin.ts';
import { projectCommandsOf } from './commands.ts';
import type { Commands } from './fill.ts';
import { loadTasks, type TaskDiagnostic } from './load.ts';
import type { TaskClass } from './task.ts';

/** The task classes that can be run in a workspace, and what is wrong with the files that they come from. */
export interface Catalog {
  /** The person's first, then the repository's, then ours. */
  tasks: readonly TaskClass[];
  diagnostics: readonly TaskDiagnostic[];
  commands: Commands;
}

/** Reads the person's `tasks.yaml` in the state folder and the repository's. A file that is wrong loses what is wrong in it. */
export async function readCatalog(home: Home, workspace: string): Promise<Catalog> {
  const own = join(home.root, 'tasks.yaml');
  const shared = join(workspace, '.gatehouse', 'tasks.yaml');
  const [mine, theirs, commands] = await Promise.all([
    readText(own),
    textOfRepository(workspace, 'tasks.yaml'),
    commandsIn(workspace),
  ]);
  const loaded = [
    ...(mine === null ? [] : [loadTasks(mine, own, 'user')]),
    ...(theirs === null
      ? []
      : [
          theirs === 'unreadable'
            ? { tasks: [], diagnostics: [unreadable(shared)] }
            : loadTasks(theirs.text, shared, 'workspace'),
        ]),
  ];
  return {
    tasks: [...loaded.flatMap(({ tasks }) => tasks), ...builtinTasks],
    diagnostics: loaded.flatMap(({ diagnostics }) => diagnostics),
    commands,
  };
}

function unreadable(file: string): TaskDiagnostic {
  return { file, line: 1, column: 1, code: 'tasks.unreadable', args: {} };
}

async function commandsIn(folder: string): Promise<Commands> {
  const workspace = await openWorkspace(folder);
  return projectCommandsOf(async name => {
    const look = await workspace.look(join(workspace.root, name)).catch(() => null);
    return look === null ? null : new TextDecoder().decode(look.bytes);
  });
}

/**
 * A task by its name, the first in the catalog's order; `builtin:lint` names whose it has to be. Throws `task.unknown`,
 * which has the names that there are.
 */
export function findTask({ tasks }: Pick<Catalog, 'tasks'>, wanted: string): TaskClass {
  const [, origin, name] = /^(?:([a-z]+):)?(.*)$/s.exec(wanted) ?? [];
  const from = origin === undefined ? null : TaskOrigin.safeParse(origin).data;
  const found = tasks.find(task => task.name === name && (from === null || task.from === from));
  if (found === undefined) {
    const names = [...new Set(tasks.map(task => task.name))].join(', ');
    throw new GatehouseError(failures.taskUnknown({ task: wanted.slice(0, 80), names }));
  }
  return found;
}
