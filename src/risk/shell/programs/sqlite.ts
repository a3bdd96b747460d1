import type { Claim } from '../../claim.ts';
import { hostOf } from '../../hosts.ts';
import { readSql } from '../../sql.ts';
import { moved } from '../moved.ts';
import { printed } from '../output.ts';
import { flagged, valued } from '../remote.ts';
import { type Call, note, type ProgramTable, type Spec } from '../spec.ts';
import { fileClaims, type Place, sqlClaims, stdinClaims } from '../statements.ts';
import { literal, type Word } from '../word.ts';

// Sources: the command references of the sqlite3 shell and of duckdb.

const memory: Word = { raw: ':memory:', text: ':memory:', prefix: ':memory:', glob: false, splits: false };

/** `sqlite3 [flags] file [SQL]`: the file is the database. */
const sqlite: Spec = {
  longSingle: true,
  flags: {
    ...flagged('-cmd --cmd', { value: 'ignore' }),
    ...flagged('-init --init', { value: 'script', note: note('medium', 'obscure', 'database.scriptFile') }),
    ...valued('-separator -newline -nullvalue -mmap -vfs -pagecache -lookaside -maxsize -heap'),
    ...flagged('-readonly --readonly -safe --safe', {}),
    ...flagged('-A --archive', { rest: 'ignore' }),
  },
  inspect(call) {
    if (call.has('-A', '--archive')) return archived(call.values('-A', '--archive'));
    const [named, ...texts] = call.operands;
    const place: Place = { at: 'file' };
    if (call.has('-version', '--version', '-help', '--help')) return [];
    const sql = [...call.values('-cmd', '--cmd'), ...texts];
    const piped = sql.length > 0 ? undefined : typed(call);
    const claims =
      sql.length > 0
        ? sqliteTexts(sql)
        : piped !== undefined
          ? sqliteTexts([piped])
          : call.invocation.stdin.type === 'inherited' && named === undefined
            ? []
            : stdinOfFile(call);
    if (named === undefined || named.text === ':memory:' || named.text === '') return claims;
    const { file, mode } = located(named);
    const known = piped === undefined ? sql : [piped];
    const changes =
      mode !== 'ro' &&
      (/^rwc?$/.test(mode) ||
        known.length === 0 ||
        known.some(text => text.text === null || readSql(text.text) !== 'reads') ||
        claims.some(claim => claim.does === 'write'));
    const reads: Claim[] = [{ does: 'read', path: file }];
    return [
      ...reads,
      ...(changes && !call.has('-readonly', '--readonly') ? [{ does: 'write', path: file } as const] : []),
      ...(claims.length > 0 ? claims : sqlClaims('reads', place)),
    ];
  },
};

/** `file:../x.db?mode=rwc` names a file as a path does. */
function located(word: Word): { file: Word; mode: string } {
  const [, path, query = ''] = /^file:(?:\/\/(?:localhost)?(?=\/))?([^?#]*)(.*)$/s.exec(word.text ?? '') ?? [];
  if (path === undefined) return { file: word, mode: '' };
  const plain = /%/.test(path)
    ? path.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    : path;
  return { file: at(word, plain), mode: /[?&]mode=(\w+)/.exec(query)?.[1] ?? '' };
}

const at = (word: Word, text: string): Word => ({ ...word, text, prefix: text, raw: text });

/** What a here document or `echo` types into the shell of sqlite; undefined where that is not known. */
function typed({ invocation: { stdin } }: Call): Word | undefined {
  const text =
    stdin.type === 'text' ? stdin.text : stdin.type === 'pipe' && stdin.from !== null ? printed(stdin.from) : null;
  return text === null ? undefined : literal(text);
}

function stdinOfFile(call: Call): Claim[] {
  return call.invocation.stdin.type === 'inherited' ? [] : stdinClaims(call, { at: 'file' });
}

/** Texts in turn: each dot command is a line of its own, and what follows a `.cd` happens there. */
function sqliteTexts(words: readonly Word[]): Claim[] {
  const claims: Claim[] = [];
  const folders: Word[] = [];
  for (const word of words) {
    if (word.text === null) {
      claims.push(...sqlClaims('obscure', { at: 'file' }));
      continue;
    }
    const lines = word.text.split('\n');
    const sql = lines.filter(line => !/^\s*\.\w/.test(line)).join('\n');
    for (const line of lines) {
      const [, command = '', rest = ''] = /^\s*\.(\w+)\s*(.*)$/s.exec(line) ?? [];
      if (command === '') continue;
      const [folder] = argumentsOf(rest);
      if (command === 'cd' && folder !== undefined) folders.push(at(word, folder));
      else claims.push(...moved(dotClaims(fullName(command), rest, word), folders));
    }
    if (sql.trim() !== '') claims.push(...moved(sqlTextClaims(sql.trim(), word), folders));
  }
  return claims;
}

/** The words of a dot command, without their quotes. */
function argumentsOf(rest: string): string[] {
  return (rest.match(/"(?:[^"\\]|\\.)*"|'[^']*'|\S+/g) ?? []).map(each => each.replace(/^(["'])(.*)\1$/s, '$2'));
}

const commands =
  'shell system output once open read restore import log load trace backup save clone cd excel www archive auth backup bail cd changes check clone connection databases dbconfig dbinfo dbtotxt dump echo eqp excel exit expert explain filectrl fullschema headers help import imposter indexes intck limit lint load log mode nonce nullvalue once open output parameter print progress prompt quit read recover restore save scanstats schema separator session sha3sum shell show stats system tables testcase testctrl timeout timer trace unmodule version vfsinfo vfslist vfsname width www'.split(
    ' ',
  );
/** Any beginning of a name will do; where it may be several, the first that does harm. */
const fullName = (name: string): string => commands.find(each => each.startsWith(name.toLowerCase())) ?? name;

function dotClaims(command: string, rest: string, word: Word): Claim[] {
  const place: Place = { at: 'file' };
  const words = argumentsOf(rest);
  const paths = words.filter(each => !each.startsWith('-'));
  const runs = (text: string): Claim[] => [
    ...sqlClaims('runsProgram', place),
    { does: 'shell', text: at(word, text.slice(1)) },
  ];
  const written = (path: string): Claim[] =>
    path.startsWith('|')
      ? runs(path)
      : /^(off|stdout|stderr|on)$/.test(path)
        ? []
        : [{ does: 'write', path: at(word, path) }];
  switch (command) {
    case 'read':
      return paths.slice(0, 1).flatMap(path => (path.startsWith('|') ? runs(path) : fileClaims(at(word, path), place)));
    case 'import':
      return paths
        .slice(0, 1)
        .flatMap((path): Claim[] => (path.startsWith('|') ? runs(path) : [{ does: 'read', path: at(word, path) }]));
    case 'output':
    case 'once':
    case 'log':
    case 'trace':
      // `|` and what follows it is one command, with its blanks.
      return rest.trim().startsWith('|') ? runs(rest.trim()) : paths.slice(-1).flatMap(written);
    case 'save':
    case 'backup':
    case 'clone':
    case 'session':
    case 'testcase':
    case 'recover':
    case 'dbtotxt':
      return paths
        .slice(-1)
        .filter(path => /[/.]/.test(path) || command !== 'session')
        .flatMap(written);
    case 'excel':
    case 'www':
      return sqlClaims('runsProgram', place);
    case 'archive':
      return archived(words.map(each => at(word, each)));
    case 'restore':
    case 'open':
      return paths.slice(-1).flatMap((path): Claim[] => {
        const { file, mode } = located(at(word, path));
        return [{ does: 'read', path: file }, ...(mode === 'ro' ? [] : [{ does: 'write', path: file } as const])];
      });
    case 'load':
      return [
        ...sqlClaims('runsProgram', place),
        ...paths.slice(0, 1).map((path): Claim => ({ does: 'load', path: at(word, path) })),
      ];
    case 'shell':
    case 'system':
      return [...sqlClaims('runsProgram', place), { does: 'shell', text: at(word, rest) }];
    default:
      return sqlClaims(readSql(`.${command} ${rest}`), place);
  }
}

function sqlTextClaims(text: string, word: Word): Claim[] {
  const named = (pattern: RegExp): Word[] => [...text.matchAll(pattern)].map(([, path = '']) => at(word, path));
  return [
    ...sqlClaims(readSql(text), { at: 'file' }),
    ...named(/\battach\s+(?:database\s+)?["']([^"']+)["']/gi).flatMap((path): Claim[] => {
      const { file, mode } = located(path);
      return [{ does: 'read', path: file }, ...(mode === 'ro' ? [] : [{ does: 'write', path: file } as const])];
    }),
    ...named(/\b(?:copy\b.*\bto|export database|vacuum(?:\s+\w+)?\s+into)\s+'([^']+)'/gi).map(
      (path): Claim => ({ does: 'write', path: located(path).file }),
    ),
    ...named(/\bwritefile\s*\(\s*'([^']+)'/gi).map((path): Claim => ({ does: 'write', path })),
    ...named(/\b(?:readfile|fsdir|lsdir)\s*\(\s*'([^']+)'/gi).map((path): Claim => ({ does: 'read', path })),
    ...(/\b(?:writefile|readfile)\s*\(\s*(?!')/i.test(text) ? sqlClaims('obscure', { at: 'file' }) : []),
    ...(/\b(?:load_extension|edit)\s*\(/i.test(text) ? sqlClaims('runsProgram', { at: 'file' }) : []),
    ...named(/\bread_(?:csv|parquet|json|text)\w*\s*\(\s*'([^']+)'/gi).map(
      (path): Claim =>
        /^https?:|^s3:/.test(path.prefix)
          ? { does: 'net', host: hostOf(path.text), send: false }
          : { does: 'read', path },
    ),
  ];
}

/** `-A -xf a.sqlar names` and `.archive -xf …`: the letters of tar. */
function archived(words: readonly Word[]): Claim[] {
  const texts = words.map(word => word.text ?? '?');
  const letters = texts.filter((text, i) => /^-\w/.test(text) || (i === 0 && /^[a-zA-Z]+$/.test(text))).join('');
  const has = (letter: string, long: string): boolean => letters.includes(letter) || texts.includes(`--${long}`);
  const after = (pattern: RegExp): Word[] => words.filter((_word, i) => pattern.test(texts[i - 1] ?? ''));
  const folders = after(/^(-\w*C|--directory)$/);
  const files = after(/^-?\w*f$|^--file$|^-\w*a$|^--append$/);
  const members = words.filter(
    (word, i) =>
      !word.prefix.startsWith('-') &&
      !folders.includes(word) &&
      !files.includes(word) &&
      !(i === 0 && /^[a-zA-Z]+$/.test(texts[0] ?? '')),
  );
  if (has('x', 'extract'))
    return [
      ...files.map((path): Claim => ({ does: 'read', path })),
      ...moved(
        [
          { does: 'write', path: literal('.'), somewhere: true, into: [] },
          ...members.map((path): Claim => ({ does: 'write', path })),
        ],
        folders,
      ),
    ];
  if (has('t', 'list')) return files.map((path): Claim => ({ does: 'read', path }));
  return [
    ...files.map((path): Claim => ({ does: 'write', path })),
    ...moved(
      members.map((path): Claim => ({ does: 'read', path, recursive: true })),
      folders,
    ),
  ];
}

export const sqlitePrograms: ProgramTable = {
  sqlite3: sqlite,
  sqlite: sqlite,
  litecli: sqlite,
  duckdb: {
    ...sqlite,
    flags: {
      ...sqlite.flags,
      ...flagged('-c -s -cmd', { value: 'ignore' }),
      '-f': { value: 'read', note: note('medium', 'obscure', 'database.scriptFile') },
    },
    inspect: call => [
      ...(sqlite.inspect?.({
        ...call,
        operands: [
          ...call.operands,
          ...(call.values('-c', '-s').length > 0 && call.operands.length === 0 ? [memory] : []),
          ...call.values('-c', '-s'),
        ],
      }) ?? []),
    ],
  },
};
