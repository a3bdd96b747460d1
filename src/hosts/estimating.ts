import { estimateFrom } from '../journal/estimate.ts';
import type { RunFigures } from '../journal/stats.ts';
import type { PanelState, ShownTask } from '../protocol/panel.ts';
import { estimateSentence } from './estimateWords.ts';

/** What a run that starts now may need: of any kind, and of each task that has runs enough of its own. */
export function estimatesOf<T extends { name: string }>(
  figures: readonly RunFigures[],
  tasks: readonly T[],
): { estimate: PanelState['estimate']; tasks: (T & Pick<ShownTask, 'estimate'>)[] } {
  const all = estimateFrom(figures, null);
  return {
    estimate: all === null ? null : { ...all, sentence: estimateSentence(all) },
    tasks: tasks.map(task => {
      const own = estimateFrom(figures, task.name);
      return { ...task, estimate: own?.task === task.name ? estimateSentence(own) : null };
    }),
  };
}
