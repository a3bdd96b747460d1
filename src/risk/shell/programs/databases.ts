import type { Claim } from '../../claim.ts';
import { type SqlOutcome } from '../../sql.ts';
import { destroys, flagged, group, local, logsIn, looks, outcome, valued, verbClient, verbs } from '../remote.ts';
import { type Call, claimed, type Flag, note, type ProgramTable, type Spec } from '../spec.ts';
import { fileClaims, type Place, placeOf, reach, sqlClaims, stdinClaims, textClaims } from '../statements.ts';

// Sources: psql(1), mysql(1), sqlite3's and duckdb's command references, redis-cli's and mongosh's manuals, GTFOBins.

const connection: Record<string, Flag> = {
  ...valued('-h --host -p --port -U --username -d --dbname'),
  ...flagged('-w --no-password -W --password', {}),
};

const psql: Spec = {
  flags: {
    ...connection,
    ...valued(
      '-v --set --variable -P --pset -F --field-separator -R --record-separator -T --table-attr -c --command -f --file',
    ),
    ...flagged('-o --output -L --log-file', { value: 'ignore' }),
  },
  inspect(call) {
    const place = placeOf(call, ['-h', '--host'], 'PGHOST');
    const texts = call.values('-c', '--command');
    const files = call.values('-f', '--file');
    const out = call
      .values('-o', '--output', '-L', '--log-file')
      .flatMap((path): Claim[] =>
        path.prefix.startsWith('|') ? sqlClaims('runsProgram', place) : [{ does: 'write', path }],
      );
    if (call.has('-l', '--list', '--version', '-V', '--help', '-?'))
      return call.has('-l', '--list') ? sqlClaims('reads', place) : [];
    const claims = [
      ...out,
      ...texts.flatMap(text => textClaims(text, place)),
      ...files.filter(path => path.text !== '-').flatMap(path => fileClaims(path, place)),
    ];
    return texts.length + files.length > 0 && !files.some(path => path.text === '-')
      ? claims
      : [...claims, ...stdinClaims(call, place)];
  },
};

const mysql: Spec = {
  flags: {
    ...valued(
      '-h --host -P --port -u --user -S --socket -D --database -e --execute --default-character-set --protocol --ssl-mode --prompt --delimiter',
    ),
    ...flagged('-p --password', { attached: true }),
    ...flagged('--defaults-file --defaults-extra-file --ssl-key --ssl-cert --ssl-ca', { value: 'read' }),
    '--tee': { value: 'write' },
    '--pager': { value: 'command' },
    '--init-command': { value: 'ignore' },
    '--plugin-dir': { value: 'read', note: note('high', 'persistence', 'database.loadsCode') },
  },
  inspect(call) {
    const place = placeOf(
      { ...call, operands: [], values: (...names) => (names.includes('-u') ? [] : call.values(...names)) },
      ['-h', '--host'],
      'MYSQL_HOST',
    );
    const texts = call.values('-e', '--execute', '--init-command');
    if (call.has('--version', '-V', '--help', '-?')) return [];
    return texts.length > 0 ? texts.flatMap(text => textClaims(text, place)) : stdinClaims(call, place);
  },
};

/** A dump holds all the data that a server has, and so do the secrets in it. */
const dump: Spec = {
  flags: {
    ...connection,
    ...valued('-u --user -n -t -T -j -F --format -E -S -x -P -O --table --schema'),
    ...flagged('-f --file -r --result-file -o --out --archive', { value: 'write' }),
    ...flagged('--defaults-extra-file', { value: 'read' }),
  },
  inspect: call => {
    const place = placeOf(call, ['-h', '--host'], 'PGHOST');
    return [claimed(note(place.at === 'remote' ? 'high' : 'medium', 'database', 'database.dumps')), ...reach(place)];
  },
};
const restores: Spec = {
  flags: {
    ...connection,
    ...valued('-n -t -j -F'),
    ...flagged('-c --clean --drop', { note: note('critical', 'database', 'database.destroys') }),
  },
  operands: 'read',
  notes: [note('high', 'database', 'database.restores')],
  inspect: call => reach(placeOf(call, ['-h', '--host'], 'PGHOST')),
};
const onServer = (tier: 'medium' | 'high' | 'critical', code: string): Spec => ({
  flags: connection,
  notes: [note(tier, 'database', code)],
  inspect: call => reach(placeOf(call, ['-h', '--host'], 'PGHOST')),
});

const redisLook =
  /^(get|mget|keys|scan|ttl|pttl|type|exists|info|ping|dbsize|llen|lrange|smembers|scard|sismember|hget|hgetall|hkeys|hlen|zrange|zcard|zscore|strlen|time|memory|slowlog|client|xlen|xrange|object|randomkey|monitor|hello|latency|lindex|command)$/i;
const redis: Spec = {
  stopAtOperand: true,
  flags: {
    ...valued('-h -p -s -a -n -r -i --user --pass -t'),
    ...flagged('-u', { value: 'ignore' }),
    ...flagged('--cacert --cert --key', { value: 'read' }),
    '--eval': { value: 'read', note: note('high', 'database', 'database.unreadText') },
    '--rdb': { value: 'write' },
    ...flagged('--pipe -x', { note: note('high', 'database', 'database.unreadText') }),
  },
  inspect(call) {
    const place = placeOf({ ...call, operands: [] }, ['-h'], undefined);
    const [verb, next] = call.operands;
    if (call.has('--version', '-v', '--help')) return [];
    if (verb === undefined) return stdinRedis(call, place);
    const text = verb.text?.toLowerCase() ?? null;
    if (text === null) return sqlClaims('obscure', place);
    if (/^(flushall|flushdb)$/.test(text))
      return sqlClaims(place.at === 'remote' ? 'destroysDatabase' : 'destroys', place);
    if (
      /^(config|module|debug|slaveof|replicaof|acl|script|function|migrate|shutdown|eval|evalsha|fcall|bgrewriteaof|cluster|failover)$/.test(
        text,
      )
    )
      return /^(config|acl|cluster|script|function)$/.test(text) &&
        /^(get|list|info|whoami|nodes|exists|getuser|users|cat|slots)$/i.test(next?.text ?? '')
        ? sqlClaims('reads', place)
        : sqlClaims(/^(module|debug|slaveof|replicaof|config|migrate)$/.test(text) ? 'runsProgram' : 'grants', place);
    return sqlClaims(redisLook.test(text) ? 'reads' : 'changes', place);
  },
};

function stdinRedis(call: Call, place: Place): Claim[] {
  return call.invocation.stdin.type === 'inherited'
    ? [claimed(note('medium', 'database', 'database.interactive')), ...reach(place)]
    : sqlClaims('obscure', place);
}

const mongo: Spec = {
  flags: {
    ...valued('--host --port -u --username -p --password --authenticationDatabase --eval -f --file'),
    ...flagged('--tlsCertificateKeyFile', { value: 'read' }),
    ...flagged('--shell --quiet --norc --nodb', {}),
  },
  inspect(call) {
    const place = placeOf({ ...call, values: (...names) => (names.includes('-u') ? [] : call.values(...names)) }, [
      '--host',
    ]);
    const texts = call.values('--eval');
    const files = [...call.values('-f', '--file'), ...call.operands.filter(word => /\.m?js$/.test(word.text ?? ''))];
    const claims = [
      ...texts.flatMap(text => sqlClaims(mongoOutcome(text.text), place)),
      ...files.flatMap((path): Claim[] => [
        { does: 'script', path, language: 'javascript' },
        ...sqlClaims('obscure', place),
      ]),
    ];
    if (call.has('--version', '--help')) return [];
    return claims.length > 0
      ? claims
      : call.invocation.stdin.type === 'text'
        ? sqlClaims(mongoOutcome(call.invocation.stdin.text), place)
        : stdinRedis(call, place);
  },
};

function mongoOutcome(text: string | null): SqlOutcome {
  if (text === null) return 'obscure';
  if (/\bdropDatabase\s*\(/.test(text)) return 'destroysDatabase';
  if (
    /\b(child_process|require\s*\(|process\.|run(Program|MongoProgram|NonMongoProgram)?\s*\(|load\s*\(|fs\.|shellHelper)/.test(
      text,
    )
  )
    return 'runsProgram';
  if (/\.drop\w*\s*\(|\b(deleteMany|remove)\s*\(\s*(\{\s*\})?\s*\)|\[['"]drop/.test(text)) return 'destroys';
  if (/\b(createUser|grantRoles\w*|updateUser|dropUser|createRole|shutdownServer|adminCommand)\s*\(/.test(text))
    return 'grants';
  if (
    /\b(insert\w*|update\w*|replace\w*|delete\w*|remove|findOneAnd\w*|findAndModify|bulkWrite|save|create\w*|rename\w*)\s*\(/.test(
      text,
    )
  )
    return 'changes';
  return /^[\s;]*(db\b|show\b|use\b|rs\.status|print)/.test(text) &&
    !/\beval\b|\bmapReduce\b|\$where|\$out|\$merge|\$function/.test(text)
    ? 'reads'
    : 'obscure';
}

/** A client that takes its text by a flag, and by standard input where there is none. */
function textClient(
  textFlags: readonly string[],
  fileFlags: readonly string[],
  hostFlags: readonly string[],
  flags: Record<string, Flag> = {},
  operandText = false,
): Spec {
  return {
    flags: { ...valued([...textFlags, ...fileFlags, ...hostFlags].join(' ')), ...flags },
    inspect(call) {
      const place = placeOf(call, hostFlags);
      const texts = [...call.values(...textFlags), ...(operandText ? call.operands : [])];
      const files = call.values(...fileFlags);
      if (call.has('--version', '--help')) return [];
      if (texts.length + files.length === 0) return stdinClaims(call, place);
      return [...texts.flatMap(text => textClaims(text, place)), ...files.flatMap(path => fileClaims(path, place))];
    },
  };
}

export const databases: ProgramTable = {
  psql,
  pgcli: psql,
  mysql,
  mariadb: mysql,
  mycli: mysql,
  mysqldump: dump,
  'mariadb-dump': dump,
  mysqladmin: {
    flags: mysql.flags ?? {},
    inspect: call =>
      sqlClaims(
        call.operands.some(({ text }) => text === null || /^(drop|shutdown)$/.test(text))
          ? 'destroysDatabase'
          : call.operands.every(({ text }) =>
                /^(status|ping|version|processlist|variables|extended-status)$/.test(text ?? ''),
              )
            ? 'reads'
            : 'grants',
        placeOf({ ...call, operands: [], values: () => [] }, []),
      ),
  },
  mysqlimport: { ...restores },
  pg_dump: dump,
  pg_dumpall: dump,
  pg_basebackup: dump,
  mongodump: dump,
  mongoexport: dump,
  pg_restore: restores,
  mongorestore: restores,
  mongoimport: restores,
  dropdb: onServer('critical', 'database.destroysAll'),
  dropuser: onServer('high', 'database.grants'),
  createdb: onServer('medium', 'database.changes'),
  createuser: onServer('high', 'database.grants'),
  vacuumdb: onServer('medium', 'database.changes'),
  reindexdb: onServer('medium', 'database.changes'),
  pg_isready: { flags: connection, inspect: call => reach(placeOf(call, ['-h', '--host'])) },
  pg_ctl: {
    notes: [note('high', 'process-control', 'database.server')],
    flags: {
      ...flagged('-D --pgdata', { value: 'read' }),
      ...flagged('-l --log', { value: 'write' }),
      '-o': { value: 'ignore' },
    },
  },
  initdb: { operands: 'write', flags: flagged('-D --pgdata', { value: 'write' }) },
  pg_resetwal: onServer('critical', 'database.destroysAll'),
  mongo,
  mongosh: mongo,
  'redis-cli': redis,
  'valkey-cli': redis,
  'clickhouse-client': textClient(['-q', '--query'], ['--queries-file'], ['-h', '--host']),
  clickhouse: textClient(['-q', '--query'], ['--queries-file'], ['-h', '--host']),
  sqlcmd: textClient(['-Q', '-q'], ['-i'], ['-S'], { '-o': { value: 'write' }, ...valued('-U -P -d -v') }),
  sqlplus: { notes: [note('high', 'database', 'database.unreadText')], inspect: () => outcome('changes') },
  cqlsh: textClient(['-e', '--execute'], ['-f', '--file'], [], valued('-u -p -k')),
  cockroach: {
    sub: verbs(
      [textClient(['-e', '--execute'], ['-f', '--file'], ['--host', '--url']), 'sql'],
      [destroys, 'node'],
      [logsIn, 'cert'],
      [local, 'version'],
    ),
    otherSub: { notes: [note('high', 'database', 'database.server')] },
  },
  snowsql: textClient(['-q', '--query'], ['-f', '--filename'], ['-a', '-h']),
  usql: textClient(['-c', '--command'], ['-f', '--file'], []),
  trino: textClient(['--execute'], ['-f', '--file'], ['--server']),
  presto: textClient(['--execute'], ['-f', '--file'], ['--server']),
  hive: textClient(['-e'], ['-f'], []),
  beeline: textClient(['-e'], ['-f'], ['-u']),
  influx: verbClient(valued('--host -t --token -o --org -b --bucket')),
  etcdctl: group(
    verbs(
      [looks, 'get member endpoint version'],
      [{ inspect: () => outcome('changes') }, 'put lease txn compaction defrag move-leader alarm'],
      [destroys, 'del'],
      [{ inspect: () => [...outcome('changes'), claimed(note('high', 'database', 'database.restores'))] }, 'snapshot'],
      [logsIn, 'user role auth'],
      [{ stopAtOperand: true, operands: ['ignore', 'argv'] }, 'watch lock'],
    ),
  ),
  neo4j: { notes: [note('high', 'database', 'database.server')] },
  'cypher-shell': { notes: [note('high', 'database', 'database.unreadText')] },
};
