import { Mode } from '../../protocol/command.ts';
import type { TaskClass } from './task.ts';

/** The person's own task sets the mode, unless they said another one for this run; any other is no looser than `own`. */
export function modeOf(task: Pick<TaskClass, 'from' | 'mode'>, own: Mode, typed?: Mode): Mode {
  return task.from === 'user' ? (typed ?? task.mode ?? own) : stricter(own, task.mode);
}

export function stricter(own: Mode, wanted: Mode | undefined): Mode {
  if (wanted === undefined) return own;
  const order = Mode.options;
  return order[Math.min(order.indexOf(own), order.indexOf(wanted))] ?? 'plan';
}
