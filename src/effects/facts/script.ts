import { smallText } from '../git/repository.ts';

/** A longer script is not read, and so not understood. */
export const maxScriptBytes = 64 * 1024;

/** The text of the regular file at a real path; null where it is none, too long, or not text. Never waits. */
export function readScript(real: string): string | null {
  const text = smallText(real, maxScriptBytes);
  return text === null || text.includes('\0') ? null : text;
}
