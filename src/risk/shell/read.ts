import { posix } from 'node:path';
import type { Directories, Invocation, Redirect, Script, Stdin } from './script.ts';
import { obscurities } from './strict.ts';
import { type Parse, type SyntaxNode, type SyntaxTree, textOf } from './tree.ts';
import { decode, literal, type Word } from './word.ts';

export interface Start {
  /** Absolute. */
  directory: string;
  home: string;
  /** What the text's programs read from standard input, unless they are given something else. */
  stdin?: Stdin;
}

interface Scope {
  directories: Directories;
  /** Where an earlier failed `cd` would have left us, too. */
  variables: Map<string, string | null>;
}

const maxDirectories = 4;

/** Command text → the programs that it runs. Pure; the tree is only ever read, never trusted to be complete. */
export function readScript(parse: Parse, text: string, start: Start): Script {
  const tree = parse(text);
  const reader = new Reader(tree);
  const variables = new Map<string, string | null>([
    ['HOME', start.home],
    ['PWD', start.directory],
  ]);
  reader.block(tree.root, { directories: [start.directory], variables }, start.stdin ?? { type: 'inherited' });
  return {
    invocations: reader.invocations,
    obscure: obscurities(tree, reader.invocations),
    assignments: reader.assignments,
    defined: reader.defined,
    bombs: reader.bombs,
  };
}

class Reader {
  readonly invocations: Invocation[] = [];
  readonly assignments: Script['assignments'] = [];
  readonly defined = new Set<string>();
  readonly bombs: string[] = [];
  readonly #tree: SyntaxTree;

  constructor(tree: SyntaxTree) {
    this.#tree = tree;
  }

  /** Statements in order. A command after `;` or `||` runs wherever the one before it left us, done or failed. */
  block(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    let joint = ';';
    for (const child of node.children) {
      if (!child.named) {
        joint = child.type;
        continue;
      }
      this.statement(child, scope, stdin, joint);
      joint = ';';
    }
  }

  statement(node: SyntaxNode, scope: Scope, stdin: Stdin, joint = ';'): void {
    switch (node.type) {
      case 'program':
      case 'do_group':
      case 'else_clause':
        return this.block(node, scope, stdin);
      case 'list': {
        const [left, right] = node.children.filter(child => child.named);
        const operator = node.children.find(child => !child.named)?.type ?? ';';
        const before = scope.directories;
        if (left !== undefined) this.statement(left, scope, stdin, joint);
        // After `a && b`, b stands where a succeeded; after `a || b`, also where a failed.
        if (operator !== '&&') scope.directories = union(before, scope.directories);
        if (right !== undefined) this.statement(right, scope, stdin, operator);
        return;
      }
      case 'pipeline':
        return this.#pipeline(node, scope, stdin);
      case 'redirected_statement':
        return this.#redirected(node, scope, stdin);
      case 'subshell':
      case 'command_substitution':
      case 'process_substitution':
        return this.block(node, { directories: scope.directories, variables: new Map(scope.variables) }, stdin);
      case 'command':
      case 'test_command':
      case 'declaration_command':
      case 'unset_command':
        return this.#command(node, scope, stdin, [], joint);
      case 'variable_assignment':
        return this.#assign(node, scope);
      case 'variable_assignments':
        for (const child of node.children) if (child.type === 'variable_assignment') this.#assign(child, scope);
        return;
      case 'function_definition': {
        const name = node.children.find(child => child.field === 'name');
        const before = this.invocations.length;
        this.#inside(node, scope, stdin);
        if (name !== undefined) this.#defines(textOf(this.#tree, name), node, this.invocations.slice(before));
        return;
      }
      case 'for_statement':
      case 'c_style_for_statement':
      case 'select_statement': {
        const name = node.children.find(child => child.type === 'variable_name');
        if (name !== undefined) scope.variables.set(textOf(this.#tree, name), null);
        return this.#inside(node, scope, stdin);
      }
      default:
        return this.#inside(node, scope, stdin);
    }
  }

  /** A construct that we do not model: every command below it may run, wherever it stands. */
  #inside(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    const before = scope.directories;
    for (const child of node.children) if (child.named) this.statement(child, scope, stdin);
    scope.directories = union(before, scope.directories);
  }

  /** A function that starts itself twice over, `f() { f | f & }`, fills the machine. */
  #defines(name: string, node: SyntaxNode, body: readonly Invocation[]): void {
    this.defined.add(name);
    const calls = body.filter(each => each.name.text === name);
    if (calls.length > 0 && (calls.some(each => each.stdin.type === 'pipe') || hasBackground(node)))
      this.bombs.push(name);
  }

  #pipeline(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    let input = stdin;
    for (const child of node.children.filter(each => each.named)) {
      const before = this.invocations.length;
      this.statement(child, { directories: scope.directories, variables: new Map(scope.variables) }, input);
      const last = this.invocations.length > before ? this.invocations.at(-1) : undefined;
      input = { type: 'pipe', from: last ?? null };
    }
  }

  #redirected(node: SyntaxNode, scope: Scope, stdin: Stdin): void {
    const body = node.children.find(child => child.field === 'body');
    const redirects: Redirect[] = [];
    let input = stdin;
    for (const child of node.children) {
      if (child.type === 'file_redirect') this.#fileRedirect(child, scope, redirects);
      if (child.type === 'heredoc_redirect') {
        input = { type: 'text', ...this.#heredoc(child) };
        for (const inner of child.children) {
          if (inner.type === 'file_redirect') this.#fileRedirect(inner, scope, redirects);
          else if (inner.named && !['heredoc_start', 'heredoc_body', 'heredoc_end'].includes(inner.type))
            this.#later(inner, scope);
          else if (inner.type === 'heredoc_body') this.#substitutions(inner, scope);
        }
      }
      if (child.type === 'herestring_redirect') input = this.#hereString(child, scope);
    }
    const from = redirects.find(each => each.mode === 'read');
    if (from !== undefined) input = { type: 'file', target: from.target };
    if (body === undefined) {
      // `> file` alone empties the file: a program without a name that redirects.
      if (redirects.length > 0) this.#add(literal(':'), [], [], redirects, input, scope);
      return;
    }
    if (body.type === 'command' || body.type === 'test_command' || body.type === 'declaration_command')
      return this.#command(body, scope, input, redirects);
    const before = this.invocations.length;
    this.statement(body, scope, input);
    const first = this.invocations[before];
    if (first !== undefined) first.redirects.push(...redirects);
    else if (redirects.length > 0) this.#add(literal(':'), [], [], redirects, input, scope);
  }

  /** What stands on a heredoc's first line after its word, such as `| sh` or `&& cmd`. */
  #later(node: SyntaxNode, scope: Scope): void {
    if (node.type === 'pipeline') return this.#pipeline(node, scope, { type: 'pipe', from: null });
    this.statement(node, scope, { type: 'pipe', from: null });
  }

  #fileRedirect(node: SyntaxNode, scope: Scope, into: Redirect[]): void {
    const operator = node.children.find(child => !child.named)?.type ?? '';
    const destination = node.children.find(child => child.field === 'destination');
    if (destination === undefined) return;
    this.#substitutions(destination, scope);
    const [target] = decode(this.#tree, destination, scope.variables);
    if (target === undefined) return;
    if (operator.includes('&') && operator !== '&>' && operator !== '&>>' && /^(\d+|-)$/.test(target.raw)) return;
    const mode =
      operator === '<' || operator === '<&'
        ? 'read'
        : operator === '<>'
          ? 'both'
          : operator.includes('>>')
            ? 'append'
            : 'write';
    into.push({ mode, target });
  }

  #heredoc(node: SyntaxNode): { text: string | null; raw?: string } {
    const body = node.children.find(child => child.type === 'heredoc_body');
    const start = node.children.find(child => child.type === 'heredoc_start');
    if (body === undefined || start === undefined) return { text: null };
    const quoted = /['"\\]/.test(textOf(this.#tree, start));
    const text = textOf(this.#tree, body);
    return quoted || !/[$`\\]/.test(text) ? { text } : { text: null, raw: text };
  }

  #hereString(node: SyntaxNode, scope: Scope): Stdin {
    const value = node.children.find(child => child.named);
    if (value === undefined) return { type: 'text', text: null };
    this.#substitutions(value, scope);
    return { type: 'text', text: decode(this.#tree, value, scope.variables)[0]?.text ?? null };
  }

  #assign(node: SyntaxNode, scope: Scope): void {
    const { name, value } = this.#assignment(node, scope);
    scope.variables.set(name, value.text);
    this.assignments.push({ name, value });
  }

  #assignment(node: SyntaxNode, scope: Scope): { name: string; value: Word } {
    const name = node.children.find(child => child.type === 'variable_name' || child.type === 'subscript');
    const value = node.children.find(child => child.field === 'value');
    if (value !== undefined) this.#substitutions(value, scope);
    const append = node.children.some(child => child.type === '+=');
    const word = value === undefined ? literal('') : (decode(this.#tree, value, scope.variables)[0] ?? literal(''));
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

  #command(node: SyntaxNode, scope: Scope, stdin: Stdin, redirects: Redirect[], _joint = ';'): void {
    const env: Invocation['env'] = [];
    const args: Word[] = [];
    let name: Word | null = null;
    let input = stdin;
    const own = [...redirects];
    if (node.type === 'test_command') name = literal('test');
    for (const child of node.children) {
      switch (child.type) {
        case 'variable_assignment':
          if (name === null) env.push(this.#assignment(child, scope));
          else args.push({ ...literal(textOf(this.#tree, child)) });
          break;
        case 'file_redirect':
          this.#fileRedirect(child, scope, own);
          break;
        case 'herestring_redirect':
          input = this.#hereString(child, scope);
          break;
        case 'heredoc_redirect':
          input = { type: 'text', ...this.#heredoc(child) };
          break;
        default: {
          if (node.type === 'test_command') {
            this.#substitutions(child, scope);
            break;
          }
          if (node.type === 'declaration_command' && name === null && !child.named) {
            name = literal(child.type);
            break;
          }
          if (node.type === 'unset_command' && name === null && !child.named) {
            name = literal(child.type);
            break;
          }
          if (!child.named && child.type !== '$' && child.type !== '==' && child.type !== '=~') break;
          this.#substitutions(child, scope);
          const words = decode(this.#tree, child, scope.variables);
          if (name !== null) args.push(...words);
          else {
            name = words[0] ?? literal('');
            args.push(...words.slice(1));
          }
        }
      }
    }
    if (name === null) {
      if (own.length > 0) this.#add(literal(':'), [], env, own, input, scope);
      return;
    }
    this.#add(name, args, env, own, input, scope);
    this.#afterwards(name, args, env, scope);
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

  /** What a builtin leaves behind for the commands after it. */
  #afterwards(name: Word, args: readonly Word[], env: Invocation['env'], scope: Scope): void {
    const builtin = name.text === 'builtin' || name.text === 'command' ? args[0]?.text : name.text;
    switch (builtin) {
      case 'cd':
      case 'pushd':
      case 'popd': {
        const operands = (builtin === name.text ? args : args.slice(1)).filter(
          arg => !/^-[LPe@]+$/.test(arg.text ?? ''),
        );
        const moved = builtin === 'popd' ? null : move(scope.directories, operands, scope.variables, env);
        scope.directories = moved;
        scope.variables.set('OLDPWD', null);
        scope.variables.set('PWD', moved?.length === 1 ? (moved[0] ?? null) : null);
        return;
      }
      case 'read':
      case 'mapfile':
      case 'readarray':
      case 'getopts':
      case 'printf':
      case 'unset':
        for (const arg of args) if (arg.text !== null) scope.variables.set(arg.text, null);
        return;
      case 'export':
      case 'declare':
      case 'typeset':
      case 'local':
      case 'readonly':
        for (const arg of args) {
          const [, variable, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(arg.text ?? '') ?? [];
          if (variable !== undefined) {
            const known = /[$`\\'"]/.test(value ?? '') ? null : (value ?? '');
            scope.variables.set(variable, known);
            this.assignments.push({ name: variable, value: { ...literal(value ?? ''), text: known } });
          }
        }
        return;
      case 'alias':
        for (const arg of args) {
          const alias = /^([^=]+)=/.exec(arg.prefix)?.[1];
          if (alias !== undefined) this.defined.add(alias);
        }
        return;
      default:
        return;
    }
  }
}

function hasBackground(node: SyntaxNode): boolean {
  return node.children.some(child => child.type === '&' || hasBackground(child));
}

function move(
  from: Directories,
  operands: readonly Word[],
  variables: ReadonlyMap<string, string | null>,
  env: Invocation['env'],
): Directories {
  const [target] = operands;
  // CDPATH would make a relative name mean another folder.
  if (env.some(each => each.name === 'CDPATH') || variables.has('CDPATH')) return null;
  if (target === undefined) return single(variables.get('HOME') ?? null);
  if (target.text === null || target.glob || target.text === '-' || operands.length > 1) return null;
  const to = target.text;
  if (posix.isAbsolute(to)) return [posix.normalize(to)];
  return from === null ? null : from.map(directory => posix.join(directory, to));
}

function single(path: string | null): Directories {
  return path === null ? null : [path];
}

function union(a: Directories, b: Directories): Directories {
  if (a === null || b === null) return null;
  const all = [...new Set([...a, ...b])];
  return all.length > maxDirectories ? null : all;
}
