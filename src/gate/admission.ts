import type { Effect } from '../protocol/effect.ts';
import type { Failure } from '../protocol/failure.ts';
import type { Permit } from './permit.ts';

export interface Permitted<E extends Effect> {
  type: 'permit';
  permit: Permit<E>;
  /** What it permits: an edit may be another one than was proposed. */
  value: E;
}

/** What the gate says of an effect. */
export type Admission<E extends Effect> =
  | Permitted<E>
  | { type: 'refused'; failure: Failure /** A rule of the policy ends the run. */; halt: boolean };
