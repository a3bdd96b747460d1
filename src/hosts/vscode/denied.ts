import { createDenials, type Denials } from '../../gate/denials.ts';
import type { EventKind } from '../../protocol/event.ts';
import type { ShownDenied } from '../../protocol/panel.ts';
import { refusalSentence } from '../sentences.ts';
import type { HeldRun } from './runs.ts';

/** Kinds of events after which the refusals of a run are others. */
export const denying: ReadonlySet<EventKind> = new Set([
  'effect.decided',
  'denial.lifted',
  'conversation.rewound',
] as const);

/** What was refused of late in each run, as the run itself has it. */
export interface Denied {
  /** The newest first. */
  recent(held: HeldRun): ShownDenied[];
  find(held: HeldRun, effect: string): { critical: boolean } | null;
}

export function createDenied(): Denied {
  const folds = new WeakMap<HeldRun, { denials: Denials; at: number }>();

  function foldOf(held: HeldRun): Denials {
    const fold = folds.get(held) ?? { denials: createDenials(), at: 0 };
    folds.set(held, fold);
    const events = held.events();
    for (const event of events.slice(fold.at)) fold.denials.apply(event);
    fold.at = events.length;
    return fold.denials;
  }

  return {
    recent: held =>
      foldOf(held)
        .recent()
        .map(({ effect, value, reasons, askable }) => ({
          effect,
          value,
          reasons: reasons.slice(0, 2).map(refusalSentence),
          askable,
        })),
    find(held, effect) {
      const found = foldOf(held).find(effect);
      return found === null ? null : { critical: found.tier === 'critical' };
    },
  };
}
