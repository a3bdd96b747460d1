import { readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isBelow, isWithin } from './profiles.ts';

/**
 * Where the links among protected names lead, in the workspace: what is written there is written there too. Whatever holds
 * the workspace itself is left out.
 */
export function leadsOf(links: readonly string[], root: string): string[] {
  const ends = links.map(link => endOf(link)).filter(end => end !== null);
  return [...new Set(ends)].filter(end => isBelow(end, root) && !isWithin(end, join(root, '.git')));
}

/** What a link names, whether it is there or not. */
function endOf(link: string): string | null {
  try {
    return realpathSync(link);
  } catch {
    try {
      return resolve(realpathSync(dirname(link)), readlinkSync(link));
    } catch {
      return null;
    }
  }
}
