import type { CapReason, Mode } from '../protocol/command.ts';

/** The mode that holds: the one that the person chose, but never Auto where something keeps the run from that. */
export function effectiveMode(chosen: Mode, cap: CapReason | null): Mode {
  return cap !== null && chosen === 'auto' ? 'ask' : chosen;
}
