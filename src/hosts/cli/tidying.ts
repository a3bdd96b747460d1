import { spawnOwn } from '../../effects/own.ts';
import type { Home } from '../../journal/home.ts';
import { dueForTidying } from '../housekeeping/daily.ts';
import type { Io } from './io.ts';

/** Lets a process of its own tidy the state, where a day has passed. Neither waits for it nor fails. */
export async function tidyBehind(home: Home, { program, env }: Pick<Io, 'program' | 'env'>): Promise<void> {
  if (program === undefined) return;
  try {
    if (!(await dueForTidying(home))) return;
    const child = spawnOwn(process.execPath, [program, 'gc', '--daily'], {
      env: { PATH: env['PATH'] ?? '', GATEHOUSE_HOME: home.root },
      stdio: 'ignore',
      detached: true,
    });
    child.on('error', () => undefined);
    child.unref();
  } catch {
    // It is tried again at the end of the next run.
  }
}
