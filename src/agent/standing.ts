import { type Bounds, foldBounds, noBounds } from '../gate/bounds.ts';
import { effectiveMode } from '../gate/mode.ts';
import { emptySummary, fold, type RunSummary } from '../journal/fold.ts';
import type { Mode } from '../protocol/command.ts';
import type { RunEvent } from '../protocol/event.ts';

/** How a run stands: a fold over its events. */
export interface Standing {
  apply(event: RunEvent): void;
  summary(): RunSummary;
  /** What the task and the person's words keep the run to. */
  bounds(): Bounds;
  /** What the person chose, or what a plan without a measure leaves of it; `begun` until anything is written down. */
  mode(begun: Mode): Mode;
  /** The person has said that they are not there. */
  away(): boolean;
}

export function createStanding(): Standing {
  let summary = emptySummary;
  let bounds = noBounds;
  let away = false;
  return {
    apply(event) {
      summary = fold(summary, event);
      bounds = foldBounds(bounds, event);
      if (event.kind === 'person.away') away = event.away;
      else if (event.kind === 'run.resumed') away = false;
    },
    summary: () => summary,
    bounds: () => bounds,
    mode: begun => effectiveMode(summary.mode ?? begun, summary.cap),
    away: () => away,
  };
}
