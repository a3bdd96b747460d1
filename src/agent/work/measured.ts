import type { EventKind, RunEvent } from '../../protocol/event.ts';

/**
 * Whether anything may have changed since the run was last measured at its end, or it never was. What git ignores is in no
 * checkpoint, so whatever was run since counts, but for what could write nothing.
 */
export function changedSinceCheck(events: readonly RunEvent[]): boolean {
  const last = events.findLastIndex(event => event.kind === 'acceptance.checked' && event.when === 'end');
  if (last === -1) return true;
  const kinds = new Set<string>();
  const writes = new Set<string>();
  return events.some((event, index) => {
    if (event.kind === 'effect.proposed' && ['edit', 'exec', 'restore'].includes(event.value.kind))
      kinds.add(event.effect);
    else if (event.kind === 'effect.assessed') {
      const harmless = event.terms.profile === 'read-only' && event.terms.writes.length === 0;
      if (kinds.has(event.effect) && !harmless) writes.add(event.effect);
      else writes.delete(event.effect);
    }
    return index > last && changes(event, writes);
  });
}

const always: readonly EventKind[] = ['checkpoint.made', 'restore.done', 'process.ended', 'run.resumed', 'person.said'];

function changes(event: RunEvent, writes: ReadonlySet<string>): boolean {
  if (event.kind === 'change.reviewed') return event.how === 'undone';
  if (event.kind === 'effect.done' || event.kind === 'effect.failed') return writes.has(event.effect);
  return always.includes(event.kind);
}
