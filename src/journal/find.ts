import { failures, GatehouseError } from '../protocol/failure.ts';
import { listFolder } from './files.ts';
import type { Home } from './home.ts';
import { isRunId } from './runid.ts';

/** Ids of all runs, oldest first. */
export async function runIds(home: Home): Promise<string[]> {
  return (await listFolder(home.runs)).filter(isRunId).sort();
}

/** The id that a unique beginning of one means. Rejects with `run.unknown` or `run.ambiguous`. */
export async function findRun(home: Home, wanted: string): Promise<string> {
  const ids = await runIds(home);
  const matches = ids.filter(id => wanted !== '' && id.startsWith(wanted));
  const [only] = matches;
  if (only === undefined) throw new GatehouseError(failures.runUnknown({ run: wanted }));
  if (matches.length > 1) throw new GatehouseError(failures.runAmbiguous({ run: wanted, count: matches.length }));
  return only;
}
