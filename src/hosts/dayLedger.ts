import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { lockState } from '../agent/lock.ts';
import { readText, writePrivate } from '../effects/files.ts';
import type { LockFile } from '../effects/lockFile.ts';
import type { Home } from '../journal/home.ts';
import type { Clock } from '../ports/clock.ts';
import type { DayLedger } from '../ports/dayLedger.ts';

const Dollars = z.number().nonnegative();

/** Of the last days by their local date, `2026-11-20`; the first version knew of one. */
const Book = z.union([
  z.object({ v: z.literal(2), days: z.record(z.string(), Dollars) }),
  z
    .object({ v: z.literal(1), day: z.string(), usd: Dollars })
    .transform(({ day, usd }) => ({ v: 2 as const, days: { [day]: usd } })),
]);
type Days = Readonly<Record<string, number>>;

/** So many days are kept, since a clock may be set back. */
const keptDays = 7;

/** How long, in ms, a process waits before it looks again whether another has left the ledger. */
const retryMs = 10;

/**
 * The workspace's ledger, a file in the state folder; each change is made under a lock, so that runs side by side cannot
 * spend the same dollar. A ledger that cannot be read is refused rather than begun anew.
 */
export function openDayLedger(home: Pick<Home, 'root'>, workspace: string, clock: Clock): DayLedger {
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 16);
  const path = join(home.root, 'ledger', `${name}.json`);

  async function locked<T>(work: (days: Days) => Promise<T>): Promise<T> {
    const lock = await whenFree(`${path}.lock`, clock);
    try {
      return await work(await read());
    } finally {
      await lock.release();
    }
  }

  async function read(): Promise<Days> {
    const text = await readText(path);
    return text === null ? {} : Book.parse(JSON.parse(text)).days;
  }

  /** `day` is the one that changed. Wherever the clock was, neither that nor today is forgotten. */
  async function write(days: Days, day: string): Promise<void> {
    const today = dayOf(clock.now());
    const far = (each: string): number => (each === day ? -1 : distanceOf(each, today));
    const kept = Object.entries(days)
      .toSorted(([a], [b]) => far(a) - far(b))
      .slice(0, keptDays);
    await writePrivate(path, JSON.stringify({ v: 2, days: Object.fromEntries(kept) }));
  }

  return {
    spent: async () => (await read())[dayOf(clock.now())] ?? 0,
    reserve: (usd, allowed) =>
      locked(async days => {
        const day = dayOf(clock.now());
        const before = days[day] ?? 0;
        if (before + usd > allowed) return null;
        await write({ ...days, [day]: before + usd }, day);
        return {
          // What was set aside on a day counts for that day, also where it is over by now.
          settle: spent => locked(now => write({ ...now, [day]: Math.max(0, (now[day] ?? 0) - usd + spent) }, day)),
        };
      }),
  };
}

async function whenFree(path: string, clock: Clock): Promise<LockFile> {
  for (;;) {
    const lock = await lockState(path);
    if (!('heldBy' in lock)) return lock;
    await clock.sleep(retryMs);
  }
}

/** What is no date is farther than any. */
function distanceOf(a: string, b: string): number {
  const distance = Math.abs(Date.parse(a) - Date.parse(b));
  return Number.isNaN(distance) ? Number.MAX_VALUE : distance;
}

function dayOf(at: number): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
