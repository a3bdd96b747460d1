import assert from 'node:assert/strict';
import { readSql, type SqlOutcome } from '../../src/risk/sql.ts';

const rows: readonly (readonly [text: string, outcome: SqlOutcome])[] = [
  ['select 1', 'reads'],
  ["SELECT 'drop table users' AS x -- ; drop table y", 'reads'],
  ['with a as (select 1) select * from a', 'reads'],
  ['explain select 1', 'reads'],
  ['explain analyze delete from t', 'destroys'],
  ['\\dt', 'reads'],
  ['.tables', 'reads'],
  ['pragma table_info(users)', 'reads'],
  ['insert into t values (1)', 'changes'],
  ['update t set a = 1 where id = 2', 'changes'],
  ['update t set a = 1', 'rewritesAll'],
  ['delete from t where true', 'destroys'],
  ['delete from t where id = 1', 'changes'],
  ['with gone as (delete from t returning *) select * from gone', 'destroys'],
  ['/* a */ drop/**/ table t', 'destroys'],
  ['/*!50000 drop table t */', 'destroys'],
  ['alter table t drop column c', 'destroys'],
  ['alter table t add column c int', 'changes'],
  ['truncate t', 'destroys'],
  ['drop database a', 'destroysDatabase'],
  ['grant all on t to u', 'grants'],
  ["copy t to program 'sh'", 'runsProgram'],
  ["select load_file('/etc/passwd')", 'runsProgram'],
  ["exec xp_cmdshell 'dir'", 'runsProgram'],
  ['.shell id', 'runsProgram'],
  ['\\! id', 'runsProgram'],
  ['select 1 \\g |sh', 'runsProgram'],
  ['\\i x.sql', 'obscure'],
  ['do $$ begin execute x; end $$', 'obscure'],
  ['call wipe()', 'obscure'],
  ['frobnicate', 'obscure'],
];

describe('reading SQL', () => {
  for (const [text, outcome] of rows) it(`${text} ${outcome}`, () => assert.equal(readSql(text), outcome));
});
