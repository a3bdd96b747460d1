import { evaluates } from './evaluates.ts';
import { hereDocument, isDroppedDash } from './hereDocument.ts';
import type { Invocation } from './script.ts';
import { type SyntaxNode, type SyntaxTree, textOf } from './tree.ts';

/**
 * The strict rule: a command is fully understood only when nothing in it could run unseen. tree-sitter-bash hides
 * commands without an error node (indented heredoc bodies, backquotes in `${x:-…}`, a backslash-newline in a word …), so
 * a clean tree proves nothing. What is on these lists was fuzzed against real bash: see `npm run fuzz`.
 */
const understood = new Set([
  'program',
  'list',
  'pipeline',
  'command',
  'command_name',
  'word',
  'string',
  'string_content',
  'raw_string',
  'concatenation',
  'number',
  'file_descriptor',
  'redirected_statement',
  'variable_assignments',
  'variable_name',
  'special_variable_name',
  'simple_expansion',
  'subshell',
  'negated_command',
  'comment',
  'herestring_redirect',
  'heredoc_start',
  'heredoc_body',
  'heredoc_end',
  'do_group',
  'if_statement',
  'elif_clause',
  'else_clause',
  'for_statement',
  'while_statement',
  'test_operator',
  'unary_expression',
  'binary_expression',
  'declaration_command',
]);

/**
 * Nodes that are understood only in some forms. Not at all, each with what bash runs unseen: backquotes (`` `a \`b\`` `` nests by
 * escapes), heredocs whose word is not quoted (an indented `$(cmd)` in the body), `<<-`, `${x:=…}` and operators whose word may
 * hold commands (`` ${x:-`cmd`} ``), functions and aliases (a name then means something else), `((…))` (`a[$(cmd)]`).
 */
const conditional: Readonly<Record<string, (tree: SyntaxTree, node: SyntaxNode) => boolean>> = {
  command_substitution: (_tree, node) => node.children[0]?.type === '$(',
  // The grammar takes the quote of `$'\\\\'` for an escaped one, and goes on to the next.
  ansi_c_string: (tree, node) => /^\$'([^'\\]|\\[\s\S])*'$/.test(textOf(tree, node)),
  brace_expression: (tree, node) => /^\{(\d+\.\.\d+|[a-zA-Z]\.\.[a-zA-Z])\}$/.test(textOf(tree, node)),
  // `{}` and `1=` are names of programs.
  compound_statement: (tree, node) => /^\{[ \t\n]/.test(textOf(tree, node)),
  variable_assignment: (tree, node) => /^[A-Za-z_]\w*\+?=/.test(textOf(tree, node)),
  heredoc_redirect: hereDocument,
  // `<&-x` closes and goes on with a word; `{fd}>x` is no word and a redirection.
  file_redirect: (tree, node) =>
    !/\{\w+\}$/.test(tree.text.slice(Math.max(0, node.start - 100), node.start)) &&
    /^\d*([<>]&\d+$|&?>>?(?!&)|<(?![&>])|>\|)/.test(textOf(tree, node)),
  // Names are not: the value of a variable is evaluated, `x='a[$(cmd)]'; : $((x))` runs cmd.
  arithmetic_expansion: (tree, node) => /^\$\(\([\d\s+\-*/%]*\)\)$/.test(textOf(tree, node)),
  expansion: (tree, node) =>
    /^\$\{(#?[A-Za-z_]\w*|[A-Za-z_]\w*(:?[-+][\w./:@%, -]*|(##?|%%?)[\w./*?:@-]*|\^\^?|,,?))\}$/.test(
      textOf(tree, node),
    ),
  test_command: (tree, node) =>
    /^(\[|\[\[)$/.test(node.children[0]?.type ?? '') &&
    /^\[\[?\s[\s\S]*\s\]\]?$/.test(textOf(tree, node)) &&
    // `[ a|b ]` is a pipe to bash: `[` is a command, and its brackets hold nothing together.
    !/^\[\s[\s\S]*[|&;<>()]/.test(textOf(tree, node)) &&
    plainTest(tree, node),
  extglob_pattern: (tree, node) => /^[\w.*?/:@%+-]*$/.test(textOf(tree, node)),
  regex: (tree, node) => /^[\w.*?/:@%+^$-]*$/.test(textOf(tree, node)),
};

/** Where one of these is taken for a program's name, the grammar read a compound as a simple command. */
const reserved = new Set([
  '!',
  '{',
  '}',
  '[[',
  ']]',
  'case',
  'coproc',
  'do',
  'done',
  'elif',
  'else',
  'esac',
  'fi',
  'for',
  'function',
  'if',
  'in',
  'select',
  'then',
  'until',
  'while',
]);

export const maxCommandLength = 10_000;

/** Codes of all that keeps the command from being fully understood; empty where the rule holds. */
export function obscurities(tree: SyntaxTree, invocations: readonly Invocation[]): string[] {
  const found = new Set<string>();
  if (tree.hasError) found.add('shell.unparsable');
  if (tree.text.length > maxCommandLength) found.add('shell.tooLong');
  // Printable ASCII, newline and tab: homoglyphs, NUL, CR and control characters all read differently than they look.
  if (/[^\x20-\x7e\n\t]/.test(tree.text)) found.add('shell.oddCharacter');
  const cover = new Cover(tree, found);
  cover.whole();
  for (const invocation of invocations) {
    const { name } = invocation;
    if (name.text === null || name.glob || name.text === '') found.add('shell.programUnknown');
    else if (reserved.has(name.text)) found.add('shell.reservedWord');
    else if (evaluates(invocation)) found.add('shell.evaluates');
    else if (/[{}~=]/.test(name.raw)) found.add('shell.programUnknown');
  }
  return [...found];
}

/** Checks that nodes are of the kinds above, and that together they cover all of the text but blanks. */
class Cover {
  readonly #tree: SyntaxTree;
  readonly #found: Set<string>;

  constructor(tree: SyntaxTree, found: Set<string>) {
    this.#tree = tree;
    this.#found = found;
  }

  whole(): void {
    const { root, text } = this.#tree;
    this.#gap(0, root.start, root, null);
    this.#node(root);
    this.#gap(root.end, text.length, root, null);
  }

  #node(node: SyntaxNode): void {
    const allowed = understood.has(node.type) || conditional[node.type]?.(this.#tree, node) === true;
    if (node.named && !allowed) this.#found.add(node.type === 'ERROR' ? 'shell.unparsable' : `shell.${node.type}`);
    if (node.children.length === 0) return this.#leaf(node);
    const quoted = node.type === 'string';
    // A lone `$`, `time (cmd)`, and a list below a pipeline, which binds closer: read otherwise than bash does.
    if (node.children.some((child, index) => isMisplaced(node, child, node.children[index - 1])))
      this.#found.add('shell.misread');
    let at = node.start;
    let before: SyntaxNode | null = null;
    for (const child of node.children) {
      if (quoted) this.#inString(at, child.start);
      else this.#gap(at, child.start, node, before);
      this.#node(child);
      at = child.end;
      before = child;
    }
    if (quoted) this.#inString(at, node.end);
    else this.#gap(at, node.end, node, before);
  }

  #leaf(node: SyntaxNode): void {
    if (node.type === 'raw_string' || node.type === 'heredoc_body' || node.type === 'heredoc_start') return;
    const text = textOf(this.#tree, node);
    if (node.type === 'word' && /(?<!\\)[ \t\n]|`/.test(text)) this.#found.add('shell.misread');
    // Two backquotes with nothing between are a token without a name, as a semicolon is.
    if (!node.named && text.includes('`')) this.#found.add('shell.misread');
    // Inside a word or a string the grammar loses what a backslash-newline joins.
    if (text.includes('\\\n')) this.#found.add('shell.lineContinuation');
    // Another's home folder is a plain name where there is no such user. After `=` or `:` bash takes `~` for a home in
    // words that look like assignments, which the reading does not.
    if (node.type === 'word' && /(^~[^/:])|[:=]~/.test(text)) this.#found.add('shell.otherHome');
  }

  #inString(start: number, end: number): void {
    if (this.#tree.text.slice(start, end).includes('\\\n')) this.#found.add('shell.lineContinuation');
  }

  /** Between nodes: blanks, a backslash-newline behind one, and newlines where a statement may end or an operator stood. */
  #gap(start: number, end: number, parent: SyntaxNode, before: SyntaxNode | null): void {
    if (start === end) return;
    if (before !== null && endsInCommand(before) && isDroppedDash(this.#tree, start, end)) return;
    const text = this.#tree.text.slice(start, end);
    const plain = text.replaceAll(/([ \t\n])\\\n/g, '$1');
    if (plain.includes('\\')) this.#found.add('shell.lineContinuation');
    else if (/^(concatenation|simple_expansion|variable_assignment)$/.test(parent.type) || /[^ \t\n]/.test(plain))
      this.#found.add('shell.textLost');
    else if (plain.includes('\n') && !mayBreak(parent, before)) this.#found.add('shell.misread');
  }
}

/** Whether words behind a node belong to a simple command at its end. */
function endsInCommand(node: SyntaxNode): boolean {
  if (node.type === 'command') return true;
  const last = node.children.at(-1);
  return /^(list|pipeline)$/.test(node.type) && last !== undefined && endsInCommand(last);
}

function isMisplaced(parent: SyntaxNode, child: SyntaxNode, before: SyntaxNode | undefined): boolean {
  // `<<<""\~` and `x=""\;` are one word each, of which the grammar makes two.
  const adjoins = before?.end === child.start && /^(variable_assignment|\w+_redirect)$/.test(before.type);
  if (adjoins && child.named && !child.type.endsWith('_redirect')) return true;
  if (child.type === '$') return !/^(simple_expansion|string)$/.test(parent.type);
  if (parent.type === 'command') return child.type === 'subshell';
  if (parent.type !== 'pipeline') return false;
  return child.type === 'list' || (child.type === 'redirected_statement' && child.children[0]?.type === 'list');
}

const blocks =
  /^(program|compound_statement|do_group|(if|while|for)_statement|(elif|else)_clause|subshell|command_substitution|redirected_statement|heredoc_redirect)$/;

function mayBreak(parent: SyntaxNode, before: SyntaxNode | null): boolean {
  return blocks.test(parent.type) || (/^(list|pipeline)$/.test(parent.type) && before?.named === false);
}

/** `[[ x -eq y ]]` evaluates its operands like arithmetic, and `-v` its operand like a subscript. */
function plainTest(tree: SyntaxTree, node: SyntaxNode): boolean {
  const double = node.children[0]?.type === '[[';
  const check = (each: SyntaxNode): boolean => {
    if (each.type === 'command_substitution') return true;
    const operator = each.children.find(child => child.field === 'operator');
    const text = operator === undefined ? '' : textOf(tree, operator);
    if (/^-[vR]$/.test(text)) return false;
    if (double && /^-(eq|ne|lt|le|gt|ge)$/.test(text)) {
      const operands = each.children.filter(child => child !== operator).map(child => textOf(tree, child));
      if (!operands.every(operand => /^(-?\d+|\$[#?])$/.test(operand))) return false;
    }
    return each.children.every(check);
  };
  return check(node);
}
