import { createHash } from 'node:crypto';
import type { Terms, Violation } from '../protocol/containment.ts';
import type { Digest, Effect } from '../protocol/effect.ts';
import type { RunEvent } from '../protocol/event.ts';
import { isLoopback } from '../risk/hosts.ts';
import { observed } from './observed.ts';

/** One of the person's answers that holds for the rest of the run, as the journal keeps it. */
export interface Grant {
  commandDigest: Digest;
  /** SHA-256 of all that they were shown of the command; null where only what it was seen to want was granted. */
  signature: Digest | null;
  violations: readonly Violation[];
}

/**
 * What the person allowed for the rest of the run: the same command in the same folder, as long as all that they were
 * shown of it is the same, and the hosts and paths that this very command was seen to want. It ends with the run, and is
 * there again when that is resumed.
 */
export interface Grants {
  /** Whether this very command was granted when just this was shown of it. */
  covers(effect: Effect, signature: string): boolean;
  add(grant: Grant): void;
  /** The terms with what this command was granted for the run added, as far as their profile can take it. */
  extend(effect: Effect, terms: Terms): Terms;
}

/** `given`: those of the run so far. */
export function createGrants(root: string, given: readonly Grant[] = []): Grants {
  const commands = new Map<Digest, Digest>();
  const wider = new Map<Digest, readonly Violation[]>();

  function add({ commandDigest, signature, violations }: Grant): void {
    if (signature !== null) commands.set(commandDigest, signature);
    wider.set(commandDigest, [...(wider.get(commandDigest) ?? []), ...violations]);
  }
  for (const grant of given) add(grant);

  return {
    add,
    covers: (effect, signature) => effect.kind === 'exec' && commands.get(keyOf(effect)) === sha256(signature),
    extend(effect, terms) {
      if (effect.kind !== 'exec' || terms.profile === 'uncontained' || terms.profile === 'read-only') return terms;
      const { hosts, writes } = observed(wider.get(keyOf(effect)) ?? [], root);
      return widened(terms, hosts, writes);
    },
  };
}

/** The grant of a command that was shown so; null for what is no command, which is asked about each time. */
export function commandGrant(effect: Effect, signature: string): Grant | null {
  if (effect.kind !== 'exec') return null;
  return { commandDigest: keyOf(effect), signature: sha256(signature), violations: [] };
}

/** The grant of what a command was seen to want; null for what is no command. */
export function wideningGrant(effect: Effect, violations: readonly Violation[]): Grant | null {
  return effect.kind === 'exec' ? { commandDigest: keyOf(effect), signature: null, violations } : null;
}

/**
 * The grants of a run that hold under the policy with this digest. Those that were given under another one do not, since
 * nobody knows what would have been shown; nor do those of a part of the conversation that was taken back.
 */
export function grantsGiven(events: readonly RunEvent[], policyDigest: Digest): Grant[] {
  let inForce: Digest | undefined;
  let grants: (Grant & { seq: number })[] = [];
  const govern = (digest: Digest | undefined): void => {
    if (digest === undefined || digest === inForce) return;
    inForce = digest;
    grants = [];
  };
  for (const event of events) {
    if (event.kind === 'run.started' || event.kind === 'run.resumed') govern(event.policyDigest);
    else if (event.kind === 'grant.given') grants.push(event);
    else if (event.kind === 'conversation.rewound') grants = grants.filter(({ seq }) => seq < event.record);
  }
  govern(policyDigest);
  return grants.map(({ commandDigest, signature, violations }) => ({ commandDigest, signature, violations }));
}

/** Terms that also hold these hosts and paths; a profile without hosts becomes the one with. */
export function widened(terms: Terms, hosts: readonly string[], writes: readonly string[]): Terms {
  // This machine's own services are never opened by a name.
  const all = [...new Set([...terms.hosts, ...hosts.filter(host => !isLoopback(host))])];
  const wider = terms.profile === 'read-only' ? 'workspace' : terms.profile;
  const profile = wider === 'workspace' && all.length > 0 ? 'workspace-hosts' : wider;
  return { ...terms, profile, hosts: all, writes: [...new Set([...terms.writes, ...writes])] };
}

function keyOf(effect: Extract<Effect, { kind: 'exec' }>): Digest {
  return sha256(JSON.stringify([effect.command, effect.cwd, effect.background]));
}

export function sha256(text: string): Digest {
  return createHash('sha256').update(text).digest('hex');
}
