import { createHash } from 'node:crypto';
import type { Terms, Violation } from '../protocol/containment.ts';
import type { Effect } from '../protocol/effect.ts';

/**
 * What the person allowed for the rest of the run: the same command in the same folder, as long as it is no worse than
 * it was, and hosts and paths that a command was seen to want. It dies with the run.
 */
export interface Grants {
  /** Whether this very command was granted when it was at most this bad. */
  covers(effect: Effect, signature: string): boolean;
  grant(effect: Effect, signature: string): void;
  widen(violations: readonly Violation[]): void;
  /** The terms with what was granted for the run added, as far as their profile can take it. */
  extend(terms: Terms): Terms;
}

export function createGrants(): Grants {
  const commands = new Map<string, string>();
  const hosts = new Set<string>();
  const writes = new Set<string>();

  return {
    covers: (effect, signature) => effect.kind === 'exec' && commands.get(keyOf(effect)) === signature,
    grant(effect, signature) {
      if (effect.kind === 'exec') commands.set(keyOf(effect), signature);
    },
    widen(violations) {
      for (const violation of violations) {
        if (violation.type === 'host') hosts.add(violation.host);
        if (violation.type === 'write') writes.add(violation.path);
      }
    },
    extend(terms) {
      if (terms.profile === 'uncontained' || terms.profile === 'read-only') return terms;
      return widened(terms, [...hosts], [...writes]);
    },
  };
}

/** Terms that also hold these hosts and paths; a profile without hosts becomes the one with. */
export function widened(terms: Terms, hosts: readonly string[], writes: readonly string[]): Terms {
  const all = [...new Set([...terms.hosts, ...hosts])];
  const wider = terms.profile === 'read-only' ? 'workspace' : terms.profile;
  const profile = wider === 'workspace' && all.length > 0 ? 'workspace-hosts' : wider;
  return { profile, hosts: all, writes: [...new Set([...terms.writes, ...writes])] };
}

function keyOf(effect: Extract<Effect, { kind: 'exec' }>): string {
  return createHash('sha256')
    .update(JSON.stringify([effect.command, effect.cwd, effect.background]))
    .digest('hex');
}
