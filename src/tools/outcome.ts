import type { Outcome, OutcomeOf } from '../effects/outcome.ts';
import type { EffectKind } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';

/** The outcome as one of kind K. Another kind is a defect of ours. */
export function expectKind<K extends EffectKind>(kind: K, outcome: Outcome): OutcomeOf<K> {
  if (outcome.kind === kind) return outcome as OutcomeOf<K>;
  throw new GatehouseError(failures.internal({ problem: `outcome of ${outcome.kind} where ${kind} was due` }));
}
