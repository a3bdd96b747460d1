import type { Masker } from '../ports/masker.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';

/** The first thing in `text` that looks like a masked secret. */
export function firstPlaceholder(text: string): string | undefined {
  return /\[secret:[^\]\s]+\]/.exec(text)?.[0];
}

/**
 * The text with secrets put back. A placeholder that this run never handed out is `secret.unknown`, unless the file
 * holds these very characters itself (`current`), as documentation may.
 */
export function restoreSecrets(text: string, masker: Masker, current: string): string {
  const unmasked = masker.unmask(text);
  const strange = unmasked.unknown.find(placeholder => !current.includes(placeholder));
  if (strange !== undefined) throw new GatehouseError(failures.secretUnknown({ placeholder: strange }));
  return unmasked.text;
}
