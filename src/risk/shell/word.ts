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
}

/** What the reader knows of variables: their one literal value, or null where it is unknown. */
export type Variables = ReadonlyMap<string, string | null>;

export function literal(text: string): Word {
  return { raw: text, text, prefix: text, glob: false, splits: false };
}

/** More words than this nobody writes in braces by hand. */
const maxExpanded = 64;

interface Piece {
  text: string | null;
  quoted: boolean;
}

/** A word node → the words it comes to: several only by brace expansion. */
export function decode(tree: SyntaxTree, node: SyntaxNode, variables: Variables): Word[] {
  const raw = textOf(tree, node);
  const pieces = piecesOf(tree, node, variables);
  // Braces expand before anything else, and only where they are not quoted.
  const open = pieces.map(piece => (piece.quoted || piece.text === null ? '\0' : piece.text)).join('');
  if (!/\{.*[,.].*\}/s.test(open)) return [assemble(raw, tilde(pieces, variables))];
  const plain = !open.includes('\0');
  const expanded = plain ? expand(open, { max: maxExpanded }) : [];
  if (expanded.length > 0 && expanded.length < maxExpanded)
    return expanded.map(text => assemble(raw, tilde([{ text, quoted: false }], variables)));
  // Mixed with quotes or expansions, or too many: what it comes to is not known word by word.
  return [{ raw, text: null, prefix: '', glob: false, splits: true }];
}

function assemble(raw: string, pieces: readonly Piece[]): Word {
  let prefix = '';
  let known = true;
  let glob = false;
  let splits = false;
  for (const piece of pieces) {
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

/** `~` at the beginning of an unquoted word is the home folder; `~user` is another's, whose path we do not know. */
function tilde(pieces: Piece[], variables: Variables): Piece[] {
  const [first, ...rest] = pieces;
  if (first === undefined || first.quoted || first.text === null || !first.text.startsWith('~')) return pieces;
  const [, name = '', after = ''] = /^~([^/]*)(.*)$/s.exec(first.text) ?? [];
  if (name !== '' && name !== '+')
    return [{ text: '/home/', quoted: true }, { text: null, quoted: true }, { text: after, quoted: false }, ...rest];
  const value = variables.get(name === '' ? 'HOME' : 'PWD') ?? null;
  return [{ text: value, quoted: true }, { text: after, quoted: false }, ...rest];
}

function piecesOf(tree: SyntaxTree, node: SyntaxNode, variables: Variables): Piece[] {
  switch (node.type) {
    case 'command_name':
    case 'concatenation':
      // Gaps between the parts of a concatenation would be text that the grammar dropped.
      return node.children.flatMap(child => piecesOf(tree, child, variables));
    case 'word':
    case 'number':
    case 'variable_name':
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
    case 'translated_string':
      return inString(tree, node, variables);
    case 'simple_expansion': {
      const name = textOf(tree, node).slice(1);
      return [{ text: variables.get(name) ?? null, quoted: false }];
    }
    case 'expansion': {
      const name = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(textOf(tree, node))?.[1];
      return [{ text: (name === undefined ? null : variables.get(name)) ?? null, quoted: false }];
    }
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
