import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { lockState } from '../agent/lock.ts';
import { readText, writePrivate } from '../effects/files.ts';
import type { LockFile } from '../effects/lockFile.ts';
import type { Home } from '../journal/home.ts';
import type { Clock } from '../ports/clock.ts';
import type { DayLedger } from '../ports/dayLedger.ts';

/** `day` is a local date, `2026-11-20`. */
const Book = z.object({ v: z.literal(1), day: z.string(), usd: z.number().nonnegative() });
type Book = z.infer<typeof Book>;

/** How long, in ms, a process waits before it looks again whether another has left the ledger. */
const retryMs = 10;

/**
 * The workspace's ledger, a file in the state folder; each change is made under a lock, so that runs side by side cannot
 * spend the same dollar. A ledger that cannot be read is refused rather than begun anew.
 */
export function openDayLedger(home: Pick<Home, 'root'>, workspace: string, clock: Clock): DayLedger {
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 16);
  const path = join(home.root, 'ledger', `${name}.json`);

  async function locked<T>(work: (book: Book) => Promise<T>): Promise<T> {
    const lock = await whenFree(`${path}.lock`, clock);
    try {
      return await work(await read());
    } finally {
      await lock.release();
    }
  }

  async function read(): Promise<Book> {
    const today = dayOf(clock.now());
    const text = await readText(path);
    const book = text === null ? null : Book.parse(JSON.parse(text));
    return book?.day === today ? book : { v: 1, day: today, usd: 0 };
  }

  const write = (book: Book): Promise<void> => writePrivate(path, JSON.stringify(book));

  return {
    spent: async () => (await read()).usd,
    reserve: (usd, allowed) =>
      locked(async book => {
        if (book.usd + usd > allowed) return null;
        await write({ ...book, usd: book.usd + usd });
        return {
          settle: spent =>
            locked(async now => {
              // What was set aside on a day that is over stays there.
              if (now.day === book.day) await write({ ...now, usd: Math.max(0, now.usd - usd + spent) });
            }),
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

function dayOf(at: number): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
