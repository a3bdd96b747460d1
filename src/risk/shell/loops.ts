import type { Scope } from './scope.ts';
import { type SyntaxNode, type SyntaxTree, textOf } from './tree.ts';

export function hasBackground(node: SyntaxNode): boolean {
  return node.children.some(child => child.type === '&' || hasBackground(child));
}

/**
 * Forgets what a construct may change before it comes round again: variables that it names other than by `$`, and the folder
 * where it changes that. Reads the text rather than the tree, so that what the tree hides counts too.
 */
export function setWithin(tree: SyntaxTree, node: SyntaxNode, scope: Scope): void {
  const text = textOf(tree, node);
  const named = new Set(text.replace(/\$\{?[A-Za-z_]\w*(?=[^\w:=]|$)/g, '').match(/[A-Za-z_]\w*/g));
  for (const name of scope.variables.keys()) if (named.has(name)) scope.variables.set(name, null);
  if (!/['"\\]/.test(text) && !changesFolder(tree, node)) return;
  if (!/\b(cd|pushd|popd)\b/.test(text.replace(/['"\\]/g, ''))) return;
  if (!changesFolder(tree, node)) return;
  scope.variables.set('PWD', null);
  scope.variables.set('OLDPWD', null);
  scope.directories = null;
  scope.succeeded = null;
  scope.failed = null;
}

/** Whether a command below may change the shell's folder; what a subshell does stays there. */
function changesFolder(tree: SyntaxTree, node: SyntaxNode): boolean {
  if (/^(subshell|command_substitution|process_substitution)$/.test(node.type)) return false;
  if (node.type === 'command') {
    const words = textOf(tree, node).replace(/['"\\]/g, '');
    return /\b(cd|pushd|popd)\b/.test(words);
  }
  return node.children.some(child => changesFolder(tree, child));
}
