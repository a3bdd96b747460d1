import { posix } from 'node:path';
import type { PathFact } from './facts.ts';
import type { Directories } from './shell/script.ts';
import type { Word } from './shell/word.ts';

/** One place that a word may lead to. */
export interface Target {
  /** Absolute and normalized. */
  path: string;
  /** `path` is the folder that a glob or an unknown end stands in, not the thing itself. */
  below: boolean;
  /** Of a glob: the pattern as an absolute path, and names of note that it would match there. */
  names: string[];
  /** Of a glob: what it matches on the disk, as absolute paths; null where that was not asked or cannot be told. */
  entries: readonly string[] | null;
  /** A glob that takes all that its folder shows, or everything in it that starts with a dot. */
  all: boolean;
  /** The way there leads through a link that the same command makes. */
  byLink: boolean;
}

/** Links that a command makes, by absolute path → where they lead; null where that is unknown. */
export type Links = ReadonlyMap<string, string | null>;

/** What the facts say of an absolute path; `undefined` where it was not asked yet. */
export type Look = (path: string) => PathFact | undefined;
/** The names that a folder holds; null where they are not known. */
export type List = (folder: string) => readonly string[] | null;

/** Where a word may lead; null where nothing of it is known. */
export function targetsOf(
  word: Word,
  directories: Directories,
  look: Look,
  links: Links,
  list?: List,
): Target[] | null {
  const whole = word.text ?? word.prefix;
  const open = word.text === null || word.glob;
  const at = word.glob ? firstGlob(whole) : whole.length;
  const base = open ? whole.slice(0, whole.lastIndexOf('/', at) + 1) : whole;
  const pattern = word.glob && at < whole.length ? whole.slice(base.length) : null;
  if (word.text === null && base === '' && pattern === null) return null;
  const starts = absolutes(base, directories);
  if (starts === null) return null;
  return starts.flatMap(start => {
    const followed = throughLinks(climb(start, look), links, base.endsWith('/'));
    if (followed.path === null)
      return [{ path: start, below: open, names: [], entries: null, all: false, byLink: true }];
    return [
      {
        path: followed.path,
        below: open,
        names: pattern === null ? [] : namesOf(followed.path, pattern, look),
        entries: pattern === null || list === undefined ? null : entriesOf(followed.path, pattern, list),
        all: pattern !== null && word.text !== null && /^[*?.[\]!]+$/.test(pattern),
        byLink: followed.byLink,
      },
    ];
  });
}

function firstGlob(text: string): number {
  const at = text.search(/[*?[]/);
  return at < 0 ? text.length : at;
}

/** `/proc/self/cwd` and `/proc/self/root` are the command's own; resolved by us they would be ours. */
function absolutes(path: string, directories: Directories): string[] | null {
  const own = /^\/+proc\/+(?:self|thread-self)\/+(cwd|root)(?:\/+(.*))?$/s.exec(path);
  if (own?.[1] === 'root') return [`/${own[2] ?? ''}`];
  if (own === null && posix.isAbsolute(path)) return [path];
  const rest = own === null ? path : (own[2] ?? '');
  return directories?.map(directory => `${directory}/${rest}`) ?? null;
}

/** `..` after a name leads to the parent of what that name really is, which for a link is elsewhere. */
function climb(path: string, look: Look): string {
  if (!/[^/.][^/]*\/+\.\.(\/|$)/.test(path)) return tidy(path);
  let at = '/';
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    at = segment === '..' ? posix.dirname(look(at)?.real ?? at) : posix.join(at, segment);
  }
  return at;
}

function tidy(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 ? normal.replace(/\/+$/, '') : normal;
}

function throughLinks(path: string, links: Links, slashed: boolean): { path: string | null; byLink: boolean } {
  let at = path;
  let byLink = false;
  for (let hops = 0; hops < 8 && links.size > 0; hops++) {
    const link = [...links.keys()].find(each => at.startsWith(`${each}/`) || (at === each && (slashed || !byLink)));
    if (link === undefined) break;
    const to = links.get(link) ?? null;
    byLink = true;
    if (to === null) return { path: null, byLink };
    const next = tidy(to + at.slice(link.length));
    if (next === at) break;
    at = next;
  }
  return { path: at, byLink };
}

/** Names whose presence changes what a glob does. */
const ofNote = [
  '.git',
  '.gitmodules',
  '.gitattributes',
  '.gitconfig',
  '.github',
  '.gitlab-ci.yml',
  '.env',
  '.env.local',
  '.env.production',
  '.envrc',
  '.ssh',
  '.gnupg',
  '.aws',
  '.azure',
  '.kube',
  '.docker',
  '.config',
  '.netrc',
  '.npmrc',
  '.pypirc',
  '.pgpass',
  '.git-credentials',
  '.password-store',
  '.bashrc',
  '.profile',
  '.zshrc',
  '.bash_history',
  '.vscode',
  '.idea',
  '.husky',
  '.devcontainer',
  '.claude',
  '.cursor',
  '.mcp.json',
  '.gatehouse',
  'package.json',
  'package-lock.json',
  'Makefile',
  'Dockerfile',
  'conftest.py',
  'id_rsa',
  'id_ed25519',
  'server.key',
  'key.pem',
  'secrets.json',
  'credentials',
  'shadow',
  'sudoers',
] as const;

function namesOf(folder: string, pattern: string, look: Look): string[] {
  const end = pattern.indexOf('/');
  const segment = end < 0 ? pattern : pattern.slice(0, end);
  const rest = end < 0 ? '' : pattern.slice(end);
  const names = [posix.join(folder, pattern)];
  // `*` alone takes whatever is there; only a pattern that says something is taken to mean these.
  if (!/[\w.]/.test(segment)) return names;
  const matches = globRegExp(segment);
  for (const name of ofNote) {
    if (!matches.test(name) || (name.startsWith('.') && !segment.startsWith('.'))) continue;
    const path = posix.join(folder, name + rest);
    if (look(path)?.kind !== 'missing') names.push(path);
  }
  return names;
}

/** More matches than these are not gone through one by one. */
const maxEntries = 400;

/** What a glob matches in a folder, as the shell would have it without any option for globs. */
function entriesOf(folder: string, pattern: string, list: List): string[] | null {
  let found = [folder];
  for (const segment of pattern.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') return null;
    if (!/[*?[]/.test(segment)) {
      found = found.map(path => posix.join(path, segment));
      continue;
    }
    const matches = globRegExp(segment);
    const next: string[] = [];
    for (const path of found) {
      const names = list(path);
      if (names === null) return null;
      for (const name of names)
        if (matches.test(name) && (!name.startsWith('.') || /^[.[]/.test(segment))) next.push(posix.join(path, name));
      if (next.length > maxEntries) return null;
    }
    found = next;
  }
  return found;
}

/** One segment of a glob as the file systems that ignore case would take it. */
export function globRegExp(segment: string): RegExp {
  const source = segment.replace(/\*+|\?|\[[!^]?\]?[^\]]*\]|[^*?[]+|\[/g, part => {
    if (part.startsWith('*')) return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.startsWith('[') && part.length > 2)
      return `[${part.slice(1, -1).replace(/^!/, '^').replaceAll('\\', '\\\\')}]`;
    return part.replace(/[.+^${}()|\\[\]]/g, '\\$&');
  });
  try {
    return new RegExp(`^${source}$`, 'i');
  } catch {
    return /^/;
  }
}
