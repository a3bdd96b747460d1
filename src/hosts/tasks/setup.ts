import type { Limits } from '../../protocol/budget.ts';
import type { Mode } from '../../protocol/command.ts';
import { defaultLimits, type RunSetup } from '../compose.ts';
import type { Catalog } from './catalog.ts';
import { isWhole, type Values } from './fill.ts';
import { resolveTask } from './resolve.ts';
import type { TaskClass } from './task.ts';

export interface TaskWanted {
  task: TaskClass;
  commands: Catalog['commands'];
  /** What the person has set, and what they said for this very run. */
  mode: Mode;
  limits: Limits;
  typed: { mode?: Mode | undefined; limits?: Limits | undefined };
  values: Values;
  /** As `resolveTask` has it. */
  quoted?: Values | undefined;
  /** Commands by which the person measures the run, beside the task's own. */
  accept?: readonly string[];
}

/** What a task class makes of a run. Throws as `resolveTask` does. */
export function taskSetup({
  task,
  ...wanted
}: TaskWanted): Pick<RunSetup, 'prompt' | 'mode' | 'limits' | 'accept' | 'taskClass'> {
  const limits = { ...defaultLimits, ...wanted.limits };
  const resolved = resolveTask(task, { ...wanted, limits });
  return {
    prompt: resolved.prompt,
    mode: resolved.mode,
    limits: resolved.limits,
    accept: [...new Set([...resolved.acceptance, ...(wanted.accept ?? [])])],
    taskClass: {
      ref: resolved.task,
      allowedPaths: resolved.allowedPaths,
      text: resolved.text,
      vouched: [
        ...new Set([
          ...(task.from === 'user' ? (task.acceptance ?? []).filter(isWhole) : []),
          ...(wanted.accept ?? []),
        ]),
      ],
    },
  };
}
