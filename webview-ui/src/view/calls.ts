import type { EventOf } from '../../../src/protocol/event.ts';
import type { ToolItem } from './items.ts';
import { append, entryAt, replaceAt } from './log.ts';
import type { View } from './view.ts';

/**
 * A tool call appears as the model asks for it and gets its effect once that is proposed. An effect without a call that
 * was seen before gets a row of its own.
 */
export function addCall(
  view: View,
  from: EventOf<'effect.proposed'> | { call: string; tool: string; input: unknown },
  revised: string[] = [],
): View {
  const effect = 'value' in from ? from.value : null;
  if ('effect' in from) view.index.effects.set(from.effect, from.call);
  if (view.index.calls.has(from.call))
    return effect === null ? view : onCall(view, from.call, item => ({ ...item, effect, revised }));
  view.index.calls.set(from.call, view.items.length);
  const item: ToolItem = {
    type: 'tool',
    key: from.call,
    call: from.call,
    tool: from.tool,
    input: 'input' in from ? from.input : null,
    state: 'waiting',
    effect,
    reasons: [],
    byPerson: false,
    tier: null,
    permit: [],
    categories: [],
    explained: [],
    revised: [],
    question: null,
    output: null,
    outcome: null,
    durationMs: null,
    result: null,
    failure: [],
  };
  return { ...view, items: append(view.items, item) };
}

/** The view with the row of `call` changed; as it is where there is no such row. */
export function onCall(view: View, call: string, change: (item: ToolItem) => ToolItem): View {
  const at = view.index.calls.get(call);
  const item = at === undefined ? undefined : entryAt(view.items, at);
  if (at === undefined || item?.type !== 'tool') return view;
  return { ...view, items: replaceAt(view.items, at, change(item)) };
}

/** The row that the oldest open question is about. */
export function askedItem(view: View): ToolItem | null {
  const effect = view.index.questions.get(view.questions[0] ?? '');
  const call = effect === undefined ? undefined : view.index.effects.get(effect);
  const item = entryAt(view.items, view.index.calls.get(call ?? '') ?? -1);
  return item?.type === 'tool' ? item : null;
}

export function onEffect(view: View, effect: string, change: (item: ToolItem) => ToolItem): View {
  const call = view.index.effects.get(effect);
  return call === undefined ? view : onCall(view, call, change);
}
