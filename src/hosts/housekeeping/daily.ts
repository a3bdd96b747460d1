import { join } from 'node:path';
import { readText, writePrivate } from '../../effects/files.ts';
import type { Home } from '../../journal/home.ts';
import { type RetentionText, readRetention } from './retention.ts';
import { tidy } from './tidy.ts';

const dayMs = 24 * 60 * 60_000;

const stampOf = (home: Home): string => join(home.root, 'gc.day');

/**
 * Whether a day has passed since the state was tidied by itself. A state folder that is new has nothing to tidy yet, and
 * its first day begins.
 */
export async function dueForTidying(home: Home, now: number = Date.now()): Promise<boolean> {
  const text = await readText(stampOf(home));
  if (text === null) {
    await stamp(home, now);
    return false;
  }
  const last = /^\d{1,15}\n$/.test(text) ? Number(text) : 0;
  // A clock that was set back must not put it off for long.
  return last > now || now - last >= dayMs;
}

/** The same, and where it is due it counts as done from now on. */
export async function claimDay(home: Home, now: number = Date.now()): Promise<boolean> {
  const due = await dueForTidying(home, now);
  if (due) await stamp(home, now);
  return due;
}

function stamp(home: Home, now: number): Promise<void> {
  return writePrivate(stampOf(home), `${now}\n`);
}

export interface DailyOptions {
  home: Home;
  env: NodeJS.ProcessEnv;
  retention?: RetentionText;
}

/**
 * Tidies the state in this process, at most once a day. For a host that lives on after a run: to be called at the run's end
 * and not waited for. Never rejects; what fails is tried again a day later, and `gatehouse gc` says why.
 */
export async function tidyDaily({ home, env, retention }: DailyOptions): Promise<void> {
  try {
    if (await claimDay(home)) await tidy({ home, env, retention: await readRetention(home, retention) });
  } catch {
    // Nobody is there who could be told.
  }
}
