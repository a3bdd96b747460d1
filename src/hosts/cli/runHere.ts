import { isInside, openWorkspace } from '../../effects/workspace.ts';
import { findRunHere } from '../../journal/findHere.ts';
import type { Home } from '../../journal/home.ts';
import { usageError } from './args.ts';
import type { Io } from './io.ts';

/** What `last` means to a command that changes files, for its help. */
export const runHereAbout = 'its id, the beginning of it, or `last`: the newest of the folder that you are in';

/** The run that is meant by a command that changes files: `last` never reaches into another folder. */
export async function runHere(home: Home, wanted: string, io: Io): Promise<string> {
  const { root } = await openWorkspace(io.cwd);
  const run = await findRunHere(home, wanted, folder => isInside(folder, root));
  if (run === null)
    throw usageError(
      `No run worked in ${root}. Go to the folder of the one you mean, or name it: \`gatehouse runs\` lists all`,
    );
  return run;
}
