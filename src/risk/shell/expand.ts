import type { Claim, ClaimOf, Language } from '../claim.ts';
import { inspectCode } from '../code.ts';
import type { Facts, Want } from '../facts.ts';
import type { Powershell } from '../powershell/powershell.ts';
import { Budget } from './budget.ts';
import { claimsUnexported, environmentClaims } from './environment.ts';
import type { Following, Part } from './follow/following.ts';
import { load, script } from './follow/scripts.ts';
import { task } from './follow/tasks.ts';
import { installedProgram, tool } from './follow/tools.ts';
import { within } from './follow/where.ts';
import { lookUp, programName } from './lookup.ts';
import { holdsFetched, isFetched } from './output.ts';
import { readScript } from './read.ts';
import type { Invocation, Redirect, Script, Stdin } from './script.ts';
import { claimsOf } from './sort.ts';
import { claimed, note, type ProgramTable } from './spec.ts';
import { type Parse, unparsed } from './tree.ts';
import { weakening } from './weakens.ts';
import { literal, type Word } from './word.ts';

export type { Part } from './follow/following.ts';

export interface Expansion {
  parts: Part[];
  /** Why the text is not fully understood; empty where it is. */
  obscure: string[];
  wants: Want[];
}

export interface Expander {
  parse: Parse;
  /** Without it, PowerShell's text is judged by the verbs in it. */
  powershell?: Powershell;
  table: ProgramTable;
  facts: Facts;
}

/** Wrappers within wrappers, and programs in all: beyond these nobody writes by hand. */
const maxDepth = 8;
const maxParts = 300;
/** A longer text is not read at all. */
const maxText = 200_000;

/** Command text → every program that will run, wrappers, scripts and tasks looked through. */
export function expandCommand(expander: Expander, text: string, directory: string): Expansion {
  const run = new Expanding(expander);
  run.read(text, { directory, depth: 0 });
  return { parts: run.parts, obscure: [...run.obscure], wants: [...run.wants.values()] };
}

interface At {
  directory: string;
  depth: number;
  stdin?: Stdin;
  /** A file that the project holds: branches and loops are no reason to doubt it. */
  project?: boolean;
}

/** What a project's own script may have and still be understood: all but text that the grammar could not read. */
const doubtsInProject = new Set(['shell.unparsable', 'shell.tooLong', 'shell.tooMuch']);

class Expanding implements Following {
  readonly parse: Parse;
  readonly #powershell: Powershell | undefined;
  readonly #budget = new Budget();
  readonly table: ProgramTable;
  readonly facts: Facts;
  readonly parts: Part[] = [];
  /** The part whose claims are being followed. */
  #from: number | null = null;
  readonly obscure = new Set<string>();
  readonly wants = new Map<string, Want>();
  readonly seen = new Set<string>();
  /** Texts of aliases, by the depth at which they hold and their name. */
  readonly #aliases = new Map<string, string>();

  constructor(expander: Expander) {
    // Texts are taken apart again where they lead on; after one that could not be parsed in time, none is.
    this.parse = text => {
      const tree = text.length <= maxText && this.#budget.spend(text.length) ? expander.parse(text) : unparsed(text);
      if (tree.root.type === 'ERROR' && tree.root.children.length === 0) this.#budget.spend(Infinity);
      if (this.#budget.isSpent) this.obscure.add('shell.tooMuch');
      return tree;
    };
    this.#powershell = expander.powershell;
    this.table = expander.table;
    this.facts = expander.facts;
  }

  read(text: string, at: At): Script {
    const script = readScript(this.parse, text, {
      directory: at.directory,
      home: this.facts.home,
      budget: this.#budget,
      ...(at.stdin === undefined ? {} : { stdin: at.stdin }),
    });
    for (const code of script.obscure) if (at.project !== true || doubtsInProject.has(code)) this.obscure.add(code);
    for (const each of script.assignments) {
      const claims = each.unexported === true ? claimsUnexported(each) : environmentClaims([each]);
      // A loop's own variable is no program beside those of the loop.
      if (each.unexported === true && claims.length === 0) continue;
      this.follow(this.#own('export', blank(at.directory), []), claims, at.depth);
    }
    for (const name of script.bombs)
      this.#own(name, blank(at.directory), [claimed(note('critical', 'process-control', 'shell.forkBomb'), { name })]);
    for (const invocation of script.invocations)
      this.invocation(invocation, at.depth, script.defined, at.project === true);
    return script;
  }

  invocation(
    invocation: Invocation,
    depth: number,
    defined: ReadonlySet<string> = new Set(),
    project: boolean = false,
  ): void {
    if (depth > maxDepth || this.parts.length >= maxParts) {
      this.obscure.add('shell.tooDeep');
      return;
    }
    const name = invocation.name.text;
    const claims = [...environmentClaims(setFor(invocation, defined)), ...invocation.redirects.flatMap(redirectClaims)];
    if (name === null) {
      const fetched = holdsFetched(this.parse, invocation.name.raw);
      const tier = fetched ? 'critical' : project ? 'medium' : 'high';
      const code = fetched ? 'shell.fetched' : 'program.unknownName';
      this.#own('', invocation, [...claims, claimed(note(tier, fetched ? 'download' : 'obscure', code))]);
      return;
    }
    if (invocation.cmdlet !== undefined) {
      const part = this.#own(name, invocation, []);
      const outer = this.#from;
      this.#from = this.parts.length - 1;
      this.follow(part, [...claims, ...(this.#powershell?.claims(invocation, defined) ?? [])], depth);
      this.#from = outer;
      return;
    }
    const installed = name.includes('/') ? installedProgram(this, invocation) : null;
    const program = installed ?? programName(name);
    if (/[^\x21-\x7e]/.test(name)) claims.push(claimed(note('high', 'obscure', 'program.oddName'), { program }));
    const trusted = !name.includes('/') || installed !== null;
    const spec = trusted ? lookUp(this.table, program) : undefined;
    if (spec !== undefined) claims.push(...claimsOf(program, spec, invocation));
    else if (!trusted) claims.push({ does: 'script', path: invocation.name, language: null });
    else if (!defined.has(name))
      claims.push(claimed(note('medium', 'unknown-program', 'program.unknown'), { program }));
    claims.push(...this.#aliased(invocation, depth));
    if (!project) claims.push(...weakening(program, invocation, claims, path => this.text(path)));
    const part = this.#own(program, invocation, []);
    const outer = this.#from;
    this.#from = this.parts.length - 1;
    // What a script of the project reads by a variable is no news to the project.
    this.follow(part, project ? claims.filter(claim => !readsUnnamed(claim)) : claims, depth);
    this.#from = outer;
  }

  /**
   * What an alias of this text makes of the name. Beside what the name means by itself: a shell that is not interactive does
   * not replace aliases, and a function may be defined too late, in a branch not taken, or in a subshell.
   */
  #aliased(invocation: Invocation, depth: number): Claim[] {
    const name = invocation.name.text ?? '';
    if (name === 'alias')
      for (const arg of invocation.args) {
        const [, alias, text] = /^([^=]+)=(.*)$/s.exec(arg.text ?? '') ?? [];
        if (alias !== undefined && text !== undefined) this.#aliases.set(`${depth} ${alias}`, text);
      }
    const text = this.#aliases.get(`${depth} ${name}`);
    if (text === undefined) return [];
    return [{ does: 'shell', text: literal([text, ...invocation.args.map(arg => arg.raw)].join(' ')) }];
  }

  /** Keeps the claims that are facts of this part and follows those that lead on. */
  follow(part: Part, claims: readonly Claim[], depth: number): void {
    const { invocation } = part;
    for (const claim of claims) {
      switch (claim.does) {
        case 'run':
          this.start(claim, invocation, depth);
          break;
        case 'tool':
          tool(this, claim, part, depth);
          break;
        case 'shell':
          this.#shell(claim, part, depth);
          break;
        case 'code':
          this.#code(claim, part, depth);
          break;
        case 'script':
          script(this, claim, invocation, part, depth);
          break;
        case 'task':
          task(this, claim, invocation, part, depth);
          break;
        case 'load':
          load(this, claim, invocation, part);
          break;
        case 'read':
        case 'write':
        case 'delete':
        case 'value':
        case 'net':
        case 'note':
          part.claims.push(claim);
          break;
      }
    }
  }

  #own(program: string, invocation: Invocation, claims: Claim[]): Part {
    const part = { program, invocation, claims, from: this.#from };
    this.parts.push(part);
    return part;
  }

  start(claim: ClaimOf<'run'>, from: Invocation, depth: number): void {
    const [name, ...args] = claim.argv;
    if (name === undefined) return;
    const directories = claim.directory === undefined ? from.directories : within(from.directories, claim.directory);
    const stdin: Stdin = claim.stdinArgs === true ? { type: 'text', text: '' } : from.stdin;
    this.invocation({ name, args, env: claim.env ?? [], redirects: [], stdin, directories }, depth + 1);
  }

  #shell({ text, directory }: ClaimOf<'shell'>, part: Part, depth: number): void {
    if (text.text === null) {
      const { stdin: input } = part.invocation;
      const fetched =
        holdsFetched(this.parse, text.raw) || (input.type === 'pipe' && input.from !== null && isFetched(input.from));
      part.claims.push(
        claimed(fetched ? note('critical', 'download', 'shell.fetched') : note('high', 'obscure', 'shell.textUnknown')),
      );
      this.obscure.add('shell.textUnknown');
      return;
    }
    const { directories, stdin } = part.invocation;
    const at = directory === undefined ? directories : within(directories, directory);
    this.nested(text.text, { directories: at, stdin }, depth);
  }

  nested(text: string, from: Pick<Invocation, 'directories' | 'stdin'>, depth: number, project = false): void {
    if (depth >= maxDepth) {
      this.obscure.add('shell.tooDeep');
      return;
    }
    const [directory] = from.directories ?? [];
    if (directory === undefined) this.obscure.add('shell.directoryUnknown');
    const at = { directory: directory ?? this.facts.root, depth: depth + 1, stdin: from.stdin };
    this.read(text, { ...at, project });
  }

  #code(claim: ClaimOf<'code'>, part: Part, depth: number): void {
    if (claim.language === 'shell') return this.#shell({ does: 'shell', text: claim.text ?? unknownText }, part, depth);
    const known = claim.text?.text ?? null;
    if (known !== null) return this.inspected(claim.language, known, 'inline', part, depth);
    const raw = claim.text?.raw ?? '';
    const fetched = holdsFetched(this.parse, raw);
    part.claims.push(
      claimed(fetched ? note('critical', 'download', 'shell.fetched') : note('medium', 'obscure', 'code.textUnknown')),
    );
    // What is written is read all the same: the unknown part stands inside it.
    this.inspected(claim.language, raw.replace(/^"([\s\S]*)"$/, '$1'), 'inline', part, depth);
  }

  inspected(language: Language, text: string, where: 'inline' | 'file', part: Part, depth: number): void {
    if (depth >= maxDepth) {
      this.obscure.add('shell.tooDeep');
      return;
    }
    if (language === 'powershell' && this.#powershell !== undefined)
      return this.#inPowershell(this.#powershell, text, where, part, depth);
    this.follow(part, inspectCode(language, text, where, this.facts.home), depth + 1);
  }

  #inPowershell(language: Powershell, text: string, where: 'inline' | 'file', part: Part, depth: number): void {
    const { directories, stdin } = part.invocation;
    const [directory] = directories ?? [];
    if (directory === undefined) this.obscure.add('shell.directoryUnknown');
    const start = { directory: directory ?? this.facts.root, home: this.facts.home, stdin };
    const script = language.read(text, start);
    const doubts = script.obscure.filter(code => where === 'inline' || doubtsInProject.has(code));
    for (const code of doubts) this.obscure.add(code);
    // What the tree may hide, the words may show.
    if (doubts.length > 0) this.follow(part, inspectCode('powershell', text, where, this.facts.home), depth + 1);
    this.follow(part, environmentClaims(script.assignments), depth + 1);
    for (const invocation of script.invocations)
      this.invocation(invocation, depth + 1, script.defined, where === 'file');
  }

  text(path: string): string | null {
    const text = this.facts.text(path);
    if (text === undefined) this.wants.set(`text ${path}`, { about: 'text', path });
    return text ?? null;
  }

  path(path: string) {
    const fact = this.facts.path(path);
    if (fact === undefined) this.wants.set(`path ${path}`, { about: 'path', path });
    return fact;
  }
}

const unknownText: Word = { raw: '', text: null, prefix: '', glob: false, splits: false };

function readsUnnamed(claim: Claim): boolean {
  return claim.does === 'read' && claim.path.text === null && claim.path.prefix === '';
}

function blank(directory: string): Invocation {
  return {
    name: literal('export'),
    args: [],
    env: [],
    redirects: [],
    stdin: { type: 'inherited' },
    directories: [directory],
  };
}

function redirectClaims(redirect: Redirect): Claim[] {
  const path = redirect.target;
  const socket = /^\/dev\/(?:tcp|udp)\/([^/]*)\/?(\d*)/.exec(path.text ?? path.prefix);
  if (socket !== null)
    return [
      { does: 'net', host: path.text === null ? null : (socket[1] ?? null), send: true },
      claimed(note('high', 'unusual-network', 'network.shellSocket')),
    ];
  switch (redirect.mode) {
    case 'read':
      return [{ does: 'read', path }];
    case 'write':
      return [{ does: 'write', path }];
    case 'append':
      return [{ does: 'write', path, append: true }];
    case 'both':
      return [
        { does: 'read', path },
        { does: 'write', path, append: true },
      ];
  }
}

/**
 * What is set for the command. `IFS= read -r line` says how `read` takes a line apart, and nothing to any program; a
 * function of that name would split its own words by it.
 */
function setFor({ name, env }: Invocation, defined: ReadonlySet<string>): Invocation['env'] {
  return name.text === 'read' && !defined.has('read') ? env.filter(({ name }) => name !== 'IFS') : env;
}
