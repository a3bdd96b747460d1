import { posix } from 'node:path';
import type { Claim, ClaimOf, Language } from '../claim.ts';
import { inspectCode, languageOf } from '../code.ts';
import type { Facts, Want } from '../facts.ts';
import { environmentClaims } from './environment.ts';
import { isInstalled, isToolFolder, lookUp, programName } from './lookup.ts';
import { nameClaims } from './named.ts';
import { holdsFetched, isFetched, printed } from './output.ts';
import { readScript } from './read.ts';
import type { Directories, Invocation, Redirect, Script, Stdin } from './script.ts';
import { claimsOf } from './sort.ts';
import { claimed, note, type ProgramTable } from './spec.ts';
import type { Parse } from './tree.ts';
import { weakening } from './weakens.ts';
import { literal, type Word } from './word.ts';

/** One program that will run, with what it would do. Claims that led to further programs were replaced by those. */
export interface Part {
  program: string;
  invocation: Invocation;
  claims: Claim[];
  /** Index of the part that led to it, as a task leads to its script's programs; null at the top. */
  from: number | null;
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

/** Command text → every program that will run, wrappers, scripts and tasks looked through. */
export function expandCommand(expander: Expander, text: string, directory: string): Expansion {
  const run = new Expanding(expander);
  run.text(text, { directory, depth: 0 });
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
const doubtsInProject = new Set(['shell.unparsable', 'shell.tooLong']);

/** Programs that write to a file and leave what stands in it as it is. */
const keepsContent = /^(chmod|chown|chgrp|touch|setfacl|xattr)$/;

/** What these write is the project's own code in another form. */
const compiles =
  /^(go|gcc|g\+\+|clang|clang\+\+|cc|c\+\+|rustc|cargo|tsc|esbuild|swc|rollup|webpack|vite|tsup|javac|kotlinc|scalac|swiftc|zig|ghc|ocamlfind|ocamlopt|dmd|ldc2|nim|crystal|fpc|make|cmake|ninja|dotnet|bun|deno|ld)$/;

class Expanding {
  readonly parts: Part[] = [];
  /** The part whose claims are being followed. */
  #from: number | null = null;
  readonly obscure = new Set<string>();
  readonly wants = new Map<string, Want>();
  readonly #with: Expander;
  readonly #seen = new Set<string>();
  /** Texts of aliases, by the depth at which they hold and their name. */
  readonly #aliases = new Map<string, string>();

  constructor(expander: Expander) {
    this.#with = expander;
  }

  text(text: string, at: At): Script {
    const script = readScript(this.#with.parse, text, {
      directory: at.directory,
      home: this.#with.facts.home,
      ...(at.stdin === undefined ? {} : { stdin: at.stdin }),
    });
    for (const code of script.obscure) if (at.project !== true || doubtsInProject.has(code)) this.obscure.add(code);
    for (const each of script.assignments) {
      const part = this.#own('export', blank(at.directory), []);
      this.#follow(part, environmentClaims([each]), at.depth);
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
    const claims = [...environmentClaims(invocation.env), ...invocation.redirects.flatMap(redirectClaims)];
    const name = invocation.name.text;
    if (name === null) {
      const fetched = holdsFetched(this.#with.parse, invocation.name.raw);
      const tier = fetched ? 'critical' : project ? 'medium' : 'high';
      const code = fetched ? 'shell.fetched' : 'program.unknownName';
      this.#own('', invocation, [...claims, claimed(note(tier, fetched ? 'download' : 'obscure', code))]);
      return;
    }
    const installed = name.includes('/') ? this.#installed(invocation) : null;
    const program = installed ?? programName(name);
    if (/[^\x21-\x7e]/.test(name)) claims.push(claimed(note('high', 'obscure', 'program.oddName'), { program }));
    const trusted = !name.includes('/') || installed !== null;
    const spec = trusted ? lookUp(this.#with.table, program) : undefined;
    if (spec !== undefined) claims.push(...claimsOf(program, spec, invocation));
    else if (!trusted) claims.push({ does: 'script', path: invocation.name, language: null });
    else if (!defined.has(name))
      claims.push(claimed(note('medium', 'unknown-program', 'program.unknown'), { program }));
    claims.push(...this.#aliased(invocation, depth));
    if (!project) claims.push(...weakening(program, invocation, claims));
    const part = this.#own(program, invocation, []);
    const outer = this.#from;
    this.#from = this.parts.length - 1;
    // What a script of the project reads by a variable is no news to the project.
    this.#follow(part, project ? claims.filter(claim => !readsUnnamed(claim)) : claims, depth);
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
  #follow(part: Part, claims: readonly Claim[], depth: number): void {
    const { invocation } = part;
    for (const claim of claims) {
      switch (claim.does) {
        case 'run':
          this.#run(claim, invocation, depth);
          break;
        case 'tool':
          this.#tool(claim, part, depth);
          break;
        case 'shell':
          this.#shell(claim, part, depth);
          break;
        case 'code':
          this.#code(claim, part, depth);
          break;
        case 'script':
          this.#script(claim, invocation, part, depth);
          break;
        case 'task':
          this.#task(claim, invocation, part, depth);
          break;
        case 'load':
          this.#load(claim, invocation, part);
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
    const part = { program, invocation, claims, from: this.#from };
    this.parts.push(part);
    return part;
  }

  #run(claim: ClaimOf<'run'>, from: Invocation, depth: number): void {
    const [name, ...args] = claim.argv;
    if (name === undefined) return;
    const directories = claim.directory === undefined ? from.directories : within(from.directories, claim.directory);
    const stdin: Stdin = claim.stdinArgs === true ? { type: 'text', text: '' } : from.stdin;
    this.invocation({ name, args, env: claim.env ?? [], redirects: [], stdin, directories }, depth + 1);
  }

  /** A program that a runner takes from the project's own folder of programs, or else downloads. */
  #tool(claim: ClaimOf<'tool'>, part: Part, depth: number): void {
    const [name] = claim.argv;
    const program = name?.text ?? null;
    if (name === undefined || program === null) {
      part.claims.push(claimed(note('high', 'obscure', 'program.unknownName')));
      return;
    }
    const { table } = this.#with;
    const local = claim.installed !== null && !claim.latest && this.#installedTool(claim.installed, part);
    const spec = lookUp(table, program);
    if (!local && claim.offline !== true) {
      const known = spec !== undefined && !claim.latest && claim.installed?.includes('@') !== true;
      const judged = known
        ? note('high', 'dependency', 'tool.maybeDownloaded')
        : note('high', 'dependency', 'tool.downloaded');
      part.claims.push(claimed(judged, { program }));
      part.claims.push({ does: 'net', host: claim.registry, send: false });
    }
    if (spec !== undefined) this.#run({ does: 'run', argv: claim.argv }, part.invocation, depth);
    else part.claims.push(claimed(note('medium', 'unknown-program', 'program.unknown'), { program }));
  }

  #installedTool(installed: string, part: Part): boolean {
    const { root } = this.#with.facts;
    const [start] = part.invocation.directories ?? [];
    for (let at = start; at !== undefined && (at === root || at.startsWith(`${root}/`)); at = posix.dirname(at)) {
      const path = posix.join(at, installed);
      const fact = this.#path(path);
      if (fact !== undefined && fact.kind !== 'missing' && fact.inside && this.#writer(path) === undefined) return true;
    }
    return false;
  }

  #shell({ text, directory }: ClaimOf<'shell'>, part: Part, depth: number): void {
    if (text.text === null) {
      const { stdin: input } = part.invocation;
      const fetched =
        holdsFetched(this.#with.parse, text.raw) ||
        (input.type === 'pipe' && input.from !== null && isFetched(input.from));
      part.claims.push(
        claimed(fetched ? note('critical', 'download', 'shell.fetched') : note('high', 'obscure', 'shell.textUnknown')),
      );
      this.obscure.add('shell.textUnknown');
      return;
    }
    const { directories, stdin } = part.invocation;
    const at = directory === undefined ? directories : within(directories, directory);
    this.#nested(text.text, { directories: at, stdin }, depth);
  }

  #nested(text: string, from: Pick<Invocation, 'directories' | 'stdin'>, depth: number, project = false): void {
    if (depth >= maxDepth) {
      this.obscure.add('shell.tooDeep');
      return;
    }
    const [directory] = from.directories ?? [];
    if (directory === undefined) this.obscure.add('shell.directoryUnknown');
    const at = { directory: directory ?? this.#with.facts.root, depth: depth + 1, stdin: from.stdin };
    this.text(text, { ...at, project });
  }

  #code(claim: ClaimOf<'code'>, part: Part, depth: number): void {
    if (claim.language === 'shell') return this.#shell({ does: 'shell', text: claim.text ?? unknownText }, part, depth);
    const known = claim.text?.text ?? null;
    if (known !== null) return this.#inspected(claim.language, known, 'inline', part, depth);
    const raw = claim.text?.raw ?? '';
    const fetched = holdsFetched(this.#with.parse, raw);
    part.claims.push(
      claimed(fetched ? note('critical', 'download', 'shell.fetched') : note('medium', 'obscure', 'code.textUnknown')),
    );
    // What is written is read all the same: the unknown part stands inside it.
    this.#inspected(claim.language, raw.replace(/^"([\s\S]*)"$/, '$1'), 'inline', part, depth);
  }

  #inspected(language: Language, text: string, where: 'inline' | 'file', part: Part, depth: number): void {
    if (depth >= maxDepth) {
      this.obscure.add('shell.tooDeep');
      return;
    }
    this.#follow(part, inspectCode(language, text, where, this.#with.facts.home), depth + 1);
  }

  /** The last part so far that writes a file. */
  #writer(path: string): Part | undefined {
    return this.parts.findLast(
      part =>
        !keepsContent.test(part.program) &&
        part.claims.some(claim => {
          const at = claim.does === 'write' ? absolute(claim.path, part.invocation.directories) : null;
          return claim.does === 'write' && at !== null && landsOn(path, claim, at, this.#with.facts);
        }),
    );
  }

  /** A program file: what lies in the workspace is read and judged by its text, and runs as it was read. */
  #script(claim: ClaimOf<'script'>, from: Invocation, part: Part, depth: number): void {
    const path = absolute(claim.path, from.directories);
    if (path === null) {
      const { raw } = claim.path;
      const judged = holdsFetched(this.#with.parse, raw)
        ? note('critical', 'download', 'shell.fetched')
        : raw.startsWith('<(')
          ? note('high', 'obscure', 'script.substituted')
          : note('medium', 'obscure', 'script.unknownPath');
      part.claims.push(claimed(judged));
      return;
    }
    const writer = this.#writer(path);
    if (writer !== undefined && writer !== part) return this.#writtenScript(claim, path, writer, part, depth);
    const place = this.#path(path);
    this.#projectCopy(claim.path, from, part, depth);
    if (place !== undefined && !place.inside) {
      part.claims.push({ does: 'read', path: literal(path) });
      part.claims.push(claimed(note('high', 'outside-workspace', 'script.outside'), { path }));
      return;
    }
    const text = this.#text(path) ?? (claim.language === 'javascript' ? this.#resolved(path) : null);
    if (text === null) {
      part.claims.push(claimed(note('medium', 'unknown-program', 'script.unread'), { path }));
      return;
    }
    if (this.#seen.has(path)) return;
    this.#seen.add(path);
    const language = claim.language ?? languageOf(path, text);
    // What git does not hold was written just now, by whoever asks to run it: no more trusted than code on the line.
    const own = place?.held === 'tracked';
    if (language === 'shell') this.#nested(text, from, depth, own);
    else this.#inspected(language, text, own ? 'file' : 'inline', part, depth);
  }

  /** Code or settings that a program takes from somewhere: what the project holds is its own, anything else is told. */
  #load({ path: word }: ClaimOf<'load'>, from: Invocation, part: Part): void {
    const path = absolute(word, from.directories);
    if (path === null) {
      part.claims.push(claimed(note('medium', 'obscure', 'load.unknown'), { path: word.raw }));
      return;
    }
    const args = { path };
    const place = this.#path(path);
    if (place === undefined) return;
    if (!place.inside) {
      part.claims.push({ does: 'read', path: literal(path), look: true });
      part.claims.push(claimed(note('high', 'outside-workspace', 'load.outside'), args));
      return;
    }
    const writer = this.#writer(path);
    if (writer !== undefined && writer !== part) {
      part.claims.push(claimed(note('high', 'obscure', 'script.writtenHere'), args));
      return;
    }
    const trusted = place.held === 'tracked' || (place.held === 'ignored' && isToolFolder(path));
    if (place.kind === 'missing' || (!trusted && path !== this.#with.facts.root))
      part.claims.push(claimed(note('medium', 'obscure', 'load.untracked'), args));
  }

  /** A script that this very command wrote: as good as what it wrote, where the text says what that is. */
  #writtenScript(claim: ClaimOf<'script'>, path: string, writer: Part, part: Part, depth: number): void {
    const text = printed(writer.invocation);
    if (writer.claims.some(each => each.does === 'net')) {
      part.claims.push(claimed(note('critical', 'download', 'script.downloaded'), { path }));
      return;
    }
    const built = compiles.test(writer.program);
    part.claims.push(
      claimed(note(text === null && !built ? 'high' : 'medium', 'obscure', 'script.writtenHere'), { path }),
    );
    if (text === null) return;
    const language = claim.language ?? languageOf(path, text);
    if (language === 'shell') this.#nested(text, part.invocation, depth);
    else this.#inspected(language, text, 'inline', part, depth);
  }

  #text(path: string): string | null {
    const text = this.#with.facts.text(path);
    if (text === undefined) this.wants.set(`text ${path}`, { about: 'text', path });
    return text ?? null;
  }

  /** Node's own search: `scripts/build` is `scripts/build.js`, and a folder its `index.js`. */
  #resolved(path: string): string | null {
    if (/\.[cm]?[jt]sx?$/.test(path)) return null;
    return this.#text(`${path}.js`) ?? this.#text(posix.join(path, 'index.js'));
  }

  /** `bin/rails` and `manage.py` are the frameworks' own commands: their words say what the script will be told to do. */
  #projectCopy(path: Word, from: Invocation, part: Part, depth: number): void {
    const args = from.args.slice(from.args.indexOf(path) + 1);
    for (const program of copies(path.text ?? '')) {
      const spec = lookUp(this.#with.table, program.name);
      if (spec === undefined || (!program.installed && spec.projectCopy !== true)) continue;
      this.#follow(part, claimsOf(program.name, spec, { ...from, args }), depth);
      return;
    }
  }

  #task(claim: ClaimOf<'task'>, from: Invocation, part: Part, depth: number): void {
    const [base] =
      claim.directory === undefined ? (from.directories ?? []) : (within(from.directories, claim.directory) ?? []);
    if (base === undefined) {
      part.claims.push(claimed(note('medium', 'obscure', 'task.unknownDirectory')));
      return;
    }
    if (this.#path(base)?.inside === false) {
      part.claims.push({ does: 'read', path: literal(base), look: true });
      part.claims.push(claimed(note('high', 'outside-workspace', 'load.outside'), { path: base }));
      return;
    }
    const manifest = this.#with.facts.manifest(base, claim.runner);
    if (manifest === undefined) this.wants.set(`manifest ${base}`, { about: 'manifest', directory: base });
    // Without a name, make and its kind take the first target that is no special one.
    const chosen =
      claim.name === '' ? Object.keys(manifest?.tasks ?? {}).find(name => !name.startsWith('.')) : undefined;
    const task = chosen ?? claim.name;
    if (claim.runner === 'npm' && task.includes('*') && manifest !== undefined && manifest !== null) {
      for (const name of matching(task, Object.keys(manifest.tasks))) this.#task({ ...claim, name }, from, part, depth);
      return;
    }
    part.claims.push(...nameClaims(task));
    const names = claim.runner === 'npm' ? [`pre${task}`, task, `post${task}`] : [task];
    const texts = names.flatMap(name =>
      manifest && Object.hasOwn(manifest.tasks, name) ? [{ name, text: manifest.tasks[name] ?? '' }] : [],
    );
    if (!texts.some(each => each.name === task)) {
      if (claim.optional === true) return;
      const { otherwise } = claim;
      if (otherwise !== undefined && manifest !== undefined) {
        const tools = { installed: `node_modules/.bin/${task}`, registry: '', latest: false, offline: true };
        return this.#tool({ does: 'tool', argv: otherwise, ...tools }, part, depth);
      }
      part.claims.push(claimed(note('medium', 'package-script', 'task.unread'), { name: task }));
      return;
    }
    const directory = manifest ? posix.dirname(manifest.file) : base;
    for (const { name, text } of texts) {
      const key = `${manifest?.file} ${name}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      const args = name === task ? claim.args.map(arg => arg.raw).join(' ') : '';
      this.#nested(`${text} ${args}`.trim(), { directories: [directory], stdin: from.stdin }, depth);
    }
  }

  /**
   * The program behind a path in a folder of installed tools such as `/usr/bin` or `node_modules/.bin`; null elsewhere. A
   * file in the workspace that git holds, or could, was not put there by an installation: a script like any other.
   */
  #installed(invocation: Invocation): string | null {
    const path = absolute(invocation.name, invocation.directories);
    if (path === null || this.#writer(path) !== undefined) return null;
    if (isInstalled(path, this.#with.facts.home)) return programName(path);
    if (!isToolFolder(posix.dirname(path))) return null;
    const fact = this.#path(path);
    if (fact === undefined) return null;
    if (fact.inside) return fact.held === 'ignored' ? programName(path) : null;
    // A virtual environment's interpreter is a link to the system's, often under a longer name.
    return isInstalled(fact.real, this.#with.facts.home) ? programName(fact.real) : null;
  }

  #path(path: string) {
    const fact = this.#with.facts.path(path);
    if (fact === undefined) this.wants.set(`path ${path}`, { about: 'path', path });
    return fact;
  }
}

/** Programs that a script may be: by its own name, or as part of an installed package, `node node_modules/jest/bin/jest.js`. */
function copies(path: string): { name: string; installed: boolean }[] {
  const [, packaged = null] = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? [];
  const own = programName(path).replace(/\.[cm]?js$/, '');
  if (packaged === null) return [{ name: programName(path), installed: false }];
  return [own, posix.basename(packaged)].map(name => ({ name, installed: true }));
}

/** Names that a pattern of `npm-run-all` means: `*` stops at a colon, `**` does not. */
function matching(pattern: string, names: readonly string[]): string[] {
  const source = pattern
    .split(/(\*+)/)
    .map(part => (part === '*' ? '[^:]*' : part.startsWith('*') ? '.*' : part.replace(/[^\w:-]/g, '\\$&')));
  const whole = new RegExp(`^${source.join('')}$`);
  return names.filter(name => whole.test(name));
}

const unknownText: Word = { raw: '', text: null, prefix: '', glob: false, splits: false };

function readsUnnamed(claim: Claim): boolean {
  return claim.does === 'read' && claim.path.text === null && claim.path.prefix === '';
}

/** Whether a write at `at` may be one of `path`: itself, or below it by a link, a copied folder or an archive. */
function landsOn(path: string, claim: ClaimOf<'write'>, at: string, facts: Facts): boolean {
  if (at === path) return true;
  const below = path.startsWith(`${at.replace(/\/$/, '')}/`);
  const { into, leads } = claim;
  if (!below || into === undefined || into.length === 0 || leads !== undefined)
    return below && (into !== undefined || leads !== undefined);
  if (into.length === 1 && facts.path(at)?.kind === 'missing') return true;
  return into.some(source => {
    const name = posix.basename(source.text ?? '');
    const copied = posix.join(at, name);
    return name === '' || name === '.' || source.glob || path === copied || path.startsWith(`${copied}/`);
  });
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
