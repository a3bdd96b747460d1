import type { Claim } from '../claim.ts';
import { hostOf } from '../hosts.ts';
import { claimed, note } from '../shell/spec.ts';
import { readSql } from '../sql.ts';

/** Languages of which only the verbs are read. */

/** SQL text: looking is harmless, taking away is not. */
export function inspectSql(text: string): Claim[] {
  switch (readSql(text)) {
    case 'reads':
      return [];
    case 'changes':
    case 'obscure':
      return [claimed(note('medium', 'database', 'sql.changes'))];
    case 'rewritesAll':
    case 'grants':
    case 'destroys':
    case 'destroysDatabase':
      return [claimed(note('high', 'database', 'sql.destroys'))];
    case 'runsProgram':
      return [claimed(note('high', 'database', 'sql.reachesOut'))];
  }
}

const cmdlets: readonly (readonly [RegExp, Claim])[] = [
  [
    /\b(iex|invoke-expression)\b[\s\S]*\b(iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring|curl|wget)\b|\b(iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring|curl|wget)\b[\s\S]*\|\s*(iex|invoke-expression)\b/i,
    claimed(note('critical', 'download', 'code.runsFetched')),
  ],
  [
    /\b(invoke-expression|iex|add-type|\[scriptblock\]|-encodedcommand|frombase64string|reflection\.assembly)\b/i,
    claimed(note('high', 'obscure', 'powershell.evaluates')),
  ],
  [
    /\b(remove-item|ri|rm|rmdir|del|erase|clear-content|format-volume|clear-disk)\b|\.delete\b|foreach\(\s*['"]/i,
    claimed(note('high', 'deletion', 'powershell.deletes')),
  ],
  [
    /\b(start-process|invoke-command|new-service|set-service|register-scheduledtask|set-executionpolicy|new-itemproperty|set-itemproperty|stop-process|stop-computer|restart-computer)\b/i,
    claimed(note('high', 'process-control', 'powershell.system')),
  ],
];

/** PowerShell text: medium, unless it only shows; high for what deletes, evaluates, or reaches out. */
export function inspectPowershell(text: string): Claim[] {
  const claims = cmdlets.filter(([pattern]) => pattern.test(text)).map(([, claim]) => claim);
  const url =
    /\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|curl|wget|downloadstring|downloadfile|net\.webclient|sockets)\b[\s\S]*?(https?:\/\/[^\s'")]+)?/i.exec(
      text,
    );
  if (url !== null)
    claims.push({ does: 'net', host: hostOf(/https?:\/\/[^\s'")]+/i.exec(text)?.[0] ?? null), send: false });
  const looks =
    /^\s*(get-(childitem|content|location|date|command|help|item|module|process)|write-(output|host)|\$psversiontable(\.\w+)*|test-path|select-string|measure-object)\b[^|;&`$(){}>]*$/i;
  if (claims.length === 0 && !looks.test(text)) claims.push(claimed(note('medium', 'inline-code', 'code.doesMore')));
  return claims;
}
