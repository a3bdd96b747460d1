import type { RunSummary } from '../../journal/fold.ts';
import type { DayLedger } from '../../ports/dayLedger.ts';
import type { Spent } from '../../ports/model.ts';
import type { Calling, Held, Purse } from '../../ports/purse.ts';
import { addUsage, type LimitName, type Limits, tokensOf } from '../../protocol/budget.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';

export interface PurseDeps {
  limits(): Limits;
  ledger?: DayLedger;
  /** Told what would be crossed, and by how much; whether there is more now. */
  reached(limit: LimitName, used: number, next: number, call: Calling): Promise<boolean>;
}

export interface Spending {
  purse: Purse;
  /** What the run had spent before, by its events; from here on the purse itself counts, calls that are under way included. */
  begin(before: Pick<RunSummary, 'usage' | 'usd'>): void;
  /** Dollars are null where a call had no known price; those of the day where nothing limits them. */
  spent(): { tokens: number; usd: number | null; usdPerDay: number | null };
}

/** What a run's models spend. What was set aside counts as spent until it is known. */
export function createPurse({ ledger, ...deps }: PurseDeps): Spending {
  const limits = (): Limits => deps.limits();
  let tokens = 0;
  let usd: number | null = 0;
  let usdPerDay: number | null = null;

  /** Takes it, or says what is in the way. */
  async function take(most: Spent): Promise<Held | { limit: LimitName; used: number; next: number }> {
    const allowed = limits();
    const length = tokensOf(most.usage);
    if (allowed.tokens !== undefined && tokens + length > allowed.tokens)
      return { limit: 'tokens', used: tokens, next: length };
    const price = most.usd ?? 0;
    if (allowed.usd !== undefined && (usd ?? 0) + price > allowed.usd)
      return { limit: 'usd', used: usd ?? 0, next: price };
    tokens += length;
    usd = usd === null || most.usd === null ? usd : usd + most.usd;
    const day = await reserve(price, allowed.usdPerDay);
    if (day === null) {
      tokens -= length;
      usd = usd === null ? null : usd - price;
      return { limit: 'usdPerDay', used: usdPerDay ?? 0, next: price };
    }
    return {
      async settle(took) {
        const cost = took === null ? 0 : took.usd;
        tokens += (took === null ? 0 : tokensOf(took.usage)) - length;
        usd = usd === null || cost === null ? null : usd - price + cost;
        // Where the ledger cannot be written, what was set aside in it stays there.
        await day.settle(cost ?? price).catch(() => undefined);
        if (usdPerDay !== null) usdPerDay += (cost ?? price) - price;
      },
    };
  }

  async function reserve(price: number, allowed: number | undefined): ReturnType<DayLedger['reserve']> {
    const nothing = { settle: async () => undefined };
    if (ledger === undefined || price === 0) return nothing;
    const most = allowed ?? Number.POSITIVE_INFINITY;
    // What cannot be counted is not spent, where it is limited.
    const day = await ledger.reserve(price, most).catch((error: unknown) => {
      if (allowed !== undefined) throw error;
      return nothing;
    });
    if (allowed !== undefined) usdPerDay = await ledger.spent();
    return day;
  }

  /** Whether a limit in dollars stands against a call that nobody can price. */
  function unpriced(most: Spent): boolean {
    const { usd: run, usdPerDay: day } = limits();
    return (run !== undefined && usd === null) || (most.usd === null && (run ?? day) !== undefined);
  }

  return {
    begin(before) {
      tokens = tokensOf(before.usage);
      usd = before.usd;
    },
    spent: () => ({ tokens, usd, usdPerDay: limits().usdPerDay === undefined ? null : usdPerDay }),
    purse: {
      room() {
        const allowed = limits();
        const left = (most: number | undefined, figure: number | null): number =>
          most === undefined ? Number.POSITIVE_INFINITY : most - (figure ?? 0);
        return {
          tokens: left(allowed.tokens, tokens),
          usd: Math.min(left(allowed.usd, usd), left(allowed.usdPerDay, usdPerDay)),
        };
      },
      async hold(most, call) {
        for (;;) {
          if (unpriced(most)) throw new GatehouseError(failures.priceUnknown({ model: call.model }));
          const taken = await take(most);
          if (!('limit' in taken)) return taken;
          if (!(await deps.reached(taken.limit, taken.used, taken.next, call)))
            throw new GatehouseError(failures.limitReached({}));
        }
      },
      async spare(most, rest) {
        if (unpriced(most)) return null;
        const both = await take(addSpent(most, rest));
        if ('limit' in both) return null;
        await both.settle(null);
        const taken = await take(most);
        return 'limit' in taken ? null : taken;
      },
    },
  };
}

function addSpent(a: Spent, b: Spent): Spent {
  return { usage: addUsage(a.usage, b.usage), usd: a.usd === null || b.usd === null ? null : a.usd + b.usd };
}
