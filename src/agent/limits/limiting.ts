import { emptySummary, fold, type RunSummary } from '../../journal/fold.ts';
import { createReviewing } from '../../journal/unreviewed.ts';
import type { LimitQuestion } from '../../ports/approver.ts';
import type { Clock } from '../../ports/clock.ts';
import type { DayLedger } from '../../ports/dayLedger.ts';
import type { Journal } from '../../ports/journal.ts';
import type { Purse } from '../../ports/purse.ts';
import type { LimitName, Limits } from '../../protocol/budget.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { type Failure, failures } from '../../protocol/failure.ts';
import { createTurns } from '../together.ts';
import { createDeadline } from './deadline.ts';
import { createMarks, type Used } from './marks.ts';
import { createPurse } from './purse.ts';

export interface LimitingDeps {
  journal: Journal;
  clock: Clock;
  /** As the run begins or goes on. */
  limits: Limits;
  ledger?: DayLedger;
  /** Asks the person for more; resolves null where they do not want to go on. null: nobody is there. */
  ask: null | ((question: LimitQuestion, signal: AbortSignal) => Promise<number | null>);
}

/**
 * The limits of a run: what it has used is a fold over its events, and before anything that could cross a limit the
 * person is asked, or the run is over. Nothing goes on past a limit that was not raised.
 */
export interface Limiting {
  apply(event: RunEvent): void;
  /** What was spent before is known by now; minutes count from `startedAt` (Unix ms). */
  begin(startedAt: number): void;
  /** What the run's models may spend. */
  purse: Purse;
  /** Aborted when the minutes are over; another one once there are more. */
  deadline(): AbortSignal;
  /** Whether another turn may be taken. */
  mayTakeTurn(signal: AbortSignal): Promise<boolean>;
  /** Whether the run may go on with what it is at; warns where a mark was passed. */
  mayGoOn(signal: AbortSignal): Promise<boolean>;
  /**
   * Why an effect may not be: an edit would change more than is allowed, or more than that was changed already by a
   * command, of which only its end tells. null where it may.
   */
  mayChange(effect: Effect, signal: AbortSignal): Promise<Failure | null>;
  /** The same without a question: false where `mayChange` would ask, or refuse. */
  fits(effect: Effect): boolean;
  /** Whether no more was changed than is allowed, or the person lets it be. */
  mayEndWell(signal: AbortSignal): Promise<boolean>;
  /** Whether the person may set the limit to `to`. */
  canRaise(limit: LimitName, to: number): boolean;
  raise(limit: LimitName, to: number): Promise<void>;
  limits(): Limits;
  /** A limit was reached and not raised: the run goes no further. */
  over(): boolean;
  close(): void;
}

type Figures = { readonly [L in LimitName]?: number | null };

/** Which limits are looked at, and when one of them is crossed by a figure. */
interface Rule {
  names: readonly LimitName[];
  crossed: (figure: number, allowed: number, limit: LimitName) => boolean;
  /** How much more of it is about to be used. */
  next?: (limit: LimitName) => number;
}

const changes = ['files', 'lines'] as const;
const always = ['minutes', 'refusals', 'unreviewedLines'] as const;

/** Files and lines: those that are allowed may all be used. */
const changed: Rule = { names: changes, crossed: (figure, allowed) => figure > allowed };

function usedUp(figure: number, allowed: number, limit: LimitName): boolean {
  return limit === 'files' || limit === 'lines' ? figure > allowed : figure >= allowed;
}

export function createLimiting({ journal, clock, ledger, ...deps }: LimitingDeps): Limiting {
  let summary: RunSummary = emptySummary;
  let { limits } = deps;
  /** A limit was reached and is not raised. */
  let over = false;
  /** Reached where nobody had the time to ask for more; the person is asked before the run goes on. */
  const due = new Map<LimitName, LimitQuestion>();
  let waiting: { limit: LimitName; raised(): void } | null = null;
  const reviewing = createReviewing();
  const deadline = createDeadline(clock);
  const marks = createMarks();
  /** Edits of a turn may come to one limit at once; the person is asked about it once. */
  const inTurn = createTurns();
  const spending = createPurse({
    limits: () => limits,
    reached: (limit, used, next, { asks, signal }) => reached({ limit, used, next }, asks ? signal : null),
    ...(ledger === undefined ? {} : { ledger }),
  });

  function changedSoFar(): Pick<Used, 'files' | 'lines'> {
    return { files: summary.filesChanged.length, lines: summary.linesChanged };
  }

  function used(): Used {
    const { tokens, usd, usdPerDay } = spending.spent();
    return {
      turns: summary.turns,
      tokens,
      usd,
      minutes: deadline.minutes(),
      ...changedSoFar(),
      refusals: summary.denials,
      unreviewedLines: limits.unreviewedLines === undefined ? null : reviewing.lines(),
      usdPerDay,
    };
  }

  /** Writes it down and asks; with no `signal` there is no time for that now. Whether there is more. */
  async function reached(
    { limit, used: figure, next }: { limit: LimitName; used: number; next: number | null },
    signal: AbortSignal | null,
  ): Promise<boolean> {
    const allowed = limits[limit];
    if (allowed === undefined) return true;
    if (over) return false;
    // The minutes' end cuts off what is under way, so there are no more of them than allowed.
    const spent = limit === 'minutes' ? Math.min(figure, allowed) : figure;
    const most = next === null ? {} : { next };
    await journal.append({ kind: 'limit.reached', limit, used: spent, allowed, ...most });
    const question = { limit, used: spent, allowed, next };
    if (signal !== null) return moreFor(question, signal);
    if (deps.ask === null) over = true;
    else due.set(limit, question);
    return false;
  }

  async function moreFor(question: LimitQuestion, signal: AbortSignal): Promise<boolean> {
    const { limit, allowed } = question;
    due.delete(limit);
    const to = deps.ask === null ? null : await askPerson(deps.ask, question, signal);
    if (to !== null && canRaise(limit, to)) await raise(limit, to);
    over = (limits[limit] ?? Number.POSITIVE_INFINITY) <= allowed && stands(limit);
    return !over;
  }

  /** Asks about what was reached meanwhile, unless it was raised since. */
  async function settleDue(signal: AbortSignal): Promise<void> {
    for (const question of due.values()) {
      due.delete(question.limit);
      if (!over && (limits[question.limit] ?? Number.POSITIVE_INFINITY) <= question.allowed)
        await moreFor(question, signal);
    }
  }

  /** Whether it is reached still: what a person looks at meanwhile counts no more. */
  function stands(limit: LimitName): boolean {
    if (limit !== 'unreviewedLines') return true;
    return reviewing.lines() >= (limits.unreviewedLines ?? Number.POSITIVE_INFINITY);
  }

  /** By their own surface, or by the command that raises it, which comes first. null also where the run is stopped. */
  async function askPerson(
    ask: NonNullable<LimitingDeps['ask']>,
    question: LimitQuestion,
    signal: AbortSignal,
  ): Promise<number | null> {
    const withdrawn = new AbortController();
    const raised = new Promise<null>(resolve => {
      waiting = { limit: question.limit, raised: () => resolve(null) };
    });
    try {
      const asked = ask(question, AbortSignal.any([signal, withdrawn.signal])).catch(() => null);
      return await Promise.race([asked, raised]);
    } finally {
      waiting = null;
      withdrawn.abort();
    }
  }

  function canRaise(limit: LimitName, to: number): boolean {
    const allowed = limits[limit];
    return allowed !== undefined && Number.isFinite(to) && to > allowed;
  }

  async function raise(limit: LimitName, to: number): Promise<void> {
    const from = limits[limit];
    if (from === undefined || !canRaise(limit, to)) return;
    await journal.append({ kind: 'limit.raised', limit, from, to });
    if (waiting?.limit === limit) waiting.raised();
  }

  /** The first limit for which `crossed` holds. */
  function firstCrossed({ names, crossed }: Rule, figures: Figures): LimitName | undefined {
    return names.find(name => {
      const allowed = limits[name];
      const figure = figures[name] ?? null;
      return allowed !== undefined && figure !== null && crossed(figure, allowed, name);
    });
  }

  /** Each limit that the rule finds crossed is asked about, until none is left. */
  async function within(rule: Rule, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const figures = used();
      const limit = firstCrossed(rule, figures);
      if (limit === undefined) return !over;
      const next = rule.next?.(limit) ?? null;
      if (!(await reached({ limit, used: figures[limit] ?? 0, next }, signal))) return false;
    }
  }

  /** What an effect is kept to; null for one that changes nothing. */
  function ruleFor(effect: Effect): Rule | null {
    if (effect.kind === 'exec' || effect.kind === 'push') return changed;
    if (effect.kind !== 'edit') return null;
    const files = summary.filesChanged.includes(effect.path) ? 0 : 1;
    const lines = effect.added + effect.removed;
    const next = (limit: LimitName): number => (limit === 'files' ? files : lines);
    return {
      names: changes,
      crossed: (figure, allowed, limit) => next(limit) > 0 && figure + next(limit) > allowed,
      next,
    };
  }

  async function warn(): Promise<void> {
    for (const warning of marks.due(used(), limits)) await journal.append({ kind: 'limit.warned', ...warning });
  }

  return {
    purse: spending.purse,
    apply(event) {
      summary = fold(summary, event);
      reviewing.apply(event);
      if (waiting?.limit === 'unreviewedLines' && !stands('unreviewedLines')) waiting.raised();
      marks.apply(event);
      if (event.kind === 'limit.raised') limits = { ...limits, [event.limit]: event.to };
      // What the person set as the run went on comes after all that was raised before.
      else if (event.kind === 'run.resumed') limits = event.limits ?? limits;
    },
    begin(startedAt) {
      spending.begin(summary);
      deadline.begin(startedAt);
    },
    deadline: () => deadline.signal(limits.minutes),
    async mayTakeTurn(signal) {
      await warn();
      await settleDue(signal);
      // At its end a limit is used up for what a turn takes one more of; for the rest any more is too much.
      return within({ names: ['turns', ...always, 'tokens', 'usd', 'usdPerDay', ...changes], crossed: usedUp }, signal);
    },
    async mayGoOn(signal) {
      await warn();
      await settleDue(signal);
      return within({ names: [...always, ...changes], crossed: usedUp }, signal);
    },
    mayChange: (effect, signal) =>
      inTurn(async () => {
        const rule = ruleFor(effect);
        return rule === null || (await within(rule, signal)) ? null : failures.limitReached({});
      }),
    fits(effect) {
      const rule = ruleFor(effect);
      return rule === null || (!over && firstCrossed(rule, changedSoFar()) === undefined);
    },
    mayEndWell: signal => within(changed, signal),
    canRaise,
    raise,
    limits: () => limits,
    over: () => over,
    close: () => deadline.close(),
  };
}
