import { taskFile } from '../../journal/taskFile.ts';
import type { EventKind } from '../../protocol/event.ts';
import type { Recorder } from '../recorder.ts';

/** Events after which the task file reads otherwise. */
const telling: ReadonlySet<EventKind> = new Set([
  'run.started',
  'plan.submitted',
  'plan.edited',
  'plan.accepted',
  'plan.rejected',
  'acceptance.checked',
  'tests.fell',
  'step.completed',
  'person.asked',
  'person.answered',
  'run.ended',
]);

/** Keeps the file that says in plain words where the run stands. It is a fold: losing one loses nothing. */
export function keepTaskFile(
  recorder: Pick<Recorder, 'observe' | 'events'>,
  keep?: (text: string) => Promise<void>,
): { settle(): Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  let due = false;
  if (keep !== undefined)
    recorder.observe(observation => {
      if (observation.type !== 'event' || !telling.has(observation.event.kind) || due) return;
      due = true;
      last = write(last, keep);
    });
  return { settle: () => last };

  async function write(before: Promise<void>, put: (text: string) => Promise<void>): Promise<void> {
    await before;
    due = false;
    await put(taskFile(recorder.events())).catch(() => undefined);
  }
}
