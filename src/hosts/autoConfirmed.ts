import { join } from 'node:path';
import { z } from 'zod';
import { readText, writePrivate } from '../effects/files.ts';
import type { Home } from '../journal/home.ts';

const File = z.object({ v: z.literal(1), at: z.number() });

/** Whether the person was shown on this machine what Auto does, and wanted it. */
export interface AutoConfirmed {
  is(): Promise<boolean>;
  set(): Promise<void>;
}

/** Kept in the state folder, which no run can write to: a file that cannot be read confirms nothing. */
export function autoConfirmed(home: () => Promise<Pick<Home, 'root'>>, now: () => number): AutoConfirmed {
  const file = async (): Promise<string> => join((await home()).root, 'auto-confirmed.json');
  return {
    async is() {
      try {
        const text = await readText(await file());
        return text !== null && File.safeParse(JSON.parse(text)).success;
      } catch {
        return false;
      }
    },
    async set() {
      await writePrivate(await file(), `${JSON.stringify({ v: 1, at: now() })}\n`);
    },
  };
}
