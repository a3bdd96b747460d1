import { afterwards } from './afterwards.ts';
import { Budget } from './budget.ts';
import { hasBackground, setWithin } from './loops.ts';
import { assignment, setInside, wordsOf } from './nodeWords.ts';
import type { Given, Reading } from './reading.ts';
import { redirect } from './redirects.ts';
import { copyOf, join, newScope, type Scope, stay, union } from './scope.ts';
import type { Invocation, Script, Stdin } from './script.ts';
import { invoke, simpleCommand } from './simple.ts';
import { obscurities } from './strict.ts';
import { type Parse, type SyntaxNode, type SyntaxTree, shallow, textOf } from './tree.ts';
import { literal, unknown, type Word } from './word.ts';

export interface Start {
  /** Absolute. */
  directory: string;
  home: string;
  /** What the text's programs read from standard input, unless they are given something else. */
  stdin?: Stdin;
  /** Shared by all texts that one command leads to. */
  budget?: Budget;
}

/** Command text → the programs that it runs. Pure; the tree is only ever read, never trusted to be complete. */
export function readScript(parse: Parse, text: string, start: Start): Script {
  const tree = shallow(parse(text), maxDepth);
  const reader = new Reader(tree, start.budget ?? new Budget());
  reader.block(tree.root, newScope(start.directory, start.home), start.stdin ?? { type: 'inherited' });
  return {
    invocations: reader.invocations,
    obscure: [...obscurities(tree, reader.invocations), ...(reader.budget.isSpent ? ['shell.tooMuch'] : [])],
    assignments: reader.assignments.map(each =>
      reader.exported.has(each.name) ? { name: each.name, value: each.value } : each,
    ),
    defined: reader.defined,
    bombs: reader.bombs,
  };
}

/** Nobody's own text goes deeper, and nothing that reads this exhausts the stack. */
const maxDepth = 400;

/** Statements whose redirections are those of their last command. */
const passesOn = /^(command|(test|declaration|unset|negated)_command|list|pipeline|redirected_statement)$/;

class Reader implements Reading {
  readonly invocations: Invocation[] = [];
  readonly assignments: Script['assignments'] = [];
  readonly defined = new Set<string>();
  readonly exported = new Set<string>();
  readonly bombs: string[] = [];
  readonly tree: SyntaxTree;
  readonly budget: Budget;

  constructor(tree: SyntaxTree, budget: Budget) {
    this.tree = tree;
    this.budget = budget;
  }

  block(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    this.#sequence(node.children, scope, stdin);
  }

  /** `around`: redirections of a statement around this one that belong to its last command, which is where bash has them. */
  statement(node: SyntaxNode, scope: Scope, stdin: Stdin, around: readonly SyntaxNode[] = []): void {
    if (around.length > 0 && !passesOn.test(node.type)) return this.#redirected(node, scope, stdin, around);
    switch (node.type) {
      case 'program':
      case 'do_group':
      case 'compound_statement':
        return this.block(node, scope, stdin);
      case 'list':
        return this.#list(node, scope, stdin, around);
      case 'negated_command': {
        for (const child of node.children) if (child.named) this.statement(child, scope, stdin, around);
        [scope.succeeded, scope.failed] = [scope.failed, scope.succeeded];
        return;
      }
      case 'pipeline':
        this.#pipeline(node, scope, stdin, around);
        return stay(scope);
      case 'redirected_statement':
        return this.#redirected(node, scope, stdin, around);
      case 'subshell':
      case 'command_substitution':
      case 'process_substitution':
        this.block(node, copyOf(scope), stdin);
        return stay(scope);
      case 'command':
      case 'test_command':
      case 'declaration_command':
      case 'unset_command':
        return simpleCommand(this, node, scope, stdin, around);
      case 'file_redirect':
        // `$(< file)`.
        return simpleCommand(this, undefined, scope, stdin, [node]);
      case 'variable_assignment':
        this.#assign(node, scope);
        return stay(scope);
      case 'variable_assignments':
        for (const child of node.children) if (child.type === 'variable_assignment') this.#assign(child, scope);
        return stay(scope);
      case 'if_statement':
        return this.#if(node.children, scope, stdin);
      case 'while_statement':
        return this.#while(node, scope, stdin);
      case 'for_statement':
      case 'select_statement':
        return this.#for(node, scope, stdin);
      case 'function_definition': {
        const name = node.children.find(child => child.field === 'name');
        const before = this.invocations.length;
        this.#inside(node, scope, stdin);
        if (name !== undefined) this.#defines(textOf(this.tree, name), node, this.invocations.slice(before));
        return;
      }
      case 'c_style_for_statement':
        setInside(this, textOf(this.tree, node).split('))')[0] ?? '');
        return this.#inside(node, scope, stdin);
      default:
        return this.#inside(node, scope, stdin);
    }
  }

  /** After `a && b`, b stands where a succeeded; after `a || b`, where a failed. */
  #list(node: SyntaxNode, scope: Scope, stdin: Stdin, around: readonly SyntaxNode[]): void {
    const [left, right] = node.children.filter(child => child.named && child.type !== 'comment');
    const and = node.children.some(child => child.type === '&&');
    if (left !== undefined) this.statement(left, scope, stdin);
    if (right === undefined) return;
    const past = copyOf(scope);
    scope.directories = and ? scope.succeeded : scope.failed;
    if (scope.variables.get('PWD') === null && left?.type === 'command' && scope.directories?.length === 1)
      scope.variables.set('PWD', scope.directories[0] ?? null);
    this.statement(right, scope, stdin, around);
    // Where b is not reached, a decided.
    if (and) past.succeeded = [];
    else past.failed = [];
    past.directories = and ? past.failed : past.succeeded;
    if (and) join(scope, past);
    else {
      // Where a succeeded comes first: that is what was meant.
      join(past, scope);
      Object.assign(scope, past);
    }
  }

  /** `if`, and the rest of it from an `elif` on: a condition, what follows on its success, and the other branches. */
  #if(children: readonly SyntaxNode[], scope: Scope, stdin: Stdin): void {
    const then = children.findIndex(child => child.type === 'then');
    const other = children.findIndex(child => child.type === 'elif_clause' || child.type === 'else_clause');
    this.#sequence(children.slice(0, then), scope, stdin);
    const otherwise = copyOf(scope);
    scope.directories = scope.succeeded;
    otherwise.directories = otherwise.failed;
    this.#sequence(children.slice(then, other < 0 ? undefined : other), scope, stdin);
    stay(otherwise);
    const next = children[other];
    if (next?.type === 'elif_clause') this.#if([...next.children, ...children.slice(other + 1)], otherwise, stdin);
    else if (next !== undefined) this.block(next, otherwise, stdin);
    join(scope, otherwise);
  }

  /** Statements in order. What `&` follows runs in a subshell. */
  #sequence(children: readonly SyntaxNode[], scope: Scope, stdin: Stdin): void {
    for (const [at, child] of children.entries()) {
      if (!child.named || child.type === 'comment') continue;
      const background = children[at + 1]?.type === '&';
      this.statement(child, background ? copyOf(scope) : scope, stdin);
      if (background) stay(scope);
    }
  }

  #while(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    setWithin(this.tree, node, scope);
    const before = copyOf(scope);
    for (const child of node.children) if (child.named) this.statement(child, scope, stdin);
    join(scope, before);
    stay(scope);
  }

  #for(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    const name = node.children.find(child => child.field === 'variable');
    const values = wordsOf(
      this,
      node.children.filter(child => child.field === 'value'),
      scope,
    );
    setWithin(this.tree, node, scope);
    if (name !== undefined)
      this.#takesEach(textOf(this.tree, name), node.type === 'for_statement' ? values : [], scope);
    const before = copyOf(scope);
    const body = node.children.find(child => child.field === 'body');
    if (body !== undefined) this.statement(body, scope, stdin);
    join(scope, before);
    stay(scope);
  }

  /** Without words it is what the shell was given, and `select` takes none where the answer is none of them. */
  #takesEach(name: string, values: readonly Word[], scope: Scope): void {
    scope.variables.set(name, null);
    const isKnown = (word: Word): boolean => word.text !== null && !word.glob && !word.splits;
    const all = values.length > 0 && values.every(isKnown) ? values : [unknown('')];
    for (const value of all) this.assignments.push({ name, value, unexported: true });
  }

  /** A construct that we do not model: every command below it may run, wherever it stands, or not. */
  #inside(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    setWithin(this.tree, node, scope);
    for (const child of node.children) {
      if (!child.named) continue;
      const branch = copyOf(scope);
      this.statement(child, branch, stdin);
      join(scope, branch);
    }
    stay(scope);
  }

  /** A function that starts itself twice over, `f() { f | f & }`, fills the machine. */
  #defines(name: string, node: SyntaxNode, body: readonly Invocation[]): void {
    this.defined.add(name);
    const calls = body.filter(each => each.name.text === name);
    if (calls.length > 0 && (calls.some(each => each.stdin.type === 'pipe') || hasBackground(node)))
      this.bombs.push(name);
  }

  #pipeline(node: SyntaxNode, scope: Scope, stdin: Stdin, around: readonly SyntaxNode[] = []): void {
    let input = stdin;
    const stages = node.children.filter(each => each.named && each.type !== 'comment');
    for (const child of stages) {
      const before = this.invocations.length;
      this.statement(child, copyOf(scope), input, child === stages.at(-1) ? around : []);
      const last = this.invocations.length > before ? this.invocations.at(-1) : undefined;
      input = { type: 'pipe', from: last ?? null };
    }
  }

  #redirected(node: SyntaxNode, scope: Scope, stdin: Stdin, around: readonly SyntaxNode[]): void {
    const isRedirected = node.type === 'redirected_statement';
    const body = isRedirected ? node.children.find(child => child.field === 'body') : node;
    const own = isRedirected ? [...node.children.filter(child => child !== body), ...around] : around;
    if (body === undefined) return simpleCommand(this, undefined, scope, stdin, own);
    if (passesOn.test(body.type)) return this.statement(body, scope, stdin, own);
    const given: Given = { redirects: [], args: [], stdin };
    for (const child of own) redirect(this, child, scope, given);
    // `x=1 > file cmd`: the program stands behind the file.
    if (/^variable_assignments?$/.test(body.type) && given.args.length > 0) {
      const nodes = body.type === 'variable_assignment' ? [body] : body.children;
      const env = nodes.filter(each => each.type === 'variable_assignment').map(each => assignment(this, each, scope));
      const [name = literal(''), ...args] = given.args;
      invoke(this, name, env, { ...given, args }, scope);
      return afterwards(name, { ...given, args }, env, scope, this);
    }
    const from = given.redirects.find(each => each.mode === 'read');
    const input: Stdin = from === undefined ? given.stdin : { type: 'file', target: from.target };
    const before = this.invocations.length;
    const directories = scope.directories;
    this.statement(body, scope, input);
    // A redirection that fails keeps the body from running.
    scope.failed = union(scope.failed, directories);
    scope.directories = union(scope.directories, directories);
    const first = this.invocations[before];
    if (first !== undefined) first.redirects.push(...given.redirects);
    else if (given.redirects.length > 0) invoke(this, literal(':'), [], { ...given, stdin: input }, scope);
  }

  #assign(node: SyntaxNode, scope: Scope): void {
    const { name, value } = assignment(this, node, scope);
    scope.variables.set(name, value.text);
    this.assignments.push({ name, value });
  }
}
