import type { EventOf } from '../../../src/protocol/event.ts';
import { governed } from './grants.ts';
import type { EndItem, ToolItem } from './items.ts';
import { entryAt, mapLog, replaceAt } from './log.ts';
import { add, endRetry, key, remedy } from './rows.ts';
import { back } from './since.ts';
import { addCpu } from './totals.ts';
import type { View } from './view.ts';

/** A run whose journal has no end, and with which nobody goes on: nothing of it is open any more. */
export function cutOff(view: View): View {
  const quiet = endRetry({
    ...view,
    active: false,
    thinking: false,
    stream: null,
    questions: [],
    pause: null,
    processes: [],
  });
  return { ...quiet, items: mapLog(quiet.items, item => (item.type === 'tool' ? finished(item) : item)) };
}

/** What was open is open no more: the run asks again, and the time between does not count. */
export function resumed(view: View, event: EventOf<'run.resumed'>): View {
  const { processes } = view;
  const away = Math.max(0, event.at - view.lastAt);
  const grants = governed(view.grants, event.policyDigest);
  const startedAt = view.startedAt + away;
  return { ...cutOff(view), processes, grants, away: null, active: true, startedAt };
}

export function ended(view: View, event: EventOf<'run.ended'>, sentences: string[]): View {
  const quiet = back(cutOff(view), `${key(event)}.since`);
  const end: EndItem = {
    type: 'end',
    key: key(event),
    status: event.status,
    sentences,
    action: event.failure === null ? null : remedy(event.failure.code),
    links: [],
    totals: addCpu(quiet.totals, event.cpuMs),
    answers: quiet.answers,
    durationMs: event.at - view.startedAt,
  };
  // The failure that ended the run was told just before: once is enough.
  const at = quiet.items.length - 1;
  const last = entryAt(quiet.items, at);
  // A rule says what it rests on, which the end then says in its place.
  if (last?.type === 'notice' && last.links.length > 0 && event.status === 'stopped')
    return { ...quiet, items: replaceAt(quiet.items, at, { ...end, links: last.links }) };
  const repeats = last?.type === 'notice' && last.sentences.every(sentence => sentences.includes(sentence));
  return repeats ? { ...quiet, items: replaceAt(quiet.items, at, end) } : add(quiet, end);
}

/** A call that the end of the run cut short says so, and nothing about it can be answered any more. */
function finished(item: ToolItem): ToolItem {
  const open = item.state === 'waiting' || item.state === 'asking' || item.state === 'running';
  return open || item.question !== null ? { ...item, question: null, state: open ? 'unfinished' : item.state } : item;
}
