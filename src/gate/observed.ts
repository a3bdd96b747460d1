import type { Violation } from '../protocol/containment.ts';
import type { Reason } from '../protocol/decision.ts';
import { isRunOnHost } from '../risk/paths.ts';
import { reason } from './reasons.ts';

/** What a question about observed violations names, and what allowing it would add to the permit. */
export interface Observed {
  hosts: string[];
  writes: string[];
  reasons: Reason[];
}

/** `root` is the workspace's. */
export function observed(violations: readonly Violation[], root: string): Observed {
  const found: Observed = { hosts: [], writes: [], reasons: [] };
  for (const violation of violations) {
    switch (violation.type) {
      case 'host':
        found.hosts.push(violation.host);
        found.reasons.push(reason('observed.host', { host: violation.host, port: violation.port }));
        break;
      case 'write':
        found.writes.push(violation.path);
        found.reasons.push(
          reason(isHostFile(violation.path, root) ? 'observed.hostFile' : 'observed.write', { path: violation.path }),
        );
        break;
      case 'limit':
        found.reasons.push(reason('observed.limit', { limit: violation.limit }));
        break;
      case 'restored':
        found.reasons.push(reason('observed.restored', { path: violation.path }));
        break;
    }
  }
  return found;
}

/** Whether a person could allow it at all: a limit or a restored file is told and not asked about. */
export function canBeWidened(violations: readonly Violation[]): boolean {
  return violations.some(violation => violation.type === 'host' || violation.type === 'write');
}

function isHostFile(path: string, root: string): boolean {
  return path.startsWith(`${root}/`) && isRunOnHost(path, { root, home: root });
}
