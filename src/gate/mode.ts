import type { CapReason, Mode } from '../protocol/command.ts';
import type { RunEvent } from '../protocol/event.ts';

/** The mode that holds: the one that the person chose, but never Auto where something keeps the run from that. */
export function effectiveMode(chosen: Mode, cap: CapReason | null): Mode {
  return cap !== null && chosen === 'auto' ? 'ask' : chosen;
}

/** What was chosen for a run last, and what holds; null before it has started. */
export function modeOf(events: readonly RunEvent[]): { chosen: Mode; holds: Mode } | null {
  const last = events.findLast(event => event.kind === 'mode.changed' || event.kind === 'run.started');
  if (last === undefined) return null;
  const capped = events.findLast(event => event.kind === 'mode.capped');
  return { chosen: last.mode, holds: effectiveMode(last.mode, capped?.reason ?? null) };
}
