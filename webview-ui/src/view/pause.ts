import type { EventOf } from '../../../src/protocol/event.ts';
import type { ToolItem } from './items.ts';
import { entryAt } from './log.ts';
import type { View } from './view.ts';

/** Refusals have piled up, and the run waits for what becomes of them. */
export interface Pause {
  question: string;
  nonce: string | null;
  why: 'row' | 'run';
  /** The oldest first. Only `askable` ones can be let pass. */
  rows: readonly { effect: string; askable: boolean }[];
}

export function pausedBy({ question, why, effects, askable = effects }: EventOf<'denials.asked'>): Pause {
  return { question, nonce: null, why, rows: effects.map(effect => ({ effect, askable: askable.includes(effect) })) };
}

/** The row of an effect; null where the view has none. */
export function itemOf(view: View, effect: string): ToolItem | null {
  const call = view.index.effects.get(effect);
  const item = entryAt(view.items, view.index.calls.get(call ?? '') ?? -1);
  return item?.type === 'tool' ? item : null;
}
