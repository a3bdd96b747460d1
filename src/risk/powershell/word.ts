import { type SyntaxNode, type SyntaxTree, textOf } from '../shell/tree.ts';
import type { Word } from '../shell/word.ts';

/** Values of variables by lower-case name; one that is missing is unknown. */
export type Values = ReadonlyMap<string, string>;

export function known(raw: string, text: string, glob = false): Word {
  return { raw, text, prefix: text, glob, splits: false };
}

export function unknown(raw: string, prefix = '', splits = false): Word {
  return { raw, text: null, prefix, glob: false, splits };
}

/** An argument → the values that it comes to: one, or the elements of a list. */
export function decode(tree: SyntaxTree, node: SyntaxNode, values: Values): Word[] {
  const raw = textOf(tree, node);
  switch (node.type) {
    case 'generic_token':
    case 'command_name':
    case 'decimal_integer_literal':
    case 'hexadecimal_integer_literal':
    case 'real_literal':
    case 'simple_name':
    case 'command_parameter':
      return [bare(raw, values)];
    case 'verbatim_string_characters':
      return [known(raw, raw.slice(1, -1).replaceAll("''", "'"))];
    case 'verbatim_here_string_characters':
      return [known(raw, raw.replace(/^@'[ \t]*\n/, '').replace(/\n'@$/, ''))];
    case 'expandable_string_literal':
      return [inQuotes(raw, raw.slice(1, -1).replaceAll('""', '"'), node, values)];
    case 'expandable_here_string_literal':
      return [inQuotes(raw, raw.replace(/^@"[ \t]*\n/, '').replace(/\n"@$/, ''), node, values)];
    case 'variable': {
      const name = variableName(raw);
      const value = name === null ? undefined : values.get(name);
      return [value === undefined ? unknown(raw, '', true) : known(raw, value)];
    }
    case 'array_literal_expression':
      return node.children.filter(child => child.named).flatMap(child => decode(tree, child, values));
    case 'expression_with_unary_operator': {
      const [sign, value] = node.children;
      const number = value === undefined ? null : (decode(tree, value, values)[0]?.text ?? null);
      const negative = sign !== undefined && textOf(tree, sign) === '-' && /^[\d.]+$/.test(number ?? '');
      return [negative ? known(raw, `-${number}`) : unknown(raw, '', true)];
    }
    default: {
      const inner = node.children.filter(child => child.named);
      const [only] = inner;
      const wraps =
        /^(\w+_expression|string_literal|integer_literal|argument_expression|pipeline(_chain)?|statement_list)$/;
      if (only === undefined || inner.length > 1 || !wraps.test(node.type)) return [unknown(raw, '', true)];
      // What it does to its value is not known: `-not x`, `$(…)` of a command.
      const marks = node.children
        .filter(child => !child.named)
        .map(child => textOf(tree, child))
        .join('');
      return /^(\(\)|@\(\))?$/.test(marks) ? decode(tree, only, values) : [unknown(raw, '', true)];
    }
  }
}

/** `$env:HOME`, `${x}`, `$Script:x` → the name in lower case, with `env:`; null for what is no plain name. */
export function variableName(raw: string): string | null {
  const name = /^\$\{?((?:env|script|local|private|global):)?(\w+)\}?$/i.exec(raw);
  if (name === null) return null;
  return `${name[1]?.toLowerCase() === 'env:' ? 'env:' : ''}${(name[2] ?? '').toLowerCase()}`;
}

/** A word without quotes. A backtick takes the next character as it is, or as a control character in newer versions. */
export function bare(raw: string, values: Values): Word {
  const word = filled(raw, raw, values);
  const text = word.text === null ? null : homed(word.text, values);
  return { ...word, text, prefix: text ?? word.prefix, glob: /[*?[]/.test(raw) };
}

function inQuotes(raw: string, text: string, node: SyntaxNode, values: Values): Word {
  const computed = node.children.some(child => child.named && child.type !== 'variable');
  if (computed) return unknown(raw, filled(raw, text, values).prefix);
  return filled(raw, text, values);
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** Replaces variables and takes escapes away; unknown from the first variable on whose value we do not know. */
export function filled(raw: string, text: string, values: Values): Word {
  let prefix = '';
  let rest = text;
  while (rest !== '') {
    const [piece = rest, escaped, variable] =
      /^(?:`([\s\S])|(\$(?:\{[^}\n]{0,100}\}|(?:(?:env|script|global|local|private):)?\w+|[$^?(]))|[^`$]+|[`$])/i.exec(
        rest,
      ) ?? [];
    rest = rest.slice(piece.length);
    if (escaped !== undefined) prefix += text === raw ? escaped.trim() : (escapes[escaped] ?? escaped);
    else if (variable === undefined) prefix += piece;
    else {
      const name = variableName(variable);
      const value = name === null ? undefined : values.get(name);
      if (value === undefined) return unknown(raw, prefix);
      prefix += value;
    }
  }
  return known(raw, prefix);
}

/** `~` and `~/x` are the home folder, for PowerShell's own commands in quotes, too. */
export function homed(text: string, values: Values): string {
  return /^~($|[/\\])/.test(text) ? `${values.get('home') ?? '/root'}${text.slice(1)}` : text;
}
