import { type SyntaxNode, type SyntaxTree, textOf } from './tree.ts';
import { literal, type Word } from './word.ts';

/**
 * `python3 - <<'E'`: the grammar drops a dash that stands alone between a command and its heredoc. The words that it
 * dropped, or none.
 */
export function droppedDash(tree: SyntaxTree, command: SyntaxNode, heredoc: SyntaxNode): Word[] {
  if (heredoc.type !== 'heredoc_redirect' || command.type !== 'command') return [];
  return isDroppedDash(tree, command.end, heredoc.start) ? [literal('-')] : [];
}

export function isDroppedDash({ text }: SyntaxTree, from: number, to: number): boolean {
  return /^[ \t]+-[ \t]*$/.test(text.slice(from, to)) && /^<<(?!<)/.test(text.slice(to, to + 3));
}

/**
 * Whether a heredoc is of the form in which the grammar and bash agree: `<<'WORD'` as the last on its line but for a plain
 * redirection, its body the lines up to the first that is the word. Of all others the grammar loses commands: in a body that
 * is not quoted, behind `<<E&& cmd`, where a line of the body only begins like the word.
 */
export function hereDocument(tree: SyntaxTree, node: SyntaxNode): boolean {
  const [operator, start, ...rest] = node.children;
  const end = rest.pop();
  const body = rest.at(-1)?.type === 'heredoc_body' ? rest.pop() : undefined;
  if (operator?.type !== '<<' || start?.type !== 'heredoc_start' || end?.type !== 'heredoc_end') return false;
  const word = /^(['"])(\w+)\1$/.exec(textOf(tree, start))?.[2];
  if (word === undefined || rest.some(each => each.type !== 'file_redirect')) return false;
  const lineEnd = tree.text.indexOf('\n', start.end);
  if (lineEnd < 0 || !/^[ \t]*$/.test(tree.text.slice(rest.at(-1)?.end ?? start.end, lineEnd))) return false;
  const lines = tree.text.slice(lineEnd + 1).split('\n');
  const last = lines.indexOf(word);
  if (last < 0) return false;
  const bodyEnd = lineEnd + 1 + lines.slice(0, last).reduce((sum, line) => sum + line.length + 1, 0);
  if (end.start !== bodyEnd || end.end !== bodyEnd + word.length) return false;
  return body === undefined ? last === 0 : body.start === lineEnd + 1 && body.end === bodyEnd;
}
