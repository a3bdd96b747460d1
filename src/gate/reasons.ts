import type { Reason } from '../protocol/decision.ts';

/**
 * The reasons that the gate itself gives. Those of the static risk have their codes and sentences in `src/risk/codes`.
 * Hosts map sentences over this list, so that a new one without words does not compile.
 */
export const reasonCodes = [
  'static.harmless',
  'uncontained',
  'uncontained.leaves',
  'uncontained.alone',
  'policy.rule',
  'mode.plan',
  'mode.ask',
  'observed.host',
  'observed.write',
  'observed.hostFile',
  'observed.limit',
  'observed.restored',
  'review.allowed',
  'review.asks',
  'review.denied',
  'review.down',
  'review.slow',
  'review.unreadable',
  'review.tooLong',
  'review.limit',
  'review.unpriced',
  'denied.before',
  'denied.near',
  'person.allowed',
  'person.denied',
  'edit.fileChanged',
  'edit.nothingLeft',
  'nobodyToAsk',
  'stopped',
  'factsChanged',
  'gateFault',
  'run.tainted',
  'bound.paths',
  'bound.said',
] as const;

export type ReasonCode = (typeof reasonCodes)[number];

export function reason(code: ReasonCode, args: Reason['args'] = {}): Reason {
  return { code, args };
}
