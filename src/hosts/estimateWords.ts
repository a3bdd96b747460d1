import type { Estimate, Spread } from '../protocol/estimate.ts';
import { dollars, limitFigures } from './limitWords.ts';

/** What runs of before needed, and which those were, as one sentence. */
export function estimateSentence({ task, runs, turns, minutes, usd }: Estimate): string {
  const which = task === null ? '' : ` of ${task}`;
  const figures = [
    both(turns, limitFigures.turns),
    both(minutes, limitFigures.minutes),
    ...(usd === null ? [] : [both(usd, dollars)]),
  ];
  const half = figures.map(([figure]) => figure).join(', ');
  const most = figures.map(([, figure]) => figure).join(', ');
  return runs === 1
    ? `From the last run${which}: it needed ${half}.`
    : `From ${runs} runs${which}: half needed at most ${half}, and nine of ten at most ${most}.`;
}

function both({ p50, p90 }: Spread, say: (figure: number) => string): [string, string] {
  return [say(p50), say(p90)];
}
