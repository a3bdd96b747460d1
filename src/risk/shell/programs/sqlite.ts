import type { Claim } from '../../claim.ts';
import { hostOf } from '../../hosts.ts';
import { readSql } from '../../sql.ts';
import { flagged, valued } from '../remote.ts';
import { type Call, note, type ProgramTable, type Spec } from '../spec.ts';
import { fileClaims, type Place, sqlClaims, stdinClaims } from '../statements.ts';
import type { Word } from '../word.ts';

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
  },
  inspect(call) {
    const [file, ...texts] = call.operands;
    const place: Place = { at: 'file' };
    if (call.has('-version', '--version', '-help', '--help')) return [];
    const sql = [...texts, ...call.values('-cmd', '--cmd')];
    const claims =
      sql.length > 0
        ? sql.flatMap(text => sqliteText(text))
        : call.invocation.stdin.type === 'inherited' && file === undefined
          ? []
          : stdinOfFile(call);
    if (file === undefined || file.text === ':memory:' || file.text === '') return claims;
    const changes =
      sql.length === 0 ||
      sql.some(text => text.text === null || readSql(text.text) !== 'reads') ||
      claims.some(claim => claim.does === 'write');
    const reads: Claim[] = [{ does: 'read', path: file }];
    return [
      ...reads,
      ...(changes && !call.has('-readonly', '--readonly') ? [{ does: 'write', path: file } as const] : []),
      ...(claims.length > 0 ? claims : sqlClaims('reads', place)),
    ];
  },
};

function stdinOfFile(call: Call): Claim[] {
  return call.invocation.stdin.type === 'inherited' ? [] : stdinClaims(call, { at: 'file' });
}

/** sqlite's dot commands name files in their arguments. */
function sqliteText(word: Word): Claim[] {
  const text = word.text?.trim() ?? null;
  if (text === null) return sqlClaims('obscure', { at: 'file' });
  const at = (path: string): Word => ({ ...word, text: path, prefix: path, raw: path });
  const [, command = '', rest = ''] = /^\.(\w+)\s*(.*)$/s.exec(text) ?? [];
  const paths = rest
    .split(/\s+/)
    .filter(each => each !== '' && !each.startsWith('-'))
    .map(each => each.replace(/^["']|["']$/g, ''));
  switch (command) {
    case '':
      return [
        ...sqlClaims(readSql(text), { at: 'file' }),
        ...[...text.matchAll(/\battach\s+(?:database\s+)?'([^']+)'/gi)].flatMap(([, path = '']): Claim[] => [
          { does: 'read', path: at(path) },
          { does: 'write', path: at(path) },
        ]),
        ...[...text.matchAll(/\b(?:copy\b.*\bto|export database|vacuum(?:\s+\w+)?\s+into)\s+'([^']+)'/gi)].map(
          ([, path = '']): Claim => ({ does: 'write', path: at(path) }),
        ),
        ...[...text.matchAll(/\bread_(?:csv|parquet|json|text)\w*\s*\(\s*'([^']+)'/gi)].map(
          ([, path = '']): Claim =>
            /^https?:|^s3:/.test(path)
              ? { does: 'net', host: hostOf(path), send: false }
              : { does: 'read', path: at(path) },
        ),
      ];
    case 'read':
      return paths.slice(0, 1).flatMap(path => fileClaims(at(path), { at: 'file' }));
    case 'import':
      return paths.slice(0, 1).map((path): Claim => ({ does: 'read', path: at(path) }));
    case 'output':
    case 'once':
    case 'save':
    case 'backup':
    case 'log':
    case 'clone':
      return paths
        .slice(-1)
        .flatMap((path): Claim[] =>
          path.startsWith('|') ? sqlClaims('runsProgram', { at: 'file' }) : [{ does: 'write', path: at(path) }],
        );
    case 'restore':
    case 'open':
    case 'archive':
    case 'ar':
      return paths.slice(-1).flatMap((path): Claim[] => [
        { does: 'read', path: at(path) },
        { does: 'write', path: at(path) },
      ]);
    case 'shell':
    case 'system':
      return [...sqlClaims('runsProgram', { at: 'file' }), { does: 'shell', text: at(rest) }];
    default:
      return sqlClaims(readSql(text), { at: 'file' });
  }
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
