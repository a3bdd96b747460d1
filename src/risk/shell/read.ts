import { afterwards } from './afterwards.ts';
import { hasBackground, setWithin } from './loops.ts';
import { copyOf, join, newScope, type Scope, stay, union } from './scope.ts';
import type { Invocation, Redirect, Script, Stdin } from './script.ts';
import { obscurities } from './strict.ts';
import { type Parse, type SyntaxNode, type SyntaxTree, textOf } from './tree.ts';
import { decode, decodeOne, literal, type Word } from './word.ts';

export interface Start {
  /** Absolute. */
  directory: string;
  home: string;
  /** What the text's programs read from standard input, unless they are given something else. */
  stdin?: Stdin;
}

/** Command text → the programs that it runs. Pure; the tree is only ever read, never trusted to be complete. */
export function readScript(parse: Parse, text: string, start: Start): Script {
  const tree = parse(text);
  const reader = new Reader(tree);
  reader.block(tree.root, newScope(start.directory, start.home), start.stdin ?? { type: 'inherited' });
  return {
    invocations: reader.invocations,
    obscure: obscurities(tree, reader.invocations),
    assignments: reader.assignments,
    defined: reader.defined,
    bombs: reader.bombs,
  };
}

/** What a command is given beside its name. */
interface Given {
  redirects: Redirect[];
  args: Word[];
  stdin: Stdin;
}

/** Statements whose redirections are those of their last command. */
const passesOn = /^(command|(test|declaration|unset|negated)_command|list|pipeline|redirected_statement)$/;

class Reader {
  readonly invocations: Invocation[] = [];
  readonly assignments: Script['assignments'] = [];
  readonly defined = new Set<string>();
  readonly bombs: string[] = [];
  readonly #tree: SyntaxTree;

  constructor(tree: SyntaxTree) {
    this.#tree = tree;
  }

  /** Statements in order. What `&` follows runs in a subshell. */
  block(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    for (const [at, child] of node.children.entries()) {
      if (!child.named || child.type === 'comment') continue;
      if (node.children[at + 1]?.type === '&') {
        this.statement(child, copyOf(scope), stdin);
        stay(scope);
      } else this.statement(child, scope, stdin);
    }
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
        return this.#command(node, scope, stdin, around);
      case 'file_redirect':
        // `$(< file)`.
        return this.#command(undefined, scope, stdin, [node]);
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
        if (name !== undefined) this.#defines(textOf(this.#tree, name), node, this.invocations.slice(before));
        return;
      }
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

  #sequence(children: readonly SyntaxNode[], scope: Scope, stdin: Stdin): void {
    for (const [at, child] of children.entries()) {
      if (!child.named || child.type === 'comment') continue;
      const background = children[at + 1]?.type === '&';
      this.statement(child, background ? copyOf(scope) : scope, stdin);
      if (background) stay(scope);
    }
  }

  #while(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    setWithin(this.#tree, node, scope);
    const before = copyOf(scope);
    for (const child of node.children) if (child.named) this.statement(child, scope, stdin);
    join(scope, before);
    stay(scope);
  }

  #for(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    const name = node.children.find(child => child.field === 'variable');
    for (const child of node.children) if (child.field === 'value') this.#substitutions(child, scope);
    setWithin(this.#tree, node, scope);
    if (name !== undefined) scope.variables.set(textOf(this.#tree, name), null);
    const before = copyOf(scope);
    const body = node.children.find(child => child.field === 'body');
    if (body !== undefined) this.statement(body, scope, stdin);
    join(scope, before);
    stay(scope);
  }

  /** A construct that we do not model: every command below it may run, wherever it stands, or not. */
  #inside(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    setWithin(this.#tree, node, scope);
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
    if (body === undefined) return this.#command(undefined, scope, stdin, own);
    if (passesOn.test(body.type)) return this.statement(body, scope, stdin, own);
    const given: Given = { redirects: [], args: [], stdin };
    for (const child of own) this.#redirect(child, scope, given);
    // `x=1 > file cmd`: the program stands behind the file.
    if (/^variable_assignments?$/.test(body.type) && given.args.length > 0) {
      const nodes = body.type === 'variable_assignment' ? [body] : body.children;
      const env = nodes.filter(each => each.type === 'variable_assignment').map(each => this.#assignment(each, scope));
      const [name = literal(''), ...args] = given.args;
      this.#add(name, args, env, given.redirects, given.stdin, scope);
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
    else if (given.redirects.length > 0) this.#add(literal(':'), given.args, [], given.redirects, input, scope);
  }

  /** A redirection of any kind. The grammar counts words behind a file name as more file names; they are arguments. */
  #redirect(node: SyntaxNode, scope: Scope, given: Given): void {
    switch (node.type) {
      case 'file_redirect':
        return this.#fileRedirect(node, scope, given);
      case 'herestring_redirect':
        given.stdin = this.#hereString(node, scope);
        return;
      case 'heredoc_redirect':
        given.stdin = { type: 'text', ...this.#heredoc(node) };
        for (const inner of node.children) {
          if (/^(file|herestring)_redirect$/.test(inner.type)) this.#redirect(inner, scope, given);
          else if (inner.field === 'argument') given.args.push(...this.#words([inner], scope));
          else if (inner.type === 'heredoc_body') this.#substitutions(inner, scope);
          else if (inner.named && !['heredoc_start', 'heredoc_end'].includes(inner.type)) this.#later(inner, scope);
        }
        return;
      default:
        return;
    }
  }

  /** Nodes of words → words. Those that no blank parts are one word, though the grammar saw several. */
  #words(nodes: readonly SyntaxNode[], scope: Scope): Word[] {
    for (const node of nodes) this.#substitutions(node, scope);
    const groups: SyntaxNode[][] = [];
    for (const node of nodes) {
      const group = groups.at(-1);
      if (group?.at(-1)?.end === node.start) group?.push(node);
      else groups.push([node]);
    }
    return groups.flatMap(group => decode(this.#tree, group, scope.variables));
  }

  /** What stands on a heredoc's first line after its word, such as `| sh` or `&& cmd`. */
  #later(node: SyntaxNode, scope: Scope): void {
    if (node.type === 'pipeline') return this.#pipeline(node, scope, { type: 'pipe', from: null });
    this.statement(node, scope, { type: 'pipe', from: null });
  }

  #fileRedirect(node: SyntaxNode, scope: Scope, given: Given): void {
    const operator = node.children.find(child => !child.named)?.type ?? '';
    const [destination, ...more] = node.children.filter(child => child.field === 'destination');
    if (destination === undefined) return;
    this.#substitutions(destination, scope);
    const parts = [destination];
    while (more[0] !== undefined && more[0].start === parts.at(-1)?.end) parts.push(...more.splice(0, 1));
    given.args.push(...this.#words(more, scope));
    const target = decodeOne(this.#tree, parts, scope.variables, 'argument');
    if (operator.includes('&') && operator !== '&>' && operator !== '&>>' && /^(\d+|-)$/.test(target.raw)) return;
    const mode =
      operator === '<' || operator === '<&'
        ? 'read'
        : operator === '<>'
          ? 'both'
          : operator.includes('>>')
            ? 'append'
            : 'write';
    given.redirects.push({ mode, target });
  }

  #heredoc(node: SyntaxNode): { text: string | null; raw?: string } {
    const body = node.children.find(child => child.type === 'heredoc_body');
    const start = node.children.find(child => child.type === 'heredoc_start');
    if (body === undefined || start === undefined) return { text: null };
    const quoted = /['"\\]/.test(textOf(this.#tree, start));
    const indented = node.children.some(child => child.type === '<<-');
    const text = indented ? textOf(this.#tree, body).replace(/^\t+/gm, '') : textOf(this.#tree, body);
    return quoted || !/[$`\\]/.test(text) ? { text } : { text: null, raw: text };
  }

  #hereString(node: SyntaxNode, scope: Scope): Stdin {
    const value = node.children.find(child => child.named);
    if (value === undefined) return { type: 'text', text: null };
    this.#substitutions(value, scope);
    const { text } = decodeOne(this.#tree, [value], scope.variables, 'text');
    return { type: 'text', text: text === null ? null : `${text}\n` };
  }

  #assign(node: SyntaxNode, scope: Scope): void {
    const { name, value } = this.#assignment(node, scope);
    // An array, or one of its elements, is not known by the name alone.
    scope.variables.set(name.replace(/\[.*/s, ''), /\[/.test(name) ? null : value.text);
    this.assignments.push({ name, value });
  }

  #assignment(node: SyntaxNode, scope: Scope): { name: string; value: Word } {
    const name = node.children.find(child => child.type === 'variable_name' || child.type === 'subscript');
    const value = node.children.find(child => child.field === 'value');
    if (value !== undefined) this.#substitutions(value, scope);
    const append = node.children.some(child => child.type === '+=');
    const word = value === undefined ? literal('') : decodeOne(this.#tree, [value], scope.variables, 'assigned');
    return {
      name: name === undefined ? '' : textOf(this.#tree, name),
      value: append ? { ...word, text: null, prefix: '' } : word,
    };
  }

  /** Commands inside a word: `$(…)`, backquotes, `<(…)`. */
  #substitutions(node: SyntaxNode, scope: Scope): void {
    if (node.type === 'command_substitution' || node.type === 'process_substitution')
      return this.statement(node, scope, { type: 'inherited' });
    for (const child of node.children) this.#substitutions(child, scope);
  }

  /** A simple command, or a redirection without one; `around`: the redirections that the grammar puts around it. */
  #command(node: SyntaxNode | undefined, scope: Scope, stdin: Stdin, around: readonly SyntaxNode[]): void {
    const env: Invocation['env'] = [];
    const given: Given = { redirects: [], args: [], stdin };
    const isTest = node?.type === 'test_command';
    const declares = node?.type === 'declaration_command' || node?.type === 'unset_command';
    const words: SyntaxNode[] = [];
    let keyword: Word | null = isTest ? literal('test') : null;
    for (const child of node?.children ?? []) {
      if (child.type.endsWith('_redirect')) {
        given.args.push(...this.#words(words.splice(0), scope));
        this.#redirect(child, scope, given);
      } else if (isTest) this.#substitutions(child, scope);
      else if (child.type === 'variable_assignment' && words.length === 0 && given.args.length === 0 && !declares)
        env.push(this.#assignment(child, scope));
      else if (child.type === 'variable_assignment' && declares) {
        given.args.push(...this.#words(words.splice(0), scope));
        given.args.push(this.#declared(child, scope));
      } else if (declares && keyword === null && !child.named) keyword = literal(child.type);
      else if (child.type === 'subshell') this.statement(child, scope, stdin);
      else if (child.named || /^(\$|==|=~)$/.test(child.type)) words.push(child);
    }
    given.args.push(...this.#words(words, scope));
    for (const child of around) this.#redirect(child, scope, given);
    const name = keyword ?? given.args.shift() ?? null;
    if (name === null) {
      if (given.redirects.length > 0) this.#add(literal(':'), [], env, given.redirects, given.stdin, scope);
      return stay(scope);
    }
    this.#add(name, given.args, env, given.redirects, given.stdin, scope);
    afterwards(name, given, env, scope, this);
  }

  /** `NAME=value` of `export` and its kin, as the word that they get. */
  #declared(node: SyntaxNode, scope: Scope): Word {
    const { name, value } = this.#assignment(node, scope);
    return {
      ...value,
      raw: textOf(this.#tree, node),
      text: value.text === null ? null : `${name}=${value.text}`,
      prefix: `${name}=${value.prefix}`,
    };
  }

  #add(name: Word, args: Word[], env: Invocation['env'], redirects: Redirect[], stdin: Stdin, scope: Scope): void {
    const from = redirects.find(each => each.mode === 'read');
    this.invocations.push({
      name,
      args,
      env,
      redirects,
      stdin: from === undefined ? stdin : { type: 'file', target: from.target },
      directories: scope.directories,
    });
  }
}
