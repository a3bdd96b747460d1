import { join } from 'node:path';
import { z } from 'zod';
import { readText, writePrivate } from '../../effects/files.ts';
import { type Home, runFolder } from '../../journal/home.ts';

/** What stands beside a run's journal once its checkpoints were removed: those up to `upTo` are gone. */
const Removed = z.object({ at: z.number(), upTo: z.number().int().nonnegative() });
export type Removed = z.infer<typeof Removed>;

/** null where nothing was removed. A note that cannot be read says nothing: what is gone is found to be so when it is wanted. */
export async function removedFrom(home: Home, run: string): Promise<Removed | null> {
  const text = await readText(notePath(home, run)).catch(() => null);
  if (text === null) return null;
  try {
    return Removed.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function noteRemoved(home: Home, run: string, removed: Removed): Promise<void> {
  await writePrivate(notePath(home, run), JSON.stringify(removed));
}

function notePath(home: Home, run: string): string {
  return join(runFolder(home, run), 'checkpoints-removed.json');
}
