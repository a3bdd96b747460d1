import type { BuiltinName } from '../../tasks/builtin.ts';
import type { Commands } from '../commands.ts';
import type { TaskCommandId } from '../names.ts';

/** The palette's entry for each task class of ours. */
export function createTaskCommands(tasks: { runOurs(name: BuiltinName): Promise<void> }): Commands<TaskCommandId> {
  return {
    'gatehouse.task.fixTests': () => tasks.runOurs('fix-tests'),
    'gatehouse.task.writeTests': () => tasks.runOurs('write-tests'),
    'gatehouse.task.lint': () => tasks.runOurs('lint'),
    'gatehouse.task.typedRefactor': () => tasks.runOurs('typed-refactor'),
    'gatehouse.task.upgradeDependency': () => tasks.runOurs('upgrade-dependency'),
    'gatehouse.task.migrateApi': () => tasks.runOurs('migrate-api'),
    'gatehouse.task.optimize': () => tasks.runOurs('optimize'),
    'gatehouse.task.document': () => tasks.runOurs('document'),
    'gatehouse.task.scaffold': () => tasks.runOurs('scaffold'),
  };
}
