import type { RunAction } from '../../protocol/panel.ts';
import type { PastRun } from './past.ts';

/** What can be asked of a run as it stands; nothing while somebody goes on with it. */
export function actionsOf(run: PastRun): RunAction[] {
  const { timeline, isolation, isolationEnd, live, newer, goesOn } = run;
  if (live || newer || isolationEnd !== null) return [];
  return [
    ...(goesOn ? (['resume'] as const) : []),
    ...(isolation === null ? [] : (['merge', 'keep', 'discard'] as const)),
    ...(timeline.current === 0 ? [] : (['undo'] as const)),
    ...(timeline.redo === null ? [] : (['redo'] as const)),
  ];
}
