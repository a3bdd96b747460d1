import { isInside, openWorkspace } from '../../effects/workspace.ts';
import { findRun, runIds } from '../../journal/find.ts';
import { latestHere } from '../../journal/findHere.ts';
import type { Home } from '../../journal/home.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import { usageError } from './args.ts';
import type { Io } from './io.ts';

/** How a command's help names a run. */
export const runHereAbout = 'its id, the beginning of it, or `last`: the newest of the folder that you are in';

/** The run that a person means: `last` never reaches into another folder. */
export async function runHere(home: Home, wanted: string, io: Io): Promise<string> {
  if (wanted !== 'last') return findRun(home, wanted);
  const { root } = await openWorkspace(io.cwd);
  const run = await latestHere(home, folder => isInside(folder, root));
  if (run === null && (await runIds(home)).length === 0) throw new GatehouseError(failures.runUnknown({ run: wanted }));
  if (run === null)
    throw usageError(
      `No run worked in ${root}. Go to the folder of the one you mean, or name it: \`gatehouse runs\` lists all`,
    );
  return run;
}
