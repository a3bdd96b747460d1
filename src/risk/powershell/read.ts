import { posix } from 'node:path';
import type { Start } from '../shell/read.ts';
import type { Directories, Invocation, Redirect, Script, Stdin } from '../shell/script.ts';
import { type Parse, type SyntaxNode, type SyntaxTree, textOf, unparsed } from '../shell/tree.ts';
import { literal, type Word } from '../shell/word.ts';
import { isCmdlet, isLikeCmdlet } from './cmdlets.ts';
import { alsoPrograms, resolveName } from './names.ts';
import { attached, grouped, nameOf } from './parameters.ts';
import { portable } from './places.ts';
import { roughly } from './rough.ts';
import { misread, obscurities } from './strict.ts';
import { assignments, isPlainValue, setsVariables } from './variables.ts';
import { bare, decode, homed, unknown, variableName } from './word.ts';

/** PowerShell text → the commands and programs that it runs, like `readScript`. Pure; a tree with gaps is read roughly, too. */
export function readPowershell(parse: Parse, text: string, start: Start): Script {
  try {
    return readTree(parsed(parse, text), start);
  } catch (error) {
    // Chained casts and operators nest without a bracket.
    if (!(error instanceof RangeError)) throw error;
    return readTree(unparsed(text), start);
  }
}

function readTree(tree: SyntaxTree, start: Start): Script {
  const { text } = tree;
  const reader = new Reader(tree, start);
  reader.visit(tree.root);
  const obscure = new Set(obscurities(tree));
  if (misread(tree)) for (const words of roughly(text, reader.values)) reader.rough(words);
  for (const code of reader.obscure) obscure.add(code);
  const { invocations, assignments, defined } = reader;
  return { invocations, assignments, defined, obscure: [...obscure], bombs: [] };
}

/** Blocks that run later, several times or not at all. */
const nested = /^(script_block|statement_block|function_statement|class_statement|foreach_command|switch_body)$/;
const moves = /\b(cd|chdir|sl|pushd|popd|set-location|push-location|pop-location)\b/i;
/** Brackets within brackets, and characters in all. */
const maxNested = 50;
const maxParsed = 64 * 1024;
/** More folders than this are as good as unknown. */
const maxDirectories = 16;
/** Commands that run text, or give names another meaning. */
const evaluating =
  /^(invoke-expression|add-type|(set|new|import)-alias|invoke-history|new-module|set-psbreakpoint|update-typedata)$/;

/** Where text is nested deeper than the stack, or longer than anybody writes, the grammar is not asked. */
function parsed(parse: Parse, text: string): SyntaxTree {
  let depth = 0;
  for (const mark of text.matchAll(/[({[]|[)}\]]/g)) {
    depth += /[({[]/.test(mark[0]) ? 1 : -1;
    if (depth > maxNested) return unparsed(text);
  }
  return text.length > maxParsed ? unparsed(text) : parse(text);
}

class Reader {
  readonly invocations: Invocation[] = [];
  readonly assignments: Script['assignments'] = [];
  readonly defined = new Set<string>();
  readonly obscure = new Set<string>();
  readonly values = new Map<string, string>();
  readonly #tree: SyntaxTree;
  readonly #assigned = new Set<string>();
  readonly #traced: boolean;
  #directories: Directories;
  #depth = 0;

  constructor(tree: SyntaxTree, { directory, home }: Start) {
    this.#tree = tree;
    this.#directories = [directory];
    this.#traced = !setsVariables.test(tree.text);
    for (const name of ['home', 'env:home', 'env:userprofile']) this.values.set(name, home);
    this.values.set('pwd', directory);
    this.values.set('profile', `${home}/.config/powershell/Microsoft.PowerShell_profile.ps1`);
    for (const [name, value] of [
      ['null', ''],
      ['true', 'True'],
      ['false', 'False'],
    ] as const)
      this.values.set(name, value);
    for (const [name, times] of assignments(tree)) {
      this.values.delete(name);
      if (times === 1) this.#assigned.add(name);
    }
  }

  visit(node: SyntaxNode): void {
    switch (node.type) {
      case 'pipeline_chain':
        return this.#chain(node);
      case 'command':
        this.#command(node, { type: 'pipe', from: null });
        return;
      case 'assignment_expression':
        return this.#assign(node);
      case 'invokation_expression':
        return this.#member(node);
      case 'function_statement': {
        const name = node.children.find(child => child.type === 'function_name');
        if (name !== undefined) this.defined.add(this.#text(name));
        return this.#inside(node);
      }
      default:
        return nested.test(node.type) ? this.#inside(node) : this.#each(node);
    }
  }

  /** A statement of text that the grammar could not read. */
  rough(words: readonly Word[]): void {
    const at = words.findIndex(
      word => !/^(&|\.|if|elseif|else|foreach|for|while|do|switch|return|try|catch|finally|in|=)$/i.test(word.raw),
    );
    const [name, ...args] = at < 0 ? [] : words.slice(at);
    const called = /^[&.]$/.test(words[at - 1]?.raw ?? '');
    // An expression begins with a variable, a string, a number, a type, an operator or a member's name.
    if (name !== undefined && (called || !/^([$"'\d[@,+*=!-]|\.\w)/.test(name.raw)))
      this.#add(name, grouped(args), [], { type: 'pipe', from: null });
  }

  #each(node: SyntaxNode): void {
    for (const child of node.children) this.visit(child);
  }

  /** Where it stands after a block is not known if the block goes somewhere. */
  #inside(node: SyntaxNode): void {
    if (moves.test(this.#text(node))) this.#directories = null;
    this.#depth++;
    this.#each(node);
    this.#depth--;
  }

  #chain(node: SyntaxNode): void {
    let stdin: Stdin = { type: 'inherited' };
    let last: Invocation | undefined;
    for (const child of node.children) {
      if (!child.named) continue;
      if (child.type === 'redirections') {
        const redirects = this.#redirects(child);
        if (last === undefined) this.#push(literal(':'), [], redirects, stdin);
        else last.redirects.push(...redirects);
        continue;
      }
      const before = this.invocations.length;
      if (child.type === 'command') last = this.#command(child, stdin);
      else {
        this.visit(child);
        const [value, ...more] = decode(this.#tree, child, this.values);
        last = undefined;
        if (value !== undefined && value.text !== null && more.length === 0 && this.invocations.length === before) {
          stdin = { type: 'text', text: value.text };
          continue;
        }
      }
      stdin = { type: 'pipe', from: last ?? null };
    }
  }

  #command(node: SyntaxNode, stdin: Stdin): Invocation | undefined {
    const redirects: Redirect[] = [];
    const words: Word[][] = [];
    let name: Word | undefined;
    let operator = '';
    let joins = true;
    let colon = false;
    const take = (child: SyntaxNode): void => {
      if (child.type === 'command_argument_sep') {
        const text = this.#text(child);
        colon ||= text === ':';
        joins = text === '';
        return;
      }
      if (child.type === 'redirection') {
        redirects.push(...this.#redirects(child));
        return;
      }
      const raw = this.#text(child);
      const misreadRedirect = child.type === 'generic_token' ? /^[^>]*?(>>?)(&\d)?(.*)$/s.exec(raw) : null;
      if (misreadRedirect !== null) {
        const target = bare(misreadRedirect[3] ?? '', this.values);
        if (misreadRedirect[2] === undefined && !/^(\$null)?$/i.test(target.raw))
          redirects.push({ mode: 'write', target });
        else if (target.raw === '' && misreadRedirect[2] === undefined) this.obscure.add('shell.misread');
        return;
      }
      if (child.type === 'stop_parsing') this.obscure.add('powershell.construct');
      this.#each(child);
      const last = words.at(-1);
      const list = raw.startsWith(',') && child.type === 'generic_token';
      const values = list
        ? raw
            .slice(1)
            .split(',')
            .map(each => bare(each, this.values))
        : raw.includes(',') && child.type === 'generic_token'
          ? raw.split(',').map(each => bare(each, this.values))
          : child.type === 'command_parameter'
            ? [{ ...literal(raw.replaceAll('`', '')), raw }]
            : decode(this.#tree, child, this.values).map(word => this.#homed(word));
      if (list && last !== undefined) last.push(...values);
      else if (colon && last?.[0] !== undefined) words.splice(-1, 1, attached(last[0], values));
      else if (joins && last !== undefined) {
        this.obscure.add('shell.misread');
        words.push([unknown(raw, '', true)]);
      } else words.push(values);
      colon = false;
      joins = true;
    };
    for (const child of node.children) {
      if (child.type === 'command_invokation_operator') operator = this.#text(child);
      else if (child.type === 'command_name_expr') {
        const [inner] = child.children;
        if (inner?.type === 'script_block_expression') {
          // `& { … }`: what it runs is read where it stands.
          this.visit(inner);
          continue;
        }
        this.#each(child);
        name =
          inner === undefined ? undefined : (decode(this.#tree, inner, this.values)[0] ?? unknown(this.#text(inner)));
        if (inner !== undefined && inner.type === 'path_command_name') name = this.#variableName(inner);
      } else if (child.field === 'command_name') {
        // `ls>file` is one name to the grammar.
        const [plain = '', ...files] = this.#text(child).split(/\d?>+/);
        name = nameOf(plain);
        for (const file of files) redirects.push({ mode: 'write', target: bare(file, this.values) });
      } else if (child.type === 'foreach_command') {
        name = literal('ForEach-Object');
        for (const inner of child.children) if (inner.named) this.visit(inner);
      } else if (child.type === 'command_elements') {
        joins = false;
        for (const inner of child.children) take(inner);
      } else if (child.named) take(child);
    }
    if (name === undefined) {
      if (redirects.length > 0) this.#push(literal(':'), [], redirects, stdin);
      return undefined;
    }
    if (operator === '.' && name.text !== null && !/[\\/]/.test(name.text) && /\.ps1$/i.test(name.text))
      name = { ...name, text: `./${name.text}`, prefix: `./${name.text}` };
    return this.#add(name, words, redirects, stdin);
  }

  /** PowerShell's own commands take `~` for the home folder wherever it comes from, also from quotes and variables. */
  #homed(word: Word): Word {
    const text = word.text === null ? null : homed(word.text, this.values);
    return { ...word, text, prefix: homed(word.prefix, this.values) };
  }

  #variableName(node: SyntaxNode): Word {
    const raw = this.#text(node);
    const value = this.values.get(variableName(raw) ?? '');
    return value === undefined ? unknown(raw) : { ...literal(value), raw };
  }

  #add(name: Word, words: Word[][], redirects: Redirect[], stdin: Stdin): Invocation {
    const path = name.text === null ? name : { ...name, text: portable(name.text), prefix: portable(name.text) };
    const cmdlet = resolveName(name.text ?? '');
    const args = words.flat();
    if (!isCmdlet(cmdlet)) {
      // A command of a module, or a program of that name.
      if (isLikeCmdlet(cmdlet)) this.#push(name, args, [], stdin, { name: cmdlet, args: words });
      return this.#push(path, args, redirects, stdin);
    }
    if (evaluating.test(cmdlet)) this.obscure.add('shell.evaluates');
    const program = (name.text ?? '').toLowerCase();
    if (alsoPrograms.has(program)) this.#push({ ...path, text: program, prefix: program }, args, redirects, stdin);
    const own = this.#push(name, args, redirects, stdin, { name: cmdlet, args: words });
    this.#goes(cmdlet, words);
    return own;
  }

  #push(name: Word, args: Word[], redirects: Redirect[], stdin: Stdin, cmdlet?: Invocation['cmdlet']): Invocation {
    const directories = this.#directories;
    const own = cmdlet === undefined ? {} : { cmdlet };
    const invocation: Invocation = { name, args, env: [], redirects: [...redirects], stdin, directories, ...own };
    this.invocations.push(invocation);
    return invocation;
  }

  /** PowerShell goes on where a command failed: it may stand here or there. */
  #goes(cmdlet: string, words: readonly (readonly Word[])[]): void {
    if (!/^(set|push|pop)-location$/.test(cmdlet)) return;
    const target = words.flat().find(word => word.text === null || !/^-[a-z]/i.test(word.raw))?.text ?? null;
    this.values.delete('pwd');
    if (
      this.#depth > 0 ||
      cmdlet === 'pop-location' ||
      target === null ||
      /^(-|\+)$|^\w+:/.test(target) ||
      words.length > 2
    )
      this.#directories = null;
    else {
      const to = portable(target);
      const there = this.#directories?.map(from => posix.resolve(from, to));
      const both = there === undefined ? null : [...new Set([...there, ...(this.#directories ?? [])])];
      this.#directories = both !== null && both.length > maxDirectories ? null : both;
    }
  }

  #assign(node: SyntaxNode): void {
    const [left] = node.children;
    const value = node.children.find(child => child.field === 'value');
    if (value !== undefined) this.visit(value);
    if (left !== undefined) this.#each(left);
    const name = left === undefined ? null : variableName(this.#text(left));
    const words = value === undefined ? [] : decode(this.#tree, value, this.values);
    const word = words.length === 1 ? words[0] : undefined;
    const operator = node.children.find(child => child.type === 'assignement_operator');
    const sets = operator !== undefined && this.#text(operator) === '=';
    // A function, an alias, a property, or what PowerShell itself goes by.
    if (name === null || /^(psdefaultparametervalues|executioncontext|psmoduleautoloadingpreference)$/.test(name))
      this.obscure.add('powershell.construct');
    if (name?.startsWith('env:')) {
      const written = this.#text(left ?? node).replace(/^\$\{?env:|\}$/gi, '');
      this.assignments.push({
        name: written,
        value: sets && word !== undefined ? word : unknown(value === undefined ? '' : this.#text(value)),
      });
      this.values.delete(name);
    } else if (name !== null) {
      const once = this.#traced && this.#depth === 0 && this.#assigned.has(name);
      if (once && word !== undefined && word.text !== null && isPlainValue(value)) this.values.set(name, word.text);
      else this.values.delete(name);
    }
  }

  /** `[Type]::Method(…)`, `$x.Method(…)`: as a command by that name, in lower case. */
  #member(node: SyntaxNode): void {
    this.#each(node);
    const [on] = node.children;
    const member = node.children.find(child => child.type === 'member_name');
    const list = node.children.find(child => child.type === 'argument_list');
    const isStatic = node.children.some(child => child.type === '::');
    const method = member === undefined ? null : this.#text(member).replace(/^(['"])(.*)\1$/, '$2');
    const known = method !== null && /^\w+$/.test(method);
    const type = isStatic && on !== undefined ? this.#text(on).replace(/^\[(system\.)?|\]$/gi, '') : '';
    const args: Word[][] = [];
    const collect = (each: SyntaxNode): void => {
      if (each.type === 'argument_expression') args.push(decode(this.#tree, each, this.values));
      else for (const child of each.children) collect(child);
    };
    if (list !== undefined) collect(list);
    const written = `${isStatic ? `[${type}]::` : '.'}${known ? method : '?'}`;
    this.#push(
      { ...literal(written), raw: written },
      args.flat(),
      [],
      { type: 'inherited' },
      {
        name: written.toLowerCase(),
        args,
      },
    );
  }

  #redirects(node: SyntaxNode): Redirect[] {
    if (node.type === 'redirections') return node.children.flatMap(child => this.#redirects(child));
    const target = node.children.find(child => child.type === 'redirected_file_name');
    const operator = node.children.find(child => child.type === 'file_redirection_operator');
    const file = target?.children.find(child => child.named && child.type !== 'command_argument_sep');
    if (file === undefined || operator === undefined) return [];
    this.visit(file);
    const [word = unknown(this.#text(file))] = decode(this.#tree, file, this.values);
    if (/^\$null$/i.test(word.raw)) return [];
    const text = word.text === null ? null : portable(word.text);
    const path = { ...word, text, prefix: portable(word.prefix) };
    return [{ mode: this.#text(operator).includes('>>') ? 'append' : 'write', target: path }];
  }

  #text(node: SyntaxNode): string {
    return textOf(this.#tree, node);
  }
}
