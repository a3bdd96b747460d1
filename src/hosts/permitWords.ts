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
      return `It tried to write ${violation.path} and was stopped.`;
    case 'limit':
      return `It used more ${violation.limit} than a command may, and was ended.`;
    case 'restored':
      return `It changed ${violation.path}, which is protected; the change was undone.`;
  }
}
