import type { Invocation } from './script.ts';
import type { SyntaxNode, SyntaxTree } from './tree.ts';

/**
 * The strict rule: a command is fully understood only when nothing in it could run unseen. tree-sitter-bash hides
 * commands without an error node (indented heredoc bodies, backquotes in `${x:-…}`, a backslash-newline in a word …), so
 * a clean tree proves nothing. What is on this list was fuzzed against real bash: see `npm run fuzz`.
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
  'file_redirect',
  'file_descriptor',
  'redirected_statement',
  'variable_assignment',
  'variable_name',
  'simple_expansion',
  'subshell',
  'negated_command',
]);

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

/** Builtins that run text, or make later names mean something else. */
const interpreters = new Set(['eval', 'alias', 'unalias', 'enable', 'hash', 'trap', 'shopt', 'coproc', '.', 'source']);

export const maxCommandLength = 10_000;

/** Codes of all that keeps the command from being fully understood; empty where the rule holds. */
export function obscurities(tree: SyntaxTree, invocations: readonly Invocation[]): string[] {
  const found = new Set<string>();
  if (tree.hasError) found.add('shell.unparsable');
  if (tree.text.length > maxCommandLength) found.add('shell.tooLong');
  // Printable ASCII, newline and tab: homoglyphs, NUL, CR and control characters all read differently than they look.
  if (/[^\x20-\x7e\n\t]/.test(tree.text)) found.add('shell.oddCharacter');
  if (tree.text.includes('\\\n')) found.add('shell.lineContinuation');
  const covered = walk(tree, tree.root, found);
  if (!covered) found.add('shell.textLost');
  for (const { name } of invocations) {
    if (name.text === null || name.glob || name.text === '') found.add('shell.programUnknown');
    else if (reserved.has(name.text)) found.add('shell.reservedWord');
    else if (interpreters.has(name.text)) found.add('shell.evaluates');
    else if (/[{}~=]/.test(name.raw)) found.add('shell.programUnknown');
  }
  return [...found];
}

/** Whether the leaves below `node` cover every character but blanks. */
function walk(tree: SyntaxTree, root: SyntaxNode, found: Set<string>): boolean {
  let at = 0;
  let covered = true;
  const visit = (node: SyntaxNode): void => {
    if (node.named && !understood.has(node.type))
      found.add(node.type === 'ERROR' ? 'shell.unparsable' : `shell.${node.type}`);
    // Strings own their blanks; a raw string has no children at all.
    if (node.children.length === 0 || node.type === 'string') {
      if (/[^ \t\n]/.test(tree.text.slice(at, node.start))) covered = false;
      for (const child of node.children) visitQuoted(child);
      at = Math.max(at, node.end);
      return;
    }
    for (const child of node.children) visit(child);
  };
  const visitQuoted = (node: SyntaxNode): void => {
    if (node.named && !understood.has(node.type)) found.add(`shell.${node.type}`);
    for (const child of node.children) visitQuoted(child);
  };
  visit(root);
  if (/[^ \t\n]/.test(tree.text.slice(at))) covered = false;
  return covered;
}
