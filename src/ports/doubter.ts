import type { Effect } from '../protocol/effect.ts';

/** An effect that was begun when its run was cut off, and nobody knows how far it came. */
export interface Doubt {
  effect: string;
  value: Effect;
  /** What differs since it began, relative to the workspace; null where no state is held to compare with. */
  changed: readonly string[] | null;
}

/** `redo`: through the gate again, from its beginning. `skip`: leave it as it is and go on. `stop`: end the run here. */
export type DoubtVerdict = 'redo' | 'skip' | 'stop';

/** Reaches a person. Resolves null where nobody is there to decide; an aborted signal withdraws the question (null). */
export interface Doubter {
  decide(doubt: Doubt, signal: AbortSignal): Promise<DoubtVerdict | null>;
}
