import { posix } from 'node:path';
import type { Claim, ClaimOf } from '../claim.ts';
import { inspectCode, languageOf } from '../code.ts';
import type { Facts, Want } from '../facts.ts';
import { environmentClaims } from './environment.ts';
import { nameClaims } from './named.ts';
import { readScript } from './read.ts';
import type { Directories, Invocation, Redirect, Script } from './script.ts';
import { claimsOf } from './sort.ts';
import { claimed, note, type ProgramTable } from './spec.ts';
import type { Parse } from './tree.ts';
import { literal, type Word } from './word.ts';

/** One program that will run, with what it would do. Claims that led to further programs were replaced by those. */
export interface Part {
  program: string;
  invocation: Invocation;
  claims: Claim[];
}

export interface Expansion {
  parts: Part[];
  /** Why the text is not fully understood; empty where it is. */
  obscure: string[];
  wants: Want[];
}

export interface Expander {
  parse: Parse;
  table: ProgramTable;
  facts: Facts;
}

/** Wrappers within wrappers, and programs in all: beyond these nobody writes by hand. */
const maxDepth = 8;
const maxParts = 300;

/** Where programs live that the system's owner installed; a program named by such a path is what its name says. */
const systemFolders = ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** Command text → every program that will run, wrappers, scripts and tasks looked through. */
export function expandCommand(expander: Expander, text: string, directory: string): Expansion {
  const run = new Expanding(expander);
  run.text(text, { directory, depth: 0 });
  return { parts: run.parts, obscure: [...run.obscure], wants: [...run.wants.values()] };
}

/** Where installations put a project's tools. */
const toolFolder = /\/(node_modules\/\.bin|vendor\/bin|\.?venv\/(bin|Scripts))$/;

interface At {
  directory: string;
  depth: number;
}

class Expanding {
  readonly parts: Part[] = [];
  readonly obscure = new Set<string>();
  readonly wants = new Map<string, Want>();
  readonly #with: Expander;
  readonly #seen = new Set<string>();

  constructor(expander: Expander) {
    this.#with = expander;
  }

  text(text: string, at: At): Script {
    const script = readScript(this.#with.parse, text, { directory: at.directory, home: this.#with.facts.home });
    for (const code of script.obscure) this.obscure.add(code);
    for (const { name, value } of script.assignments)
      this.#own('export', blank(at.directory), environmentClaims([{ name, value }]));
    for (const invocation of script.invocations) this.invocation(invocation, at.depth, script.defined);
    return script;
  }

  invocation(invocation: Invocation, depth: number, defined: ReadonlySet<string> = new Set()): void {
    if (depth > maxDepth || this.parts.length >= maxParts) {
      this.obscure.add('shell.tooDeep');
      return;
    }
    const claims = [...environmentClaims(invocation.env), ...invocation.redirects.flatMap(redirectClaims)];
    const name = invocation.name.text;
    if (name === null) {
      this.#own('', invocation, [...claims, claimed(note('high', 'obscure', 'program.unknownName'))]);
      return;
    }
    if (defined.has(name)) {
      this.#own(name, invocation, claims);
      return;
    }
    const byPath = name.includes('/');
    const installed = byPath ? this.#installed(invocation) : null;
    const program = installed ?? programName(name);
    const trusted = !byPath || installed !== null || systemFolders.includes(posix.dirname(name));
    const spec = trusted && Object.hasOwn(this.#with.table, program) ? this.#with.table[program] : undefined;
    if (spec !== undefined) claims.push(...claimsOf(program, spec, invocation));
    else if (byPath && !trusted) claims.push({ does: 'script', path: invocation.name, language: null });
    else claims.push(claimed(note('medium', 'unknown-program', 'program.unknown'), { program }));
    this.#take(program, invocation, claims, depth);
  }

  /** Keeps the claims that are facts of this part and follows those that lead on. */
  #take(program: string, invocation: Invocation, claims: readonly Claim[], depth: number): void {
    const part = this.#own(program, invocation, []);
    for (const claim of claims) {
      switch (claim.does) {
        case 'run':
          this.#run(claim, invocation, depth);
          break;
        case 'shell':
          this.#shell(claim, invocation, part, depth);
          break;
        case 'code':
          part.claims.push(...this.#code(claim, invocation, depth));
          break;
        case 'script':
          this.#script(claim, invocation, part, depth);
          break;
        case 'task':
          this.#task(claim, invocation, part, depth);
          break;
        case 'read':
        case 'write':
        case 'delete':
        case 'net':
        case 'note':
          part.claims.push(claim);
          break;
      }
    }
  }

  #own(program: string, invocation: Invocation, claims: Claim[]): Part {
    const part = { program, invocation, claims };
    this.parts.push(part);
    return part;
  }

  #run(claim: ClaimOf<'run'>, from: Invocation, depth: number): void {
    const [name, ...args] = claim.argv;
    if (name === undefined) return;
    const directories = claim.directory === undefined ? from.directories : within(from.directories, claim.directory);
    this.invocation({ name, args, env: claim.env ?? [], redirects: [], stdin: from.stdin, directories }, depth + 1);
  }

  #shell({ text, directory }: ClaimOf<'shell'>, from: Invocation, part: Part, depth: number): void {
    if (text.text === null) {
      part.claims.push(claimed(note('high', 'obscure', 'shell.textUnknown')));
      this.obscure.add('shell.textUnknown');
      return;
    }
    this.#nested(text.text, directory === undefined ? from.directories : within(from.directories, directory), depth);
  }

  #nested(text: string, directories: Directories, depth: number): void {
    if (depth >= maxDepth) {
      this.obscure.add('shell.tooDeep');
      return;
    }
    const [directory] = directories ?? [];
    if (directory === undefined) this.obscure.add('shell.directoryUnknown');
    this.text(text, { directory: directory ?? this.#with.facts.root, depth: depth + 1 });
  }

  #code(claim: ClaimOf<'code'>, from: Invocation, depth: number): Claim[] {
    if (claim.language === 'shell') {
      if (claim.text?.text == null) return [claimed(note('high', 'obscure', 'shell.textUnknown'))];
      this.#nested(claim.text.text, from.directories, depth);
      return [];
    }
    return inspectCode(claim.language, claim.text?.text ?? null);
  }

  /** A program file: what lies in the workspace is read and judged by its text, and runs as it was read. */
  #script(claim: ClaimOf<'script'>, from: Invocation, part: Part, depth: number): void {
    const path = absolute(claim.path, from.directories);
    if (path === null) {
      part.claims.push(claimed(note('medium', 'obscure', 'script.unknownPath')));
      return;
    }
    const place = this.#path(path);
    if (place !== undefined && !place.inside) {
      part.claims.push({ does: 'read', path: literal(path) });
      part.claims.push(claimed(note('high', 'outside-workspace', 'script.outside'), { path }));
      return;
    }
    const text = this.#with.facts.text(path);
    if (text === undefined) this.wants.set(`text ${path}`, { about: 'text', path });
    if (text === undefined || text === null) {
      part.claims.push(claimed(note('medium', 'unknown-program', 'script.unread'), { path }));
      return;
    }
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    const language = claim.language ?? languageOf(path, text);
    if (language === 'shell') this.#nested(text, from.directories, depth);
    else part.claims.push(...inspectCode(language, text, 'file'));
  }

  #task(claim: ClaimOf<'task'>, from: Invocation, part: Part, depth: number): void {
    const [base] =
      claim.directory === undefined ? (from.directories ?? []) : (within(from.directories, claim.directory) ?? []);
    if (base === undefined) {
      part.claims.push(claimed(note('medium', 'obscure', 'task.unknownDirectory')));
      return;
    }
    const manifest = this.#with.facts.manifest(base, claim.runner);
    if (manifest === undefined) this.wants.set(`manifest ${base}`, { about: 'manifest', directory: base });
    // Without a name, make and its kind take the first target that is no special one.
    const chosen = claim.name === '' ? Object.keys(manifest?.tasks ?? {}).find(name => !name.startsWith('.')) : undefined;
    const task = chosen ?? claim.name;
    part.claims.push(...nameClaims(task));
    const names = claim.runner === 'npm' ? [`pre${task}`, task, `post${task}`] : [task];
    const texts = names.flatMap(name =>
      manifest && Object.hasOwn(manifest.tasks, name) ? [{ name, text: manifest.tasks[name] ?? '' }] : [],
    );
    if (!texts.some(each => each.name === task)) {
      if (claim.optional === true) return;
      part.claims.push(claimed(note('medium', 'package-script', 'task.unread'), { name: task }));
      return;
    }
    const directory = manifest ? posix.dirname(manifest.file) : base;
    for (const { name, text } of texts) {
      const key = `${manifest?.file} ${name}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const args = name === task ? claim.args.map(arg => arg.raw).join(' ') : '';
      this.#nested(`${text} ${args}`.trim(), [directory], depth);
    }
  }

  /**
   * The program behind a path in a folder of installed tools such as `node_modules/.bin`; null elsewhere. A file there
   * that git holds, or could, was not put there by an installation and is a script like any other.
   */
  #installed(invocation: Invocation): string | null {
    const path = absolute(invocation.name, invocation.directories);
    if (path === null || !toolFolder.test(posix.dirname(path))) return null;
    const fact = this.#path(path);
    if (fact === undefined) return null;
    if (fact.inside) return fact.held === 'ignored' ? programName(path) : null;
    // A virtual environment's interpreter is a link to the system's, often under a longer name.
    if (!systemFolders.includes(posix.dirname(fact.real))) return null;
    const real = programName(fact.real);
    return Object.hasOwn(this.#with.table, real) ? real : real.replace(/[\d.]+$/, '');
  }

  #path(path: string) {
    const fact = this.#with.facts.path(path);
    if (fact === undefined) this.wants.set(`path ${path}`, { about: 'path', path });
    return fact;
  }
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

/** The name to look up: without folders, and without Windows' ending. */
export function programName(name: string): string {
  return posix.basename(name).replace(/\.(exe|cmd|bat)$/i, '');
}

/** A word as an absolute path; null where it is not known. Of several directories the first is taken. */
export function absolute(word: Word, directories: Directories): string | null {
  if (word.text === null) return null;
  if (posix.isAbsolute(word.text)) return posix.normalize(word.text);
  const [directory] = directories ?? [];
  return directory === undefined ? null : posix.join(directory, word.text);
}

function within(directories: Directories, word: Word): Directories {
  if (word.text === null) return null;
  if (posix.isAbsolute(word.text)) return [posix.normalize(word.text)];
  const to = word.text;
  return directories?.map(directory => posix.join(directory, to)) ?? null;
}
