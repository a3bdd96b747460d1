import { literal, type Word } from '../shell/word.ts';
import { unknown } from './word.ts';

/** A command's name as it is called; backticks take the next character as it is. */
export function nameOf(raw: string): Word {
  const text = raw.replaceAll('`', '');
  return /[$"'(]/.test(text) ? unknown(raw) : { ...literal(text), raw };
}

/** `-Name:value` as one word; further elements of the value follow. */
export function attached(parameter: Word, values: readonly Word[]): Word[] {
  const [first, ...rest] = values;
  if (first === undefined) return [parameter];
  const prefix = `${parameter.prefix}:${first.prefix}`;
  return [
    { ...first, raw: `${parameter.raw}:${first.raw}`, prefix, text: first.text === null ? null : prefix },
    ...rest,
  ];
}

/** Words with the elements of their lists, `a,b`. */
export function grouped(words: readonly Word[]): Word[][] {
  return words.map(word =>
    word.text !== null && word.raw.includes(',') && !/['"]/.test(word.raw)
      ? word.text.split(',').filter(Boolean).map(literal)
      : [word],
  );
}
