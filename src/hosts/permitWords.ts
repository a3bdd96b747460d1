import type { ProfileName, Terms, Violation } from '../protocol/containment.ts';

/** What each profile lets a command do, in a person's words. */
const profiles: Record<ProfileName, string> = {
  'read-only': 'It can look at the workspace and change nothing; no network.',
  workspace: 'It can change files in the workspace, but not git’s data or protected files',
  'workspace-hosts': 'It can change files in the workspace, but not git’s data or protected files',
  git: 'It can change files in the workspace and commit, but not git’s configuration or hooks',
  'package-install':
    'It can change files in the workspace and fetch packages; their scripts run afterwards, without network',
  uncontained: 'Nothing holds it: it can do whatever you can do on this machine.',
};

/** A permit's terms in one sentence to three: what the sandbox will hold the command to. */
export function termsSentence({ profile, hosts, writes }: Terms): string {
  const base = profiles[profile];
  if (profile === 'read-only' || profile === 'uncontained') return base;
  const reach = hosts.length > 0 ? `. It can reach ${hosts.join(', ')}, which can also receive data.` : '; no network.';
  return `${base}${reach}${writes.length > 0 ? ` It can also write to ${writes.join(', ')}.` : ''}`;
}

/** What a command tried and was refused. */
export function violationSentence(violation: Violation): string {
  switch (violation.type) {
    case 'host':
      return `It tried to reach ${violation.host}:${violation.port} and was stopped.`;
    case 'write':
      return `It tried to write ${violation.path}; nothing of that was kept.`;
    case 'limit':
      return `It used more ${violation.limit} than a command may, and was ended.`;
    case 'restored':
      return `It changed ${violation.path}, which is protected; the change was undone.`;
  }
}

/** Of many refused writes, the first few are named. */
const maxWrites = 5;

/** What a command tried and was refused, in a sentence each. */
export function violationSentences(violations: readonly Violation[]): string[] {
  const writes = violations.filter(({ type }) => type === 'write');
  const hidden = new Set(writes.slice(maxWrites));
  const said = violations.filter(violation => !hidden.has(violation)).map(violationSentence);
  return hidden.size === 0
    ? said
    : [...said, `It tried ${hidden.size} more ${hidden.size === 1 ? 'write' : 'writes'}; nothing of that was kept.`];
}

/** The same for the reasons of a question: what stands in `terms` as well need not be said at such length. */
export function fewerWrites<R extends { code: string }>(reasons: readonly R[]): { named: R[]; more: number } {
  const writes = reasons.filter(({ code }) => code === 'observed.write');
  const hidden = new Set(writes.slice(maxWrites));
  return { named: reasons.filter(reason => !hidden.has(reason)), more: hidden.size };
}
