import { expand } from 'brace-expansion';
import { type SyntaxNode, type SyntaxTree, textOf } from './tree.ts';

/** One word of a command after quote removal, as far as it can be known without running anything. */
export interface Word {
  /** As written. */
  raw: string;
  /** What it comes to; null where a variable, a command or arithmetic decides. A glob stays as its pattern. */
  text: string | null;
  /** The known beginning: all of `text`, or what stands before the first unknown part. */
  prefix: string;
  /** Holds an unquoted `*`, `?` or `[`, which the shell replaces by file names. */
  glob: boolean;
  /** An unquoted expansion that may come to several words, or to none. */
  splits: boolean;
  /** Stands for what a search found by that name, however deep below the folder that it names. */
  deep?: true;
}

/** What the reader knows of variables: their one literal value, or null where it is unknown. */
export type Variables = ReadonlyMap<string, string | null>;

export function literal(text: string): Word {
  return { raw: text, text, prefix: text, glob: false, splits: false };
}

/** A word of which nothing is known. */
export function unknown(raw: string): Word {
  return { raw, text: null, prefix: '', glob: false, splits: false };
}

/** More words than this nobody writes in braces by hand, nor braces around more text. */
const maxExpanded = 64;
const maxBraced = 2_000;

/** What variables put together beyond this is not followed: `a="$a$a"` doubles with every repetition. */
export const maxWordLength = 10_000;

interface Piece {
  text: string | null;
  quoted: boolean;
  /** Came from a variable: no braces or tilde in it mean anything, but blanks and patterns do unless quoted. */
  expanded?: boolean;
  /** Comes to several words, or none, even in quotes: `"$@"`. */
  many?: boolean;
}

/** What becomes of a word: an argument is split and matched against files; other text is neither. */
export type Use = 'argument' | 'text' | 'assigned';

/** Adjoining word nodes → the words that they come to: several, or none, by braces and by expansions outside quotes. */
export function decode(
  tree: SyntaxTree,
  nodes: readonly SyntaxNode[],
  variables: Variables,
  use: Use = 'argument',
): Word[] {
  const raw = tree.text.slice(nodes[0]?.start ?? 0, nodes.at(-1)?.end ?? 0);
  const pieces = joined(tree, nodes, variables);
  if (isTooLong(pieces)) return [{ raw, text: null, prefix: '', glob: false, splits: use === 'argument' }];
  if (use !== 'argument') return [single(assemble(raw, tilde(pieces, variables, use)))];
  // Braces expand before anything else, and only where they are not quoted.
  const open = pieces
    .map(piece => (piece.quoted || piece.expanded === true || piece.text === null ? '\0' : piece.text))
    .join('');
  if (!mayBrace(open)) return fields(raw, tilde(pieces, variables, use), variables);
  const plain = !open.includes('\0') && open.length <= maxBraced;
  const expanded = plain ? expand(open, { max: maxExpanded }) : [];
  if (expanded.length > 0 && expanded.length < maxExpanded)
    return expanded.map(text => assemble(raw, tilde([{ text, quoted: false }], variables, use)));
  // Mixed with quotes or expansions, or too many: what it comes to is not known word by word.
  return [{ raw, text: null, prefix: '', glob: false, splits: true }];
}

function isTooLong(pieces: readonly Piece[]): boolean {
  let length = 0;
  for (const piece of pieces) if (piece.expanded === true) length += piece.text?.length ?? 0;
  return length > maxWordLength;
}

/** Whether a brace opens before a comma or a dot and closes after it. */
function mayBrace(text: string): boolean {
  const opens = text.indexOf('{');
  const closes = text.lastIndexOf('}');
  return opens >= 0 && closes > opens && /[,.]/.test(text.slice(opens, closes));
}

/** One word where the shell takes one: of several only the beginning would be known. */
export function decodeOne(tree: SyntaxTree, nodes: readonly SyntaxNode[], variables: Variables, use: Use): Word {
  const [word, ...more] = decode(tree, nodes, variables, use);
  if (word !== undefined && more.length === 0) return word;
  const raw = tree.text.slice(nodes[0]?.start ?? 0, nodes.at(-1)?.end ?? 0);
  return { raw, text: null, prefix: '', glob: false, splits: false };
}

const single = (word: Word): Word => ({ ...word, glob: false, splits: false });

/** Splits what variables came to at blanks, and drops what came to nothing. */
function fields(raw: string, pieces: readonly Piece[], variables: Variables): Word[] {
  const words: Word[] = [];
  let field: Piece[] = [];
  const close = (): void => {
    if (field.length > 0) words.push(assemble(raw, field));
    field = [];
  };
  for (const piece of pieces) {
    if (piece.expanded !== true || piece.quoted || piece.text === null) {
      field.push(piece);
      continue;
    }
    // Other separators than blanks: what it splits into is not known.
    if (variables.has('IFS')) {
      field.push({ ...piece, text: null });
      continue;
    }
    for (const [index, text] of piece.text.split(/[ \t\n]+/).entries()) {
      if (index > 0) close();
      if (text !== '') field.push({ ...piece, text });
    }
  }
  close();
  return words;
}

/** The pieces of adjoining nodes. `$"…"` is a string that may be translated; the dollar is no part of it. */
function joined(tree: SyntaxTree, nodes: readonly SyntaxNode[], variables: Variables): Piece[] {
  return nodes.flatMap((node, at) =>
    node.type === '$' && beginsWithString(nodes[at + 1]) ? [] : piecesOf(tree, node, variables),
  );
}

function beginsWithString(node: SyntaxNode | undefined): boolean {
  return node?.type === 'string' || (node?.type === 'concatenation' && node.children[0]?.type === 'string');
}

function assemble(raw: string, pieces: readonly Piece[]): Word {
  let prefix = '';
  let known = true;
  let glob = false;
  let splits = false;
  for (const piece of pieces) {
    splits ||= piece.many === true;
    if (piece.text === null) {
      known = false;
      splits ||= !piece.quoted;
    } else {
      if (known) prefix += piece.text;
      glob ||= !piece.quoted && /[*?[]/.test(piece.text);
    }
  }
  return { raw, text: known ? prefix : null, prefix, glob, splits };
}

/**
 * `~` at the beginning of an unquoted word, or of what `NAME=` gives, is the home folder; `~user` is another's, whose path we
 * do not know. A quote or an expansion before the first slash makes it a plain character.
 */
function tilde(pieces: Piece[], variables: Variables, use: Use): Piece[] {
  const [first, ...rest] = pieces;
  if (first === undefined || first.quoted || first.expanded === true || first.text === null) return pieces;
  const [, lead = '', after] = (use === 'argument' ? /^([A-Za-z_]\w*=)?(~.*)$/s : /^()(~.*)$/s).exec(first.text) ?? [];
  if (after === undefined) return pieces;
  const assigns = use === 'assigned' || lead !== '';
  const [, name = '', tail = ''] = (assigns ? /^~([^/:]*)(.*)$/s : /^~([^/]*)(.*)$/s).exec(after) ?? [];
  if (tail === '' && rest.length > 0) return pieces;
  const before: Piece[] = lead === '' ? [] : [{ text: lead, quoted: false }];
  if (name !== '' && name !== '+')
    return [
      ...before,
      { text: '/home/', quoted: true },
      { text: null, quoted: true },
      { text: tail, quoted: false },
      ...rest,
    ];
  const value = variables.get(name === '' ? 'HOME' : 'PWD') ?? null;
  return [...before, { text: value, quoted: true }, { text: tail, quoted: false }, ...rest];
}

function piecesOf(tree: SyntaxTree, node: SyntaxNode, variables: Variables): Piece[] {
  switch (node.type) {
    case 'command_name':
    case 'concatenation':
    case 'translated_string':
      // Gaps between the parts of a concatenation would be text that the grammar dropped.
      return joined(tree, node.children, variables);
    case 'word':
    case 'number':
    case 'variable_name':
    case 'brace_expression':
    case 'test_operator':
    case 'regex':
    case 'extglob_pattern':
      return node.children.length > 0 && node.type === 'number'
        ? [{ text: null, quoted: false }]
        : unescape(textOf(tree, node));
    case 'raw_string':
      return [{ text: textOf(tree, node).slice(1, -1), quoted: true }];
    case 'ansi_c_string':
      return [{ text: ansiC(textOf(tree, node).slice(2, -1)), quoted: true }];
    case 'string':
      return inString(tree, node, variables);
    case 'simple_expansion': {
      const name = textOf(tree, node).slice(1);
      return [{ text: variables.get(name) ?? null, quoted: false, expanded: true, many: name === '@' }];
    }
    case 'expansion': {
      const text = textOf(tree, node);
      const name = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(text)?.[1];
      const value = (name === undefined ? null : variables.get(name)) ?? null;
      return [{ text: value, quoted: false, expanded: true, many: text.includes('@') }];
    }
    case '$':
      return [{ text: '$', quoted: true }];
    default:
      return node.named ? [{ text: null, quoted: false }] : unescape(textOf(tree, node));
  }
}

function inString(tree: SyntaxTree, node: SyntaxNode, variables: Variables): Piece[] {
  const pieces: Piece[] = [];
  let at = node.start + 1;
  const plain = (end: number): void => {
    if (end > at)
      pieces.push({
        text: tree.text.slice(at, end).replace(/\\([$`"\\\n])/g, (_all, c: string) => (c === '\n' ? '' : c)),
        quoted: true,
      });
  };
  for (const child of node.children) {
    if (!child.named || child.type === 'string_content') continue;
    plain(child.start);
    for (const piece of piecesOf(tree, child, variables)) pieces.push({ ...piece, quoted: true });
    at = child.end;
  }
  plain(node.end - 1);
  return pieces.length > 0 ? pieces : [{ text: '', quoted: true }];
}

/** Backslashes outside quotes make the next character a plain one. */
function unescape(text: string): Piece[] {
  if (!text.includes('\\')) return [{ text, quoted: false }];
  const pieces: Piece[] = [];
  const parts = text.matchAll(/\\(\n)|\\([\s\S])|[^\\]+|\\$/g);
  for (const [all, newline, escaped] of parts) {
    if (newline !== undefined) continue;
    if (escaped !== undefined) pieces.push({ text: escaped, quoted: true });
    else pieces.push({ text: all, quoted: false });
  }
  return pieces;
}

const ansiCodes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

/** `$'…'` of bash: the C escapes, of which a NUL ends the string. */
function ansiC(text: string): string | null {
  let bad = false;
  const decoded = text.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c([\s\S])|([\s\S]))/g,
    (_all, x?: string, u?: string, big?: string, octal?: string, control?: string, other?: string) => {
      const hex = x ?? u ?? big;
      const code =
        hex !== undefined ? Number.parseInt(hex, 16) : octal !== undefined ? Number.parseInt(octal, 8) & 255 : null;
      if (code !== null) {
        bad ||= code === 0 || code > 0x10ffff;
        return bad ? '' : String.fromCodePoint(code);
      }
      if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) & 31);
      return ansiCodes[other ?? ''] ?? `\\${other}`;
    },
  );
  return bad ? null : decoded;
}
