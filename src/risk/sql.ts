/** The worst that a text of SQL does. `obscure`: not all of it could be read. */
export type SqlOutcome =
  | 'reads'
  | 'changes'
  | 'rewritesAll'
  | 'destroys'
  | 'destroysDatabase'
  | 'grants'
  | 'runsProgram'
  | 'obscure';

const order: readonly SqlOutcome[] = [
  'reads',
  'changes',
  'obscure',
  'rewritesAll',
  'grants',
  'destroys',
  'destroysDatabase',
  'runsProgram',
];

const worse = (a: SqlOutcome, b: SqlOutcome): SqlOutcome => (order.indexOf(a) >= order.indexOf(b) ? a : b);

/**
 * Text for a database's client → what it does at worst. Reads SQL of the common dialects and the clients' own commands
 * (`\!`, `\copy … program`, `.shell`, `system`, `source`). Comments and string contents are not mistaken for statements.
 */
export function readSql(text: string): SqlOutcome {
  let worst: SqlOutcome = 'reads';
  for (const line of text.split('\n')) worst = worse(worst, clientCommand(line.trim()));
  // MySQL runs what stands in such a comment.
  const opened = text.replace(/\/\*!\d*([\s\S]*?)\*\//g, ' $1 ');
  // A function outside the statement's own words: reading and writing files, programs, other servers.
  if (
    /\b(pg_read_(binary_)?file|pg_ls_dir|lo_import|lo_export|load_file|sys_exec|sys_eval|xp_cmdshell|sp_oacreate|dblink|load_extension|writefile|edit|fts3_tokenizer|utl_http|dbms_scheduler|readfile)\s*\(/i.test(
      opened,
    ) ||
    /\bxp_cmdshell\b/i.test(opened)
  )
    worst = worse(worst, 'runsProgram');
  for (const statement of blanked(opened).split(';')) worst = worse(worst, statementOutcome(statement.trim()));
  return worst;
}

function clientCommand(line: string): SqlOutcome {
  if (/^(\\!|\.(shell|system|sh)\b|system\s|!!|\.load\b|:!!|edit\b)/i.test(line) || /\\!/.test(line))
    return 'runsProgram';
  if (/\\copy\b[\s\S]*\bprogram\b|\\(g|gx|o|w)\s*\|/i.test(line)) return 'runsProgram';
  if (
    /^(\\(i|ir|include|gexec|copy|o|w|setenv)\b|\.(read|import|restore|save|backup|output|once|clone|archive|ar|open|log|excel|www)\b|source\s|\\\.\s|tee\s|load\s)/i.test(
      line,
    )
  )
    return 'obscure';
  return 'reads';
}

/** The text with comments and the insides of strings and quoted names taken out. */
function blanked(text: string): string {
  return text.replace(
    /--[^\n]*|#(?!>)[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|''|\\[\s\S])*'|\$(\w*)\$[\s\S]*?\$\1\$|"(?:[^"]|"")*"|`[^`]*`/g,
    part =>
      part.startsWith("'") || part.startsWith('$') ? "''" : part.startsWith('"') || part.startsWith('`') ? ' q ' : ' ',
  );
}

function statementOutcome(statement: string): SqlOutcome {
  if (statement === '' || statement.startsWith('\\') || /^\.\w/.test(statement)) return 'reads';
  const words = statement.toLowerCase().replace(/\s+/g, ' ');
  if (/^(drop (database|schema|owned|role|user|tablespace|keyspace)\b|shutdown)/.test(words)) return 'destroysDatabase';
  if (/^(drop|truncate|purge|vacuum full into|reset (master|slave))\b/.test(words)) return 'destroys';
  if (/^alter .*\bdrop (column|constraint|partition|primary)\b|^alter .*\bdrop \w+$/.test(words)) return 'destroys';
  if (/\bcopy .*\b(to|from) program\b/.test(words)) return 'runsProgram';
  if (
    /^create (or replace )?(extension|function .* (language|returns .* soname)|(trusted )?language|procedure|event|server|foreign|subscription)/.test(
      words,
    ) ||
    /^(install|load data|select .* into (out|dump)file)\b/.test(words) ||
    /\binto (outfile|dumpfile)\b/.test(words)
  )
    return 'runsProgram';
  if (
    /^(grant|revoke|create (user|role)|alter (user|role|system|default privileges)|set (password|role|session authorization)|deny|reassign owned|flush privileges|security label)\b/.test(
      words,
    )
  )
    return 'grants';
  if (/\bdelete from\b/.test(words)) return /\bwhere\b(?!\s*(1\s*=\s*1|true|1)\b)/.test(words) ? 'changes' : 'destroys';
  if (/^delete\b/.test(words)) return 'destroys';
  if (/\bupdate [\w.]+( as)?( \w+)? set\b/.test(words))
    return /\bwhere\b(?!\s*(1\s*=\s*1|true|1)\b)/.test(words) ? 'changes' : 'rewritesAll';
  if (/^pragma [\w.]+( ?\([\w ']*\))?$/.test(words)) return 'reads';
  if (words.startsWith('pragma writable_schema')) return 'destroys';
  if (
    /^(select|values|table|with|show|describe|desc|use|set|begin|start|commit|rollback|savepoint|release|end|help|from|summarize|list|fetch|declare|close)\b/.test(
      words,
    )
  ) {
    return /\b(insert into|into \w+ from|nextval|setval|pg_terminate_backend|pg_cancel_backend|pg_reload_conf|set_config)\b/.test(
      words,
    )
      ? 'changes'
      : 'reads';
  }
  if (/^explain\b/.test(words))
    return /^explain( \(?analy[sz]e)/.test(words)
      ? statementOutcome(words.replace(/^explain( \([^)]*\)| analy[sz]e| verbose)+/, '').trim())
      : 'reads';
  if (
    /^(insert|update|merge|replace|upsert|create|alter|comment|refresh|reindex|analyze|vacuum|cluster|lock|notify|rename|optimize|import|copy|attach|detach|pragma|discard|listen|call|do|exec|execute|prepare|checkpoint|flush|kill|handler)\b/.test(
      words,
    )
  )
    return /^(call|do|exec|execute|prepare|kill)\b/.test(words) ? 'obscure' : 'changes';
  return 'obscure';
}
