import type { RunEvent } from '../../../src/protocol/event.ts';
import { plural } from './describe.ts';
import type { Item, ToolItem } from './items.ts';
import { append, entryAt } from './log.ts';
import type { View } from './view.ts';

/** What happened from when the person could not see the run any more until they could again. */
export interface SinceItem {
  type: 'since';
  key: string;
  /** The calls of which something was decided or done meanwhile, as they stood at its end. */
  calls: readonly ToolItem[];
  /** Questions that came meanwhile and wait. */
  open: number;
}

/** Calls of which something was decided or done since then, in their order; null while somebody looks. */
export type Away = ReadonlySet<string> | null;

/** Notes what an event does while nobody looks. */
export function whileAway(view: View, event: RunEvent): View {
  if (view.away === null) return view;
  if (event.kind !== 'effect.decided' && event.kind !== 'effect.done' && event.kind !== 'effect.failed') return view;
  const call = view.index.effects.get(event.effect);
  return call === undefined || view.away.has(call) ? view : { ...view, away: new Set([...view.away, call]) };
}

/** Tells what happened meanwhile, where anything did. */
export function back(view: View, key: string): View {
  const { away } = view;
  if (away === null) return view;
  const calls = [...away].flatMap(call => {
    const item = entryAt(view.items, view.index.calls.get(call) ?? -1);
    return item?.type === 'tool' ? [item] : [];
  });
  const here = { ...view, away: null };
  if (calls.length === 0) return here;
  const item: Item = { type: 'since', key, calls, open: view.questions.length };
  return { ...here, items: append(here.items, item) };
}

/** `While you were away: 2 changes, 3 commands, 12 looks; 1 not allowed; 1 question waits.` */
export function sinceWords({ calls, open }: Pick<SinceItem, 'calls' | 'open'>): string {
  const done = calls.filter(({ state }) => state !== 'denied' && state !== 'asking' && state !== 'waiting');
  const of = (...kinds: string[]): number => done.filter(({ effect }) => kinds.includes(effect?.kind ?? '')).length;
  const changes = of('edit', 'restore');
  const commands = of('exec', 'push');
  const looks = done.length - changes - commands;
  const denied = calls.filter(({ state }) => state === 'denied').length;
  const counts = [
    changes > 0 ? plural(changes, 'change') : '',
    commands > 0 ? plural(commands, 'command') : '',
    looks > 0 ? plural(looks, 'look') : '',
  ].filter(Boolean);
  const parts = [
    counts.join(', '),
    denied > 0 ? `${denied} not allowed` : '',
    open > 0 ? `${plural(open, 'question')} ${open === 1 ? 'waits' : 'wait'}` : '',
  ].filter(Boolean);
  return `While you were away: ${parts.join('; ')}.`;
}
