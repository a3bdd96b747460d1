import type { Masker } from '../ports/masker.ts';
import { replaceIn } from './replace.ts';

const placeholders = /\[secret:[^\]\s]+\]/g;

/**
 * Replaces in a text what the model sees of it: a match within a secret is none, and neither is one within a placeholder,
 * so that no answer tells what a secret is made of and no edit changes a part of one. `old` and `next` are as the model
 * wrote them, placeholders included. `text` is null where a match cannot be told from the secret beside it.
 */
export function replaceSeen(
  current: string,
  old: string,
  next: string,
  all: boolean,
  masker: Masker,
): { text: string | null; count: number } {
  const real = (text: string): string => masker.unmask(text).text;
  const found = replaceIn(current, real(old), real(next), all);
  // By lines, as it was shown: a key with CRLF has another placeholder than the one that the model saw.
  const lines = current.includes('\r\n') ? (text: string) => text.replaceAll('\r\n', '\n') : (text: string) => text;
  const plain = opaque(lines(current), masker);
  const seen = replaceIn(plain.text, plain.hide(lines(old)), plain.hide(lines(next)), all);
  // Every match that is seen is one in the file: as many of them are the same ones.
  if (seen.count === found.count) return found;
  if (seen.count === 0 || (seen.count > 1 && !all)) return { text: null, count: seen.count };
  const view = opaque(current, masker);
  const replaced = replaceIn(view.text, view.hide(old), view.hide(next), all);
  const exact = replaced.count === seen.count && view.show(view.text) === current;
  return { text: exact ? view.show(replaced.text) : null, count: seen.count };
}

/** The masked text with two characters for each placeholder, which occur in no text and match nothing but themselves. */
function opaque(current: string, masker: Masker) {
  const tokens = new Map<string, string>();
  const hide = (text: string): string =>
    text.replaceAll(placeholders, placeholder => {
      if (masker.unmask(placeholder).restored === 0) return placeholder;
      const token = tokens.get(placeholder) ?? `\uFDD0${String.fromCharCode(0xe000 + (tokens.size % 0x1900))}`;
      tokens.set(placeholder, token);
      return token;
    });
  const text = hide(masker.mask(current).text);
  return {
    text,
    hide,
    show(hidden: string): string {
      const back = new Map([...tokens].map(([placeholder, token]) => [token, masker.unmask(placeholder).text]));
      return hidden.replaceAll(/\uFDD0[\uE000-\uF8FF]/g, token => back.get(token) ?? token);
    },
  };
}
