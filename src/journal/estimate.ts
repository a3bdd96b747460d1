import type { Estimate, Spread } from '../protocol/estimate.ts';
import type { RunFigures } from './stats.ts';

/** Fewer runs of one class say less than many of others. */
const enough = 3;

/** So many of the newest runs count: what a project needs changes. */
const counted = 50;

/**
 * What a run of this task class (null: free text) may need, by those of before that came to an end of their own: by all of
 * them for free text, and where there are few of the class. Rehearsals do not count. null where there is nothing to go by.
 */
export function estimateFrom(figures: readonly RunFigures[], task: string | null): Estimate | null {
  const ended = figures
    .filter(({ status, scripted }) => !scripted && (status === 'done' || status === 'stopped' || status === 'limit'))
    .toSorted((a, b) => b.startedAt - a.startedAt);
  const same = task === null ? [] : ended.filter(each => each.task === task);
  const basis = same.length >= enough ? task : null;
  const runs = (basis === null ? ended : same).slice(0, counted);
  const turns = spread(runs.map(each => each.turns));
  const minutes = spread(runs.map(({ activeMs }) => activeMs / 60_000));
  if (turns === null || minutes === null) return null;
  const usd = spread(runs.flatMap(each => (each.usd === null ? [] : [each.usd])));
  return { task: basis, runs: runs.length, turns, minutes, usd };
}

/** By the nearest rank; null where there is no value. */
function spread(values: readonly number[]): Spread | null {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return sorted.length === 0 ? null : { p50: at(0.5), p90: at(0.9) };
}
