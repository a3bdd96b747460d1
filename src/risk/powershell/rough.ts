import { literal, type Word } from '../shell/word.ts';
import { filled, homed, type Values } from './word.ts';

/**
 * Text that the grammar cannot read → what may be its commands: the words between the marks that end one. Reads too many
 * commands rather than too few, and is only ever added to what else is known.
 */
export function roughly(text: string, values: Values): Word[][] {
  const commands: Word[][] = [[]];
  /** Strings with commands in them. */
  const inner: string[] = [];
  const pieces = text.matchAll(
    /#[^\n]*|((?:"(?:`[\s\S]|[^"`])*"|'[^']*'|`[\s\S]|\$\{[^}\n]{0,100}\}|[^\s;|&{}()"'`#]|(?<=[^\s;|&{}()])#)+)|([;|&\n{}()]+)/g,
  );
  for (const [, word, end] of pieces) {
    if (end !== undefined) commands.push([]);
    else if (word !== undefined) {
      commands.at(-1)?.push(decoded(word, values));
      if (/"[\s\S]*\$\(/.test(word)) inner.push(word.replaceAll('"', ' '));
    }
  }
  return [...commands, ...inner.flatMap(each => roughly(each, values))].filter(words => words.length > 0);
}

function decoded(raw: string, values: Values): Word {
  const parts = raw.match(/"(?:`[\s\S]|[^"`])*"|'[^']*'|[^"']+/g) ?? [];
  let prefix = '';
  for (const part of parts) {
    const inner = /^["']/.test(part) ? part.slice(1, -1) : part;
    const word = part.startsWith("'") ? literal(inner) : filled(inner, inner, values);
    prefix += word.prefix;
    if (word.text === null) return { raw, text: null, prefix, glob: false, splits: true };
  }
  const text = homed(prefix, values);
  return { raw, text, prefix: text, glob: /[*?[]/.test(text), splits: false };
}
