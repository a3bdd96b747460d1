import { LimitName, type Limits } from '../protocol/budget.ts';
import type { EventOf } from '../protocol/event.ts';

/** A figure of a limit as people read it: `12 turns`, `$0.25`. */
export const limitFigures: { [L in LimitName]: (figure: number) => string } = {
  turns: n => counted(n, 'turn'),
  tokens: n => counted(n, 'token'),
  usd: dollars,
  minutes: n => counted(minutes(n), 'minute'),
  files: n => counted(n, 'changed file'),
  lines: n => counted(n, 'changed line'),
  refusals: n => counted(n, 'refusal'),
  unreviewedLines: n => counted(n, 'unreviewed line'),
  usdPerDay: n => `${dollars(n)} a day for this workspace`,
};

export function limitsSaid(limits: Limits): string[] {
  return LimitName.options.flatMap(limit => {
    const figure = limits[limit];
    return figure === undefined ? [] : [limitFigures[limit](figure)];
  });
}

export function limitSaid(event: EventOf<'limit.warned'> | EventOf<'limit.reached'> | EventOf<'limit.raised'>): string {
  const figure = limitFigures[event.limit];
  switch (event.kind) {
    case 'limit.warned':
      return `${event.share} % of the limit is used: ${used(event)} of ${figure(event.allowed)}.`;
    case 'limit.reached':
      if ((event.limit === 'files' || event.limit === 'lines') && event.used > event.allowed)
        return `The limit is crossed: ${used(event)} of ${figure(event.allowed)}. What a command changes is only known once it has ended; nothing more is done without a higher limit.`;
      return event.next === undefined || event.used >= event.allowed
        ? `The limit is reached: ${used(event)} of ${figure(event.allowed)}.`
        : `The limit would be crossed: ${used(event)} of ${figure(event.allowed)}, and what comes next may take ${plain(event.limit, event.next)}.`;
    case 'limit.raised':
      return `You raised the limit from ${figure(event.from)} to ${figure(event.to)}.`;
  }
}

const used = ({ limit, used: figure }: { limit: LimitName; used: number }): string => plain(limit, figure);

function plain(limit: LimitName, figure: number): string {
  if (limit === 'usd' || limit === 'usdPerDay') return dollars(figure);
  return grouped(limit === 'minutes' ? minutes(figure) : figure);
}

/** To the cent from a dollar on; below it as exactly as prices are. */
export function dollars(usd: number): string {
  return `$${usd.toFixed(usd >= 1 || usd === 0 ? 2 : 4)}`;
}

const minutes = (n: number): number => (n < 1 ? Number(n.toPrecision(2)) : Math.round(n * 10) / 10);

function counted(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
}

function grouped(n: number): string {
  return n.toLocaleString('en-GB', { maximumFractionDigits: 2 });
}
