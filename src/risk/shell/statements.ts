import type { Claim } from '../claim.ts';
import { hostOf, isLoopback } from '../hosts.ts';
import { readSql, type SqlOutcome } from '../sql.ts';
import { type Call, claimed, note } from './spec.ts';
import type { Word } from './word.ts';

/** Where a database is. `file`: a file that the claims name; `here`: a server on this machine, or none was named. */
export type Place = { at: 'file' } | { at: 'here' } | { at: 'remote'; host: string | null };

export const reach = (place: Place): Claim[] =>
  place.at === 'remote' ? [{ does: 'net', host: place.host, send: false, judged: true }] : [];

/** What a text of SQL does, against where it does it. No checkpoint holds a server's data. */
export function sqlClaims(kind: SqlOutcome, place: Place): Claim[] {
  const remote = place.at === 'remote';
  const file = place.at === 'file';
  const say = (tier: 'low' | 'medium' | 'high' | 'critical', code: string): Claim[] => [
    ...(tier === 'low' ? [] : [claimed(note(tier, 'database', code))]),
    ...reach(place),
  ];
  switch (kind) {
    case 'reads':
      return say(file ? 'low' : 'medium', 'database.reads');
    case 'changes':
      return say(file ? 'low' : remote ? 'high' : 'medium', 'database.changes');
    case 'obscure':
      return say(file ? 'medium' : 'high', 'database.unreadText');
    case 'rewritesAll':
      return say(remote ? 'critical' : 'high', 'database.rewritesAll');
    case 'grants':
      return [
        ...say(file ? 'medium' : 'high', 'database.grants'),
        claimed(note(file ? 'medium' : 'high', 'privilege', 'database.grants')),
      ];
    case 'destroys':
      return say(remote ? 'critical' : 'high', 'database.destroys');
    case 'destroysDatabase':
      return say('critical', 'database.destroysAll');
    case 'runsProgram':
      return [
        ...say('critical', 'database.runsProgram'),
        claimed(note('critical', 'sandbox-escape', 'database.runsProgram')),
      ];
  }
}

export function textClaims(word: Word, place: Place): Claim[] {
  return sqlClaims(word.text === null ? 'obscure' : readSql(word.text), place);
}

/** Text on standard input: a heredoc or `echo` is read, a file is a script, another program's output is not known. */
export function stdinClaims(call: Call, place: Place): Claim[] {
  const { stdin } = call.invocation;
  switch (stdin.type) {
    case 'inherited':
      return [claimed(note('medium', 'database', 'database.interactive')), ...reach(place)];
    case 'text':
      return sqlClaims(stdin.text === null ? 'obscure' : readSql(stdin.text), place);
    case 'file':
      return fileClaims(stdin.target, place);
    case 'pipe': {
      const from = stdin.from;
      if (
        from !== null &&
        (from.name.text === 'echo' || from.name.text === 'printf') &&
        from.args.every(arg => arg.text !== null)
      )
        return sqlClaims(readSql(from.args.map(arg => arg.text).join(' ')), place);
      return sqlClaims('obscure', place);
    }
  }
}

/** A file of SQL changes the database as its text says; its text is judged with it. */
export function fileClaims(path: Word, place: Place): Claim[] {
  return [
    { does: 'read', path },
    { does: 'script', path, language: 'sql' },
    claimed(note(place.at === 'remote' ? 'high' : 'medium', 'database', 'database.scriptFile'), {
      path: path.text ?? path.raw,
    }),
    ...reach(place),
  ];
}

/** Of a server's client: a host flag, an address among the words, or a variable before the program. */
export function placeOf(call: Call, hostFlags: readonly string[], variable?: string): Place {
  const named = [
    ...call.values(...hostFlags),
    ...call.invocation.env.filter(({ name }) => name === variable).map(({ value }) => value),
  ];
  for (const word of named) {
    if (word.text === null) return { at: 'remote', host: null };
    if (word.text.startsWith('/')) continue;
    const host = hostOf(word.text);
    if (host === null || !isLoopback(host)) return { at: 'remote', host };
  }
  for (const word of [...call.operands, ...call.values('-d', '--dbname', '--uri', '--url', '-u')]) {
    const conninfo = /\bhost(?:addr)?\s*=\s*'?([^\s']+)/.exec(word.prefix)?.[1];
    const url = /^[a-z][a-z0-9+]*:\/\//i.test(word.prefix);
    if (word.text === null && (url || word.prefix === '')) return { at: 'remote', host: null };
    if (!url && conninfo === undefined) continue;
    const host = hostOf(conninfo ?? word.text);
    if (host === null || (!isLoopback(host) && !host.startsWith('/'))) return { at: 'remote', host };
  }
  return { at: 'here' };
}
