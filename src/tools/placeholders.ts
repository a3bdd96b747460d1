import type { Masker } from '../ports/masker.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';

const placeholders = /\[secret:[^\]\s]+\]/g;

/** The first thing in `text` that looks like a masked secret. */
export function firstPlaceholder(text: string): string | undefined {
  return text.match(placeholders)?.[0];
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

/**
 * As `restoreSecrets`, for what a file is to hold: a secret that `current` does not hold is `secret.moved`, so that none
 * gets from the file it lives in to one that is committed, served or sent.
 */
export function restoreInPlace(text: string, masker: Masker, path: string, current: string): string {
  const restored = restoreSecrets(text, masker, current);
  const base = current.replaceAll('\r\n', '\n');
  for (const placeholder of text.match(placeholders) ?? [])
    if (!base.includes(masker.unmask(placeholder).text.replaceAll('\r\n', '\n')))
      throw new GatehouseError(failures.secretMoved({ placeholder, path }));
  return restored;
}
