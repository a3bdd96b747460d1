import { type Bounds, straysOf } from '../gate/bounds.ts';
import type { EventOf, RunEvent } from '../protocol/event.ts';
import type { ToolUseBlock } from '../protocol/message.ts';

/** So many are named to the model. */
const maxNamed = 20;

/**
 * The call that takes back what a command changed outside of its run's bounds; null where it kept to them, or the person
 * was asked about just that and allowed it. What a command does to files is only seen once it has ended.
 */
export function takeBackFor(
  effect: string,
  call: string,
  events: readonly RunEvent[],
  bounds: Bounds,
): { block: ToolUseBlock; paths: string[] } | null {
  const made = events.findLast(
    (event): event is EventOf<'checkpoint.made'> => event.kind === 'checkpoint.made' && event.effect === effect,
  );
  if (made === undefined || made.before === null) return null;
  const paths = straysOf([...(made.paths ?? []), ...(made.folders ?? [])], bounds);
  if (paths.length === 0 || wasAskedAbout(effect, events)) return null;
  const why = 'A command changed files outside of what this run is to change.';
  const input = { checkpoint: made.checkpoint - 1, paths, why };
  return { block: { type: 'tool_use', id: `${call}.bounds`, name: 'Restore', input }, paths };
}

function wasAskedAbout(effect: string, events: readonly RunEvent[]): boolean {
  return events.some(
    event =>
      event.kind === 'effect.decided' &&
      event.effect === effect &&
      event.decision.verdict === 'ask' &&
      event.decision.reasons.some(({ code }) => code === 'bound.paths' || code === 'bound.said'),
  );
}

/** Told to the model after the command's own result. */
export function strayNote(paths: readonly string[], done: boolean): string {
  const more = paths.length > maxNamed ? ` and ${paths.length - maxNamed} more` : '';
  const named = `${paths.slice(0, maxNamed).join(', ')}${more}`;
  return done
    ? `Gatehouse took back what the command changed outside of what this run is to change: ${named}. If that is needed, say so to the person.`
    : `The command changed files outside of what this run is to change, and they could not be taken back: ${named}. Tell the person.`;
}
