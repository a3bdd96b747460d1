import { createHash } from 'node:crypto';
import type { Terms, Violation } from '../protocol/containment.ts';
import type { Effect } from '../protocol/effect.ts';
import { isLoopback } from '../risk/hosts.ts';
import { observed } from './observed.ts';

/**
 * What the person allowed for the rest of the run: the same command in the same folder, as long as it is no worse than
 * it was, and the hosts and paths that this very command was seen to want. It dies with the run.
 */
export interface Grants {
  /** Whether this very command was granted when it was at most this bad. */
  covers(effect: Effect, signature: string): boolean;
  grant(effect: Effect, signature: string): void;
  widen(effect: Effect, violations: readonly Violation[]): void;
  /** The terms with what this command was granted for the run added, as far as their profile can take it. */
  extend(effect: Effect, terms: Terms): Terms;
}

export function createGrants(): Grants {
  const commands = new Map<string, string>();
  const wider = new Map<string, readonly Violation[]>();

  return {
    covers: (effect, signature) => effect.kind === 'exec' && commands.get(keyOf(effect)) === signature,
    grant(effect, signature) {
      if (effect.kind === 'exec') commands.set(keyOf(effect), signature);
    },
    widen(effect, violations) {
      if (effect.kind !== 'exec') return;
      const key = keyOf(effect);
      wider.set(key, [...(wider.get(key) ?? []), ...violations]);
    },
    extend(effect, terms) {
      if (effect.kind !== 'exec' || terms.profile === 'uncontained' || terms.profile === 'read-only') return terms;
      const { hosts, writes } = observed(wider.get(keyOf(effect)) ?? []);
      return widened(terms, hosts, writes);
    },
  };
}

/** Terms that also hold these hosts and paths; a profile without hosts becomes the one with. */
export function widened(terms: Terms, hosts: readonly string[], writes: readonly string[]): Terms {
  // This machine's own services are never opened by a name.
  const all = [...new Set([...terms.hosts, ...hosts.filter(host => !isLoopback(host))])];
  const wider = terms.profile === 'read-only' ? 'workspace' : terms.profile;
  const profile = wider === 'workspace' && all.length > 0 ? 'workspace-hosts' : wider;
  return { ...terms, profile, hosts: all, writes: [...new Set([...terms.writes, ...writes])] };
}

function keyOf(effect: Extract<Effect, { kind: 'exec' }>): string {
  return createHash('sha256')
    .update(JSON.stringify([effect.command, effect.cwd, effect.background]))
    .digest('hex');
}
