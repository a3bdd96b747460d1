import type { Estimate, Spread } from '../protocol/estimate.ts';
import { dollars, limitFigures } from './limitWords.ts';

/** What runs of before needed, as one sentence. */
export function estimateSentence({ basis, runs, turns, minutes, usd }: Estimate): string {
  const of = basis === 'task' ? ' of this kind' : '';
  const figures = [
    both(turns, limitFigures.turns),
    both(minutes, limitFigures.minutes),
    ...(usd === null ? [] : [both(usd, dollars)]),
  ];
  const last = runs === 1 ? `The last run${of}` : `Of the last ${runs} runs${of}, half`;
  return runs === 1
    ? `${last} needed ${[limitFigures.turns(turns.p50), limitFigures.minutes(minutes.p50), ...(usd === null ? [] : [dollars(usd.p50)])].join(', ')}.`
    : `${last} needed at most ${figures.map(([half]) => half).join(', ')}, and nine of ten at most ${figures.map(([, most]) => most).join(', ')}.`;
}

function both({ p50, p90 }: Spread, say: (figure: number) => string): [string, string] {
  return [say(p50), say(p90)];
}
