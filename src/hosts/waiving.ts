import { lockRun } from '../agent/lock.ts';
import { maskBody } from '../agent/masking.ts';
import { realClock } from '../effects/clock.ts';
import type { Home } from '../journal/home.ts';
import { openJournal } from '../journal/journal.ts';
import { reviewsOf } from '../journal/report/reviews.ts';
import { loggedIn } from './loggedIn.ts';
import { openMasker } from './masking.ts';

export interface Waiving {
  home: Home;
  /** Its whole id. */
  run: string;
  finding: string;
  reason: string;
  surface: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Lets a finding be in the journal of a run that does not go on. false where the finding is not open there. Rejects with
 * `run.locked`, or as `openJournal` does.
 */
export async function waivePast({ home, run, finding, reason, surface, env }: Waiving): Promise<boolean> {
  const lock = await lockRun(home, run);
  try {
    const { journal, read } = await openJournal(home, run, realClock);
    try {
      const open = reviewsOf(read.events).findings.some(each => each.finding.id === finding && each.state === 'open');
      if (!open) return false;
      const root = read.events.find(event => event.kind === 'run.started')?.workspace ?? '';
      const masker = await openMasker({ home, run, root, env, endpoint: null });
      await journal.append(
        maskBody({ kind: 'finding.waived', finding, reason, surface, ...loggedIn(), between: true }, masker),
      );
      return true;
    } finally {
      await journal.close();
    }
  } finally {
    await lock.release();
  }
}
