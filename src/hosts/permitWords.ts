import type { ProfileName, Terms, Violation } from '../protocol/containment.ts';

/** What each profile lets a command do, in a person's words. */
const profiles: Record<ProfileName, string> = {
  'read-only': 'It can look at the workspace and change nothing; no network.',
  workspace: 'It can change files in the workspace, but not git’s data or protected files; no network.',
  'workspace-hosts': 'It can change files in the workspace, and reach',
  git: 'It can change files in the workspace and commit, but not git’s configuration or hooks',
  'package-install': 'It can change files in the workspace and fetch packages; their scripts do not run',
  uncontained: 'Nothing holds it: it can do whatever you can do on this machine.',
};

/** A permit's terms as one sentence or two: what the sandbox will hold the command to. */
export function termsSentence({ profile, hosts, writes }: Terms): string {
  const base = profiles[profile];
  const also = writes.length > 0 ? ` It can also write to ${writes.join(', ')}.` : '';
  switch (profile) {
    case 'workspace-hosts':
      return `${base} ${hosts.join(', ')}, which can also receive data.${also}`;
    case 'git':
    case 'package-install':
      return `${base}${hosts.length > 0 ? `. It can reach ${hosts.join(', ')}` : '; no other network'}.${also}`;
    case 'read-only':
    case 'workspace':
    case 'uncontained':
      return `${base}${also}`;
  }
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
