import type { Reason } from '../protocol/decision.ts';

/** Every reason that the gate gives. Hosts map sentences over this list, so that a new one without words does not compile. */
export const reasonCodes = [
  'floor.ownState',
  'floor.keyMaterial',
  'floor.protectedPath',
  'floor.leavesByLink',
  'static.look',
  'static.insideWorkspace',
  'static.outsideWorkspace',
  'static.command',
  'mode.plan',
  'mode.ask',
  'person.allowed',
  'person.denied',
  'nobodyToAsk',
  'stopped',
  'factsChanged',
  'gateFault',
] as const;

export type ReasonCode = (typeof reasonCodes)[number];

export function reason(code: ReasonCode, args: Reason['args'] = {}): Reason {
  return { code, args };
}
