import { lockRun } from '../agent/lock.ts';
import { realClock } from '../effects/clock.ts';
import type { Home } from '../journal/home.ts';
import { openJournal } from '../journal/journal.ts';
import type { EventBody } from '../protocol/event.ts';

/**
 * Writes down that the person looked at changes of a run that does not go on. Rejects with `run.locked` where another
 * process goes on with it, or as `openJournal` does.
 */
export async function recordReviewed(
  { home, run, version }: { home: Home; run: string; version: string },
  bodies: readonly Extract<EventBody, { kind: 'change.reviewed' }>[],
): Promise<void> {
  const lock = await lockRun(home, run);
  try {
    const { journal, read } = await openJournal(home, run, realClock);
    try {
      if (read.tornBytes > 0)
        await journal.append({ kind: 'run.resumed', gatehouse: version, cutBytes: read.tornBytes });
      for (const body of bodies) await journal.append(body);
    } finally {
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}
