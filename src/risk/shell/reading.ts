import type { Budget } from './budget.ts';
import type { Scope } from './scope.ts';
import type { Invocation, Redirect, Script, Stdin } from './script.ts';
import type { SyntaxNode, SyntaxTree } from './tree.ts';
import type { Word } from './word.ts';

/** A tree on its way to becoming a script: what was gathered so far, and the way back to statements from inside a word. */
export interface Reading {
  readonly tree: SyntaxTree;
  readonly budget: Budget;
  readonly invocations: Invocation[];
  readonly assignments: Script['assignments'];
  readonly defined: Set<string>;
  readonly exported: Set<string>;
  statement(node: SyntaxNode, scope: Scope, stdin: Stdin): void;
}

/** What a command is given beside its name. */
export interface Given {
  redirects: Redirect[];
  args: Word[];
  stdin: Stdin;
}
