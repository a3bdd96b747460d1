import type { EventOf } from '../../../src/protocol/event.ts';
import type { FindingsItem, Item } from './items.ts';
import { entryAt, type Log, replaceAt } from './log.ts';

/** What one review found, as it stands at first: open, all of it. */
export function findingsItem(key: string, event: EventOf<'review.finished'>, sentences: string[]): FindingsItem {
  return {
    type: 'findings',
    key,
    sentences,
    unsure: event.outcome.type === 'none',
    rows: event.findings.map(finding => ({ finding, state: 'open', reason: null })),
  };
}

/** The log after a finding was fixed or waived, in each of the reviews (by their places in it) that have it. */
export function settleFinding(
  items: Log<Item>,
  places: readonly number[],
  finding: string,
  became: { state: 'fixed' | 'waived'; reason: string | null },
): Log<Item> {
  let next = items;
  for (const place of places) {
    const item = entryAt(next, place);
    if (item?.type !== 'findings' || !item.rows.some(row => row.finding.id === finding)) continue;
    const rows = item.rows.map(row => (row.finding.id === finding ? { ...row, ...became } : row));
    next = replaceAt(next, place, { ...item, rows });
  }
  return next;
}
