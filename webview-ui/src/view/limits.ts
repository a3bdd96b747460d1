import type { LimitName, Limits } from '../../../src/protocol/budget.ts';
import type { EventKind, EventOf, RunEvent } from '../../../src/protocol/event.ts';
import type { Totals } from './items.ts';
import { tokens } from './totals.ts';

/** What is known of a run's limits beside its totals. */
export interface LimitView {
  limits: Limits;
  refusals: number;
  /** Lines that nobody has looked at, as far as the run has told. */
  unreviewed: number | null;
  /** What the workspace has spent today, as far as the run has told. */
  day: number | null;
  /** The one that was reached and is not raised. */
  reached: { limit: LimitName; allowed: number } | null;
}

export const noLimits: LimitView = { limits: {}, refusals: 0, unreviewed: null, day: null, reached: null };

const on: { [K in EventKind]?: (before: LimitView, event: EventOf<K>) => LimitView } = {
  'run.started': (_before, { limits }) => ({ ...noLimits, limits }),
  'run.resumed': (before, event) => ({ ...before, limits: event.limits ?? before.limits, reached: null }),
  'effect.decided': (before, { decision }) =>
    decision.verdict === 'deny' ? { ...before, refusals: before.refusals + 1 } : before,
  'limit.warned': (before, { limit, used }) => (limit === 'usdPerDay' ? { ...before, day: used } : before),
  'limit.reached': (before, { limit, allowed, used }) => ({
    ...before,
    day: limit === 'usdPerDay' ? used : before.day,
    reached: { limit, allowed },
  }),
  'limit.raised': (before, { limit, to }) => ({
    ...before,
    limits: { ...before.limits, [limit]: to },
    reached: before.reached?.limit === limit ? null : before.reached,
  }),
  'run.ended': before => ({ ...before, reached: null }),
};

/** The table has the event's own kind under its kind. */
export function foldLimits<K extends EventKind>(before: LimitView, event: EventOf<K> & RunEvent): LimitView {
  const take = on[event.kind] as ((before: LimitView, event: RunEvent) => LimitView) | undefined;
  return take?.(before, event) ?? before;
}

/** One limit as a meter; `used` is null where nobody knows. */
export interface Meter {
  limit: LimitName;
  used: number | null;
  allowed: number;
}

/** The limits that are set, those that are nearest to their end first. `minutes`: of work so far. */
export function metersOf({ limits, refusals, unreviewed, day }: LimitView, totals: Totals, minutes: number): Meter[] {
  const lines = [...totals.files.values()].reduce((sum, { added, removed }) => sum + added + removed, 0);
  const used: { [L in LimitName]: number | null } = {
    turns: totals.turns,
    tokens: tokens(totals.usage),
    usd: totals.usd,
    minutes,
    files: totals.files.size,
    lines,
    refusals,
    unreviewedLines: unreviewed,
    usdPerDay: day,
  };
  return Object.entries(used)
    .flatMap(([name, figure]): Meter[] => {
      const limit = name as LimitName;
      const allowed = limits[limit];
      return allowed === undefined ? [] : [{ limit, used: figure, allowed }];
    })
    .toSorted((a, b) => shareOf(b) - shareOf(a));
}

/** From 0 to 1. */
export function shareOf({ used, allowed }: Meter): number {
  return used === null ? 0 : Math.min(1, used / allowed);
}

const nouns: { [L in LimitName]: string } = {
  turns: 'turns',
  tokens: 'tokens',
  usd: 'dollars',
  minutes: 'minutes',
  files: 'changed files',
  lines: 'changed lines',
  refusals: 'refusals',
  unreviewedLines: 'unreviewed lines',
  usdPerDay: 'dollars today',
};

export function nounOf(limit: LimitName): string {
  return nouns[limit];
}

/** `12 of 200 turns`, `$0.25 of $1.00`. */
export function figuresOf({ limit, used, allowed }: Meter): string {
  const figure = (n: number): string =>
    limit === 'usd' || limit === 'usdPerDay' ? `$${n.toFixed(n > 0 && n < 1 ? 3 : 2)}` : whole(n);
  const noun = limit === 'usd' ? '' : limit === 'usdPerDay' ? ' today' : ` ${nouns[limit]}`;
  return `${used === null ? '?' : figure(used)} of ${figure(allowed)}${noun}`;
}

function whole(n: number): string {
  return (n < 10 ? Math.round(n * 10) / 10 : Math.round(n)).toLocaleString('en-GB');
}
