import { stepsOfWord } from './budget.ts';
import type { Reading } from './reading.ts';
import type { Scope } from './scope.ts';
import { implied, setInText } from './sets.ts';
import { type SyntaxNode, textOf } from './tree.ts';
import { decode, decodeOne, literal, type Word } from './word.ts';

/** Nodes of words → words. Those that no blank parts are one word, though the grammar saw several. */
export function wordsOf(reading: Reading, nodes: readonly SyntaxNode[], scope: Scope): Word[] {
  for (const node of nodes) substitutions(reading, node, scope);
  const groups: SyntaxNode[][] = [];
  for (const node of nodes) {
    const group = groups.at(-1);
    if (group?.at(-1)?.end === node.start) group?.push(node);
    else groups.push([node]);
  }
  return groups.flatMap(group => paidFor(reading, group, scope));
}

/** The words of one group; those that the budget no longer covers are one that is not known. */
function paidFor(reading: Reading, group: readonly SyntaxNode[], scope: Scope): Word[] {
  if (!reading.budget.isSpent) {
    const words = decode(reading.tree, group, scope.variables);
    if (reading.budget.spend(words.reduce((sum, word) => sum + stepsOfWord + word.prefix.length, 0))) return words;
  }
  const raw = reading.tree.text.slice(group[0]?.start ?? 0, group.at(-1)?.end ?? 0);
  return [{ raw, text: null, prefix: '', glob: false, splits: true }];
}

/** Reads the commands inside a word: `$(…)`, backquotes, `<(…)`. */
export function substitutions(reading: Reading, node: SyntaxNode, scope: Scope): void {
  if (node.type === 'command_substitution' || node.type === 'process_substitution')
    return reading.statement(node, scope, { type: 'inherited' });
  if (node.type === 'expansion' || node.type === 'arithmetic_expansion') setInside(reading, textOf(reading.tree, node));
  for (const child of node.children) substitutions(reading, child, scope);
}

/** What an expansion or arithmetic gives a value. */
export function setInside(reading: Reading, text: string): void {
  reading.assignments.push(...setInText(text).map(implied));
}

/** `NAME=value` and `NAME+=value`; of the latter, and of an element of `NAME[…]=value`, the whole is not known. */
export function assignment(reading: Reading, node: SyntaxNode, scope: Scope): { name: string; value: Word } {
  const name = node.children.find(child => child.type === 'variable_name' || child.type === 'subscript');
  const value = node.children.find(child => child.field === 'value');
  if (value !== undefined) substitutions(reading, value, scope);
  const append = node.children.some(child => child.type === '+=');
  const word = value === undefined ? literal('') : decodeOne(reading.tree, [value], scope.variables, 'assigned');
  reading.budget.spend(word.prefix.length);
  const [whole = '', element = ''] = name === undefined ? [] : textOf(reading.tree, name).split(/(?=\[)/s);
  return { name: whole, value: append || element !== '' ? { ...word, text: null, prefix: '' } : word };
}

/** `NAME=value` of `export` and its kin, as the word that they get. */
export function declared(reading: Reading, node: SyntaxNode, scope: Scope): Word {
  const { name, value } = assignment(reading, node, scope);
  return {
    ...value,
    raw: textOf(reading.tree, node),
    text: value.text === null ? null : `${name}=${value.text}`,
    prefix: `${name}=${value.prefix}`,
  };
}
