import { afterwards } from './afterwards.ts';
import { droppedDash } from './hereDocument.ts';
import { assignment, declared, substitutions, wordsOf } from './nodeWords.ts';
import type { Given, Reading } from './reading.ts';
import { redirect } from './redirects.ts';
import { type Scope, stay } from './scope.ts';
import type { Invocation, Stdin } from './script.ts';
import type { SyntaxNode } from './tree.ts';
import { literal, type Word } from './word.ts';

/** A simple command, or a redirection without one; `around`: the redirections that the grammar puts around it. */
export function simpleCommand(
  reading: Reading,
  node: SyntaxNode | undefined,
  scope: Scope,
  stdin: Stdin,
  around: readonly SyntaxNode[],
): void {
  const env: Invocation['env'] = [];
  const given: Given = { redirects: [], args: [], stdin };
  const isTest = node?.type === 'test_command';
  const declares = node?.type === 'declaration_command' || node?.type === 'unset_command';
  const words: SyntaxNode[] = [];
  let keyword: Word | null = isTest ? literal('test') : null;
  for (const child of node?.children ?? []) {
    if (child.type.endsWith('_redirect')) {
      given.args.push(...wordsOf(reading, words.splice(0), scope));
      redirect(reading, child, scope, given);
    } else if (isTest) substitutions(reading, child, scope);
    else if (child.type === 'variable_assignment' && words.length === 0 && given.args.length === 0 && !declares)
      env.push(assignment(reading, child, scope));
    else if (child.type === 'variable_assignment' && declares) {
      given.args.push(...wordsOf(reading, words.splice(0), scope));
      given.args.push(declared(reading, child, scope));
    } else if (declares && keyword === null && !child.named) keyword = literal(child.type);
    else if (child.type === 'subshell') reading.statement(child, scope, stdin);
    else if (child.named || /^(\$|==|=~)$/.test(child.type)) words.push(child);
  }
  given.args.push(...wordsOf(reading, words, scope));
  if (node !== undefined && around[0] !== undefined) given.args.push(...droppedDash(reading.tree, node, around[0]));
  for (const child of around) redirect(reading, child, scope, given);
  const name = keyword ?? given.args.shift() ?? null;
  if (name === null) {
    if (given.redirects.length > 0) invoke(reading, literal(':'), env, { ...given, args: [] }, scope);
    return stay(scope);
  }
  invoke(reading, name, env, given, scope);
  afterwards(name, given, env, scope, reading);
}

/** A program that runs where the scope stands. What it reads from a file it does not read from elsewhere. */
export function invoke(reading: Reading, name: Word, env: Invocation['env'], given: Given, scope: Scope): void {
  const { redirects, args, stdin } = given;
  const from = redirects.find(each => each.mode === 'read');
  reading.invocations.push({
    name,
    args,
    env,
    redirects,
    stdin: from === undefined ? stdin : { type: 'file', target: from.target },
    directories: scope.directories,
  });
}
