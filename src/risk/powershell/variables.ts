import { type SyntaxNode, type SyntaxTree, textOf } from '../shell/tree.ts';
import { variableName } from './word.ts';

/** What gives variables values that no assignment shows. */
export const setsVariables = /variable\b|\b(sv|nv|set)\b|-[ewopi]v\b|\[ref\]|\+\+|--\s*[;)]|[-+*/]=/i;

/** How often the text gives each variable a value; a loop's and a parameter's more than once. */
export function assignments(tree: SyntaxTree): Map<string, number> {
  const counts = new Map<string, number>();
  const count = (node: SyntaxNode): void => {
    const [first] = node.children;
    if (node.type === 'assignment_expression' && first !== undefined) {
      const name = variableName(textOf(tree, first).replace(/^(\[[^\]]*\]\s*)+/, ''));
      if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    if (/^(foreach_statement|script_parameter)$/.test(node.type))
      for (const child of node.children)
        if (child.type === 'variable') counts.set(variableName(textOf(tree, child)) ?? '', 2);
    for (const child of node.children) count(child);
  };
  count(tree.root);
  return counts;
}

/** A value that is written out, and not what a command came to. */
export function isPlainValue(node: SyntaxNode | undefined): boolean {
  return node !== undefined && node.type !== 'command' && node.children.every(isPlainValue);
}
