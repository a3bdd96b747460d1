import type { RunEvent } from '../../../src/protocol/event.ts';
import type { PanelAction } from '../../../src/protocol/panel.ts';
import type { Item, Link } from './items.ts';
import { append, entryAt, replaceAt } from './log.ts';
import type { View } from './view.ts';

export function notice(
  view: View,
  event: RunEvent,
  level: 'info' | 'warning' | 'error',
  sentences: string[],
  more: { until?: number; action?: PanelAction | null; links?: readonly Link[] } = {},
): View {
  if (sentences.length === 0) return view;
  const { until = null, action = null, links = [] } = more;
  return add(view, { type: 'notice', key: key(event), level, sentences, until, action, links });
}

export function add(view: View, item: Item): View {
  return { ...view, items: append(view.items, item) };
}

export function key(event: RunEvent): string {
  return String(event.seq);
}

/** The wait of a retry that was shown is over: its row stays, without the countdown. */
export function endRetry(view: View): View {
  const at = view.index.retry;
  if (at === null) return view;
  view.index.retry = null;
  const item = entryAt(view.items, at);
  if (item?.type !== 'notice') return view;
  return { ...view, items: replaceAt(view.items, at, { ...item, until: null }) };
}

/** What a person can press to mend a failure. */
export function remedy(code: string): PanelAction | null {
  if (code === 'model.noKey' || code === 'model.keyRejected') return 'setApiKey';
  if (
    code === 'model.unknown' ||
    code === 'model.forbidden' ||
    code === 'model.unreachable' ||
    code === 'model.wrongServer'
  )
    return 'openSettings';
  if (code === 'internal') return 'showLog';
  return null;
}

/** Remembers the row that a record is about, so that what rests on the record can lead there. */
export function noteRecord({ index }: View, event: RunEvent): void {
  const call = 'call' in event ? event.call : 'effect' in event ? index.effects.get(event.effect ?? '') : undefined;
  if (call !== undefined) index.records.set(event.seq, call);
}

/** Each row once, in its order; records that have none are left out. */
export function linksTo(view: View, evidence: readonly number[]): Link[] {
  const links = new Map<string, Link>();
  for (const seq of evidence) {
    const call = view.index.records.get(seq);
    const item = entryAt(view.items, view.index.calls.get(call ?? '') ?? -1);
    if (item?.type === 'tool') links.set(item.key, { key: item.key, label: `${item.tool} (${seq})` });
    else links.set(String(seq), { key: String(seq), label: `record ${seq}` });
  }
  return [...links.values()];
}
