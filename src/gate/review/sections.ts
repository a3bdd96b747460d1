import { randomBytes } from 'node:crypto';

/** Delimits text of others so that it cannot end its own section: the tag's word is random, and only we know it. */
export interface Sections {
  readonly word: string;
  /** `text` as a section of its own; whatever looks like the word is taken out of it. */
  of(name: string, text: string): string;
}

export function createSections(word = randomBytes(9).toString('hex')): Sections {
  return {
    word,
    of: (name, text) => `<${name}-${word}>\n${text.toWellFormed().replaceAll(word, '')}\n</${name}-${word}>`,
  };
}

/** A short text of somebody else as one quoted line, cut at `most` characters. */
export function quoted(text: string, most = 300): string {
  const whole = text.toWellFormed();
  const cut = whole.length > most;
  return `${JSON.stringify(cut ? whole.slice(0, most).toWellFormed() : whole)}${cut ? ` (cut, ${whole.length} characters)` : ''}`;
}
