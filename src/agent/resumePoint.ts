import type { SnapshotRef } from '../protocol/checkpoint.ts';
import type { Violation } from '../protocol/containment.ts';
import type { Effect, Revised } from '../protocol/effect.ts';
import type { EventOf, RunEvent } from '../protocol/event.ts';

/** The last effect that came of a call, and how far it is known to have come. */
export interface CutEffect {
  effect: string;
  value: Effect;
  /** The state before its last attempt; null where none was held. */
  before: SnapshotRef | null;
  /** Whether what that attempt changed is a checkpoint already. */
  checkpointed: boolean;
  /** Whether the sandbox let it change nothing. */
  readOnly: boolean;
  violations: readonly Violation[];
  /** How the person, or the file, made another edit of it. */
  revised: Revised | null;
}

/**
 * Where a call without a result was cut off. `fresh`: nothing of it was begun, or it was decided to do it again. `ended`:
 * it is known how it went. `doubt`: it was begun and nothing says that it ended. `skipped`: it was decided to leave it.
 */
export type CallPoint =
  | { type: 'fresh' }
  | { type: 'ended'; cut: CutEffect; end: EventOf<'effect.done'> | EventOf<'effect.failed'> }
  | { type: 'doubt'; cut: CutEffect }
  | { type: 'skipped'; cut: CutEffect; changed: readonly string[] };

/** Where the call with this id was cut off, by what is written down. */
export function pointOf(call: string, events: readonly RunEvent[]): CallPoint {
  const proposed = events.findLast(event => event.kind === 'effect.proposed' && event.call === call);
  if (proposed?.kind !== 'effect.proposed') return { type: 'fresh' };
  const { effect, value } = proposed;
  const cut: CutEffect = {
    effect,
    value,
    before: null,
    checkpointed: false,
    readOnly: false,
    violations: [],
    revised: proposed.revised ?? null,
  };
  let point: CallPoint = { type: 'fresh' };
  for (const event of events) {
    if (!('effect' in event) || event.effect !== effect) continue;
    switch (event.kind) {
      case 'effect.assessed':
        cut.readOnly = event.terms.profile === 'read-only' && event.terms.hosts.length === 0;
        break;
      case 'snapshot.taken':
        if (event.phase === 'before') cut.before = event.snapshot;
        break;
      case 'effect.intended':
        cut.checkpointed = false;
        point = { type: 'doubt', cut };
        break;
      case 'effect.done':
      case 'effect.failed':
        point = { type: 'ended', cut, end: event };
        break;
      case 'effect.violated':
        cut.violations = event.violations;
        // The next attempt has wider terms than were assessed.
        cut.readOnly = false;
        break;
      case 'checkpoint.made':
        cut.checkpointed = true;
        break;
      case 'effect.doubted':
        if (event.verdict === 'redo' || event.verdict === 'undone') point = { type: 'fresh' };
        else if (event.verdict === 'skip') point = { type: 'skipped', cut, changed: event.changed };
        break;
      case 'result.flagged':
      case 'effect.proposed':
      case 'effect.decided':
      case 'effect.reviewed':
      case 'denial.lifted':
      case 'denial.used':
      case 'question.asked':
      case 'question.answered':
      case 'grant.given':
        break;
    }
  }
  return point;
}

/** Background processes that nothing says the end of: id → the command that was started. */
export function openProcesses(events: readonly RunEvent[]): Map<string, string> {
  const commands = new Map<string, string>();
  const open = new Map<string, string>();
  for (const event of events) {
    if (event.kind === 'effect.proposed' && event.value.kind === 'exec')
      commands.set(event.effect, event.value.command);
    else if (event.kind === 'effect.done' && event.outcome.kind === 'exec' && event.outcome.process !== undefined)
      open.set(event.outcome.process, commands.get(event.effect) ?? '');
    else if (event.kind === 'process.ended') open.delete(event.process);
  }
  return open;
}
