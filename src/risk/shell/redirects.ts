import { substitutions, wordsOf } from './nodeWords.ts';
import type { Given, Reading } from './reading.ts';
import type { Scope } from './scope.ts';
import type { Redirect, Stdin } from './script.ts';
import { type SyntaxNode, textOf } from './tree.ts';
import { decodeOne } from './word.ts';

/**
 * A redirection of any kind, added to what the command is given. The grammar counts words behind a file name as more file
 * names; they are arguments.
 */
export function redirect(reading: Reading, node: SyntaxNode, scope: Scope, given: Given): void {
  switch (node.type) {
    case 'file_redirect':
      return fileRedirect(reading, node, scope, given);
    case 'herestring_redirect':
      given.stdin = hereString(reading, node, scope);
      return;
    case 'heredoc_redirect':
      given.stdin = { type: 'text', ...heredoc(reading, node) };
      for (const inner of node.children) {
        if (/^(file|herestring)_redirect$/.test(inner.type)) redirect(reading, inner, scope, given);
        else if (inner.field === 'argument') given.args.push(...wordsOf(reading, [inner], scope));
        else if (inner.type === 'heredoc_body') substitutions(reading, inner, scope);
        // What stands on its first line after the word, such as `| sh` or `&& cmd`.
        else if (inner.named && !['heredoc_start', 'heredoc_end'].includes(inner.type))
          reading.statement(inner, scope, { type: 'pipe', from: null });
      }
      return;
    default:
      return;
  }
}

function fileRedirect(reading: Reading, node: SyntaxNode, scope: Scope, given: Given): void {
  const operator = node.children.find(child => !child.named)?.type ?? '';
  const [destination, ...more] = node.children.filter(child => child.field === 'destination');
  if (destination === undefined) return;
  substitutions(reading, destination, scope);
  const parts = [destination];
  while (more[0] !== undefined && more[0].start === parts.at(-1)?.end) parts.push(...more.splice(0, 1));
  given.args.push(...wordsOf(reading, more, scope));
  const target = decodeOne(reading.tree, parts, scope.variables, 'argument');
  if (operator.includes('&') && operator !== '&>' && operator !== '&>>' && /^(\d+|-)$/.test(target.raw)) return;
  given.redirects.push({ mode: modeOf(operator), target });
}

function modeOf(operator: string): Redirect['mode'] {
  if (operator === '<' || operator === '<&') return 'read';
  if (operator === '<>') return 'both';
  return operator.includes('>>') ? 'append' : 'write';
}

function heredoc(reading: Reading, node: SyntaxNode): { text: string | null; raw?: string } {
  const body = node.children.find(child => child.type === 'heredoc_body');
  const start = node.children.find(child => child.type === 'heredoc_start');
  if (body === undefined || start === undefined) return { text: null };
  const quoted = /['"\\]/.test(textOf(reading.tree, start));
  const indented = node.children.some(child => child.type === '<<-');
  const text = indented ? textOf(reading.tree, body).replace(/^\t+/gm, '') : textOf(reading.tree, body);
  return quoted || !/[$`\\]/.test(text) ? { text } : { text: null, raw: text };
}

function hereString(reading: Reading, node: SyntaxNode, scope: Scope): Stdin {
  const value = node.children.find(child => child.named);
  if (value === undefined) return { type: 'text', text: null };
  substitutions(reading, value, scope);
  const { text } = decodeOne(reading.tree, [value], scope.variables, 'text');
  return { type: 'text', text: text === null ? null : `${text}\n` };
}
