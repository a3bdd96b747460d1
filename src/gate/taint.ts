import type { Assessment, Category } from '../protocol/assessment.ts';
import type { Terms } from '../protocol/containment.ts';
import type { Effect } from '../protocol/effect.ts';
import { isLoopback } from '../risk/hosts.ts';
import { type Containment, onlyLooks } from './terms.ts';

/** Where a run first read text that gives orders. `line` counts from 1; 0 where it has none. */
export interface Taint {
  source: string;
  line: number;
}

/** What goes out, comes in to run, lasts beyond the run, or loosens what holds it. */
const beyond: ReadonlySet<Category> = new Set<Category>([
  'network',
  'upload',
  'download',
  'unusual-network',
  'dependency',
  'publish',
  'push',
  'external-service',
  'cost',
  'production',
  'infrastructure',
  'database',
  'ci',
  'build-configuration',
  'git-configuration',
  'git-history',
  'credential-access',
  'outside-workspace',
  'protected-path',
  'runs-on-host',
  'persistence',
  'privilege',
  'process-control',
  'tampering',
  'checks-removed',
  'tests-weakened',
  'container',
  'sandbox-escape',
  'self-drive',
  'hidden-text',
]);

/**
 * Whether an effect of a tainted run is asked about, whatever its tier: it may leave this machine, or it loosens or
 * outlasts something. Looking at the workspace and changing its ordinary files is not; nor is a command that the sandbox
 * keeps to that.
 */
export function goesBeyond(
  effect: Effect,
  assessment: Assessment,
  terms: Terms,
  { sandbox }: Pick<Containment, 'sandbox'>,
): boolean {
  switch (effect.kind) {
    case 'push':
    case 'fetch':
      return true;
    case 'read':
    case 'search':
    case 'diagnostics':
      return false;
    case 'edit':
    case 'restore':
      return assessment.categories.some(category => beyond.has(category));
    case 'exec': {
      if (onlyLooks(assessment)) return false;
      // Nothing but a sandbox of ours keeps a command from the network.
      if (!sandbox || terms.profile === 'uncontained' || terms.profile === 'package-install') return true;
      const { hosts, unknownHosts, writes, deletes } = assessment.footprint;
      return (
        unknownHosts ||
        // What an answer from before added to the permit.
        terms.writes.some(path => !writes.includes(path) && !deletes.includes(path)) ||
        [...hosts, ...terms.hosts].some(host => !isLoopback(host)) ||
        assessment.categories.some(category => beyond.has(category))
      );
    }
  }
}
