import type { Claim } from '../../claim.ts';
import { globRegExp } from '../../places.ts';
import { type Call, claimed, note, type ProgramTable } from '../spec.ts';
import { literal, type Word } from '../word.ts';
import { named, taking } from './parts.ts';

/** Tests that take a value, and which do not say what is found. */
const valued = new Set(
  '-amin -anewer -atime -cmin -cnewer -context -ctime -fstype -gid -group -ilname -inum -links -lname -maxdepth -mindepth -mmin -mtime -newer -perm -regextype -samefile -size -type -uid -used -user -xtype -Bmin -Btime -flags -depth-limit'.split(
    ' ',
  ),
);
/** Tests by name, which say what is found: a pattern of the last segment, or of the whole path. */
const byName = new Set('-name -iname -path -ipath -wholename -iwholename -regex -iregex'.split(' '));

/** Name patterns that all found files match; null where nothing bounds them. */
type Bound = readonly string[] | null;

const both = (a: Bound, b: Bound): Bound => b ?? a;
const either = (a: Bound, b: Bound): Bound => (a === null || b === null ? null : [...a, ...b]);

/** Reads find's expression in its own order: `or` of `and` of tests and actions, with `!` and parentheses. */
class Expression {
  readonly claims: Claim[] = [];
  #at = 0;
  readonly #words: readonly Word[];
  readonly #starts: readonly Word[];
  /** Whether git's own folder is left out by name. */
  readonly #withoutGit: boolean;

  constructor(words: readonly Word[], starts: readonly Word[]) {
    this.#words = words;
    this.#withoutGit = words.some(
      (word, i) =>
        /(^|\/)\.git(\/\*)?$/.test(word.text ?? '') &&
        (/^(!|-not)$/.test(words[i - 2]?.text ?? '') || words[i + 1]?.text === '-prune'),
    );
    this.#starts = starts;
  }

  read(): void {
    while (this.#at < this.#words.length) {
      this.#or(null);
      // A parenthesis that closes nothing.
      this.#at++;
    }
  }

  #peek(): string | null {
    const word = this.#words[this.#at];
    return word === undefined ? null : (word.text ?? '');
  }

  #or(given: Bound): Bound {
    let bound = this.#and(given);
    for (let next = this.#peek(); next === '-o' || next === '-or' || next === ','; next = this.#peek()) {
      this.#at++;
      bound = either(bound, this.#and(given));
    }
    return bound;
  }

  /** `given`: what bounds the files that come here. */
  #and(given: Bound): Bound {
    let bound = given;
    for (let next = this.#peek(); next !== null; next = this.#peek()) {
      if (next === '-o' || next === '-or' || next === ',' || next === ')') break;
      this.#at++;
      if (next === '-a' || next === '-and') continue;
      bound = both(bound, this.#primary(next, bound));
    }
    return bound;
  }

  #primary(text: string, bound: Bound): Bound {
    if (text === '(') {
      const inner = this.#or(bound);
      if (this.#peek() === ')') this.#at++;
      return inner;
    }
    if (text === '!' || text === '-not') {
      const next = this.#peek();
      this.#at++;
      if (next !== null) this.#primary(next, bound);
      return null;
    }
    if (byName.has(text)) {
      const value = this.#take();
      const pattern = value?.text ?? null;
      return pattern === null ? null : [pattern];
    }
    if (text === '-empty') return ['(empty)*'];
    if (valued.has(text) || /^-newer[aBcm][aBcmt]$/.test(text)) {
      this.#take();
      return null;
    }
    this.#action(text, bound);
    return null;
  }

  #take(): Word | undefined {
    return this.#words[this.#at++];
  }

  #action(text: string, bound: Bound): void {
    switch (text) {
      case '-delete':
        for (const path of this.#found(bound)) this.claims.push({ does: 'delete', path, recursive: bound === null });
        return;
      case '-exec':
      case '-execdir':
      case '-ok':
      case '-okdir':
        return this.#exec(bound);
      case '-fprintf':
      case '-fprint':
      case '-fprint0':
      case '-fls': {
        const path = this.#take();
        if (path !== undefined) this.claims.push({ does: 'write', path });
        if (text === '-fprintf') this.#take();
        return;
      }
      case '-printf':
        this.#take();
        return;
      case '-files0-from': {
        const path = this.#take();
        if (path !== undefined) this.claims.push({ does: 'read', path });
        this.claims.push({ does: 'read', path: unknown('/') });
        return;
      }
      case '':
        // A word that is not known may be `-delete`.
        this.claims.push(claimed(note('medium', 'obscure', 'find.unknownTest')));
        return;
      default:
    }
  }

  /** Words up to `;`, or to the `+` after `{}`; each `{}` stands for what was found. */
  #exec(bound: Bound): void {
    const argv: Word[] = [];
    for (let word = this.#take(); word !== undefined; word = this.#take()) {
      if (word.text === ';' || (word.text === '+' && argv.at(-1)?.text === '{}')) break;
      argv.push(word);
    }
    this.claims.push(...runFor(argv, this.#found(bound)));
  }

  #found(bound: Bound): Word[] {
    return this.#starts.flatMap(start => {
      const folder = start.text === null ? null : start.text.replace(/\/*$/, '');
      if (folder === null) return [start];
      const path = start.text === '/' ? '' : folder;
      if (bound === null) return [start.glob ? start : anything(path)];
      return bound.flatMap(pattern => placed(path, pattern, this.#withoutGit));
    });
  }
}

/** A word of which only the beginning is known. */
function unknown(prefix: string): Word {
  return { raw: '{}', text: null, prefix, glob: false, splits: false };
}

/** Whatever lies below a folder, however deep. */
function anything(folder: string): Word {
  return { ...literal(`${folder}/**`), raw: '{}', glob: true };
}

/** Git keeps files of these names, which a search by name finds as well. */
const ofGit = [
  'config',
  'HEAD',
  'index',
  'packed-refs',
  'description',
  'objects',
  'refs',
  'hooks',
  'logs',
  'pre-push.sample',
];

const hidden = ['.env', '.git', '.npmrc', '.netrc', '.ssh', '.vscode', '.github'];

/** What a name pattern finds below a folder, as globs; a plain name is that name. */
function placed(folder: string, pattern: string, withoutGit = false): Word[] {
  const segments = pattern.split('/').filter(segment => segment !== '' && segment !== '.' && segment !== '..');
  const last = segments.at(-1) ?? '*';
  if (/^[*?.[\]!]*$/.test(last)) {
    // `*/node_modules/*` is bounded by a name all the same.
    const said = segments.filter(segment => /[\w-]/.test(segment));
    return [anything([folder, ...said].join('/'))];
  }
  const word: Word = { ...literal(`${folder}/${last}`), raw: pattern, glob: /[*?[(]/.test(last), deep: true };
  const matches = globRegExp(last);
  const inGit = withoutGit || folder.includes('/') ? undefined : ofGit.find(name => matches.test(name));
  // Unlike the shell's, find's `*` also stands for a dot at the beginning.
  const dotted = /^[*?[]/.test(last) ? hidden.filter(name => matches.test(name)) : [];
  const further = [...dotted, ...(inGit === undefined ? [] : [`.git/${inGit}`])];
  return [word, ...further.map(name => literal(`${folder}/${name}`))];
}

/** A program that is run for found files: `{}` in its words, alone or inside, stands for each of them. */
function runFor(argv: readonly Word[], found: readonly Word[]): Claim[] {
  const [program] = argv;
  if (program === undefined) return [];
  if (program.text?.includes('{}') === true) return [claimed(note('high', 'obscure', 'find.runsFound'))];
  const shell = /^(ba|da|z|k)?sh$/.test(program.text ?? '');
  const words = argv.flatMap((word, i): Word[] => {
    if (word.text === null || !/\{(\/{0,2}|\.|\/\.)\}/.test(word.text)) return [word];
    if (word.text === '{}' || /^\{(\/{0,2}|\.|\/\.)\}$/.test(word.text)) return [...found];
    // Found names inside shell text run as shell text.
    if (shell && argv[i - 1]?.text?.startsWith('-') === true) return [{ ...word, text: null, prefix: '' }];
    const at = word.text.indexOf('{');
    return [{ ...word, text: null, prefix: word.text.slice(0, at) || (found[0]?.prefix ?? '') }];
  });
  return [{ does: 'run', argv: words }];
}

function findClaims(call: Call): Claim[] {
  const { words } = call;
  let at = 0;
  // `-H -L -P -D x -O3` come before the starting points.
  while (/^-([HLPXdsx]+|O\d|E)$/.test(words[at]?.text ?? '') || words[at]?.text === '-D' || words[at]?.text === '-f')
    at += /^-[D]$/.test(words[at]?.text ?? '') ? 2 : 1;
  const starts: Word[] = [];
  for (let word = words[at]; word !== undefined; word = words[++at]) {
    const text = word.text ?? word.prefix;
    if (text.startsWith('-') || text === '(' || text === '!' || text === ')' || text === ',') break;
    starts.push(word);
  }
  if (starts.length === 0) starts.push(literal('.'));
  const expression = new Expression(words.slice(at), starts);
  expression.read();
  if (starts.some(start => start.text === null && start.prefix === '' && start.splits))
    expression.claims.push(claimed(note('medium', 'obscure', 'find.unknownTest')));
  const looked = starts.map((path): Claim => ({ does: 'read', path, recursive: true, look: true }));
  const named = words.flatMap((word, i): Claim[] => {
    const pattern = byName.has(word.text ?? '') ? (words[i + 1]?.text ?? null) : null;
    return pattern === null || starts.every(start => start.text === null || !/^[/~]|^\.\./.test(start.text))
      ? []
      : starts.flatMap(start =>
          placed(start.text ?? '', pattern).map((path): Claim => ({ does: 'read', path, look: true })),
        );
  });
  return [...looked, ...named, ...expression.claims];
}

/** `fd` finds by a regular expression or, with `-g` and `-e`, by glob and ending; `-x` and `-X` run what follows. */
function fdClaims(call: Call): Claim[] {
  const [pattern, ...operands] = call.operands;
  const expression = pattern?.text ?? null;
  const places = [...operands, ...call.values('--search-path', '--base-directory')];
  const starts = places.length > 0 ? places : [literal('.')];
  const bounds = [
    ...call.values('-e', '--extension').map(word => (word.text === null ? null : `*.${word.text}`)),
    ...(expression === null ? [] : [call.has('-g', '--glob') ? expression : plainPart(expression)]),
  ].filter(bound => bound !== null);
  const found = starts.flatMap(start => {
    const folder = (start.text ?? start.prefix).replace(/\/*$/, '');
    return bounds.length === 0 ? [anything(folder)] : bounds.slice(0, 1).flatMap(bound => placed(folder, bound));
  });
  // What git ignores it leaves out, unless it is told otherwise.
  const unheld = call.has('-I', '--no-ignore', '--no-ignore-vcs', '-u', '--unrestricted');
  const shown = found.map(({ deep, ...word }): Word => (unheld && deep === true ? { ...word, deep } : word));
  const argv = call.values('-x', '--exec', '-X', '--exec-batch');
  const end = argv.findIndex(word => word.text === ';');
  const run = end < 0 ? argv : argv.slice(0, end);
  const placeholder = run.some(word => /\{(\/{0,2}|\.|\/\.)\}/.test(word.text ?? ''));
  return [
    ...starts.map((path): Claim => ({ does: 'read', path, recursive: true, look: true })),
    ...(run.length > 0 && bounds.length === 0 && /^(rm|shred|srm|unlink|rmdir|trash)$/.test(run[0]?.text ?? '')
      ? [claimed(note('medium', 'deletion', 'delete.listed'))]
      : []),
    ...(run.length > 0 ? runFor(placeholder ? run : [...run, literal('{}')], shown) : []),
  ];
}

/** The longest plain text in a regular expression, as a glob; null where there is too little to say what is found. */
function plainPart(pattern: string): string | null {
  const [longest] = pattern
    .replace(/\\\./g, '.')
    .split(/[^\w.-]+/)
    .sort((a, b) => b.length - a.length);
  return longest === undefined || longest.replace(/\W/g, '').length < 2 ? null : `*${longest}*`;
}

/** Looking for files, and running something for those found. */
export const find: ProgramTable = {
  ...named('find gfind', { longSingle: true, inspect: findClaims }),
  ...named('fd fdfind', {
    flags: {
      ...taking(
        'ignore',
        '-e --extension -t --type -d --max-depth --min-depth --exact-depth -E --exclude -c --color -S --size -j --threads -o --owner --changed-within --changed-before --max-results --format --and --strip-cwd-prefix --batch-size --path-separator --search-path --base-directory',
      ),
      ...taking('read', '--ignore-file'),
      ...named('-x --exec -X --exec-batch', { rest: 'ignore' }),
    },
    inspect: fdClaims,
  }),
};
