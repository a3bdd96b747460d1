import { createHash } from 'node:crypto';
import type { Clock } from '../ports/clock.ts';
import type { KeptGrant, KeptGrants } from '../ports/grants.ts';
import type { Terms, Violation } from '../protocol/containment.ts';
import type { Digest, Effect, EffectOf } from '../protocol/effect.ts';
import type { EventOf, RunEvent } from '../protocol/event.ts';
import { isLoopback } from '../risk/hosts.ts';
import { observed } from './observed.ts';

/** One of the person's answers that holds beyond its question, as the journal keeps it. */
export interface Grant {
  id: string;
  commandDigest: Digest;
  /** SHA-256 of all that they were shown of the command; null where only what it was seen to want was granted. */
  signature: Digest | null;
  violations: readonly Violation[];
  /** SHA-256 of what was found in the command when its violations were granted; they hold as long as that is the same. */
  shown?: Digest;
}

/** How long an answer for a workspace holds, in ms. */
export const workspaceGrantMs = 30 * 24 * 60 * 60 * 1000;

/** What is looked at to tell whether a grant holds. */
export interface Shown {
  /** All that a person is shown of the effect. */
  signature: string;
  /** The part of it that an answer about something else leaves as it is; see `KeptGrant.shown`. */
  found: string;
}

/**
 * What the person allowed for the rest of the run, or for the workspace: the same command in the same folder, as long as
 * all that they were shown of it is the same, and the hosts and paths that this very command was seen to want. What was
 * given for the run ends with it, and is there again when that is resumed.
 */
export interface Grants {
  /** Reads anew what holds for the workspace. To be called before each judgement; never rejects. */
  refresh(): Promise<void>;
  /** Whether this very command was granted when just this was shown of it. */
  covers(effect: Effect, shown: Shown): boolean;
  add(grant: Grant): void;
  /** Keeps it for the workspace until the time that it resolves with; null where that cannot be. Never rejects. */
  keep(grant: Grant, effect: Effect, shown: Shown): Promise<number | null>;
  /** Whether something with this id holds. */
  has(id: string): boolean;
  /** From here on it does not; what was kept for the workspace is gone for all runs. Rejects where that cannot be. */
  revoke(id: string): Promise<void>;
  /** The terms with what this command was granted added, as far as their profile can take it. */
  extend(effect: Effect, terms: Terms, found: string): Terms;
}

/** Where grants beyond the run lie, and what holds for those that are given now. */
export interface Keeping {
  kept: KeptGrants;
  run: string;
  policyDigest: Digest;
  clock: Clock;
}

/** `given`: those of the run so far. Without `keeping` none outlasts the run. */
export function createGrants(root: string, given: readonly Grant[] = [], keeping: Keeping | null = null): Grants {
  const ofRun = new Map<string, Grant>(given.map(grant => [grant.id, grant]));
  let ofWorkspace: readonly KeptGrant[] = [];

  return {
    async refresh() {
      // What cannot be read was granted by nobody.
      const all = keeping === null ? [] : await keeping.kept.all().catch(() => []);
      ofWorkspace = all.filter(({ policyDigest }) => policyDigest === keeping?.policyDigest);
    },
    covers(effect, { signature }) {
      if (!isGrantable(effect)) return false;
      const [key, digest] = [keyOf(effect), sha256(signature)];
      return [...ofRun.values(), ...ofWorkspace].some(each => each.commandDigest === key && each.signature === digest);
    },
    add(grant) {
      ofRun.set(grant.id, grant);
    },
    async keep(grant, effect, { found }) {
      if (keeping === null || effect.kind !== 'exec') return null;
      const { kept, run, policyDigest, clock } = keeping;
      const at = clock.now();
      const expiresAt = at + workspaceGrantMs;
      const { command, cwd } = effect;
      const whole = { ...grant, run, at, expiresAt, policyDigest, command, cwd, shown: sha256(found) };
      try {
        await kept.keep(whole);
      } catch {
        return null;
      }
      ofWorkspace = [...ofWorkspace, whole];
      return expiresAt;
    },
    has: id => ofRun.has(id) || ofWorkspace.some(each => each.id === id),
    async revoke(id) {
      ofRun.delete(id);
      ofWorkspace = ofWorkspace.filter(each => each.id !== id);
      await keeping?.kept.revoke(id);
    },
    extend(effect, terms, found) {
      if (effect.kind !== 'exec' || terms.profile === 'uncontained' || terms.profile === 'read-only') return terms;
      const [key, digest] = [keyOf(effect), sha256(found)];
      const wanted = [...ofRun.values(), ...ofWorkspace]
        .filter(({ commandDigest, shown }) => commandDigest === key && shown === digest)
        .flatMap(({ violations }) => violations);
      const { hosts, writes } = observed(wanted, root);
      // A place outside the workspace is asked about each time, whatever was kept before that was so.
      return widened(
        terms,
        hosts,
        writes.filter(path => path.startsWith(`${root}/`)),
      );
    },
  };
}

/**
 * The grant of a command, or of a host's pages, that was shown so; null for anything else, which is asked about each time. A
 * page whose address takes more along than the one that was shown has another signature.
 */
export function commandGrant(id: string, effect: Effect, signature: string): Grant | null {
  if (!isGrantable(effect)) return null;
  return { id, commandDigest: keyOf(effect), signature: sha256(signature), violations: [] };
}

/** The grant of what a command was seen to want; null for what is no command. */
export function wideningGrant(
  id: string,
  effect: Effect,
  violations: readonly Violation[],
  { found }: Shown,
): Grant | null {
  if (effect.kind !== 'exec') return null;
  return { id, commandDigest: keyOf(effect), signature: null, violations, shown: sha256(found) };
}

/**
 * The grants of a run that hold under the policy with this digest. Those that were given under another one do not, since
 * nobody knows what would have been shown; nor do those of a part of the conversation that was taken back.
 */
export function grantsGiven(events: readonly RunEvent[], policyDigest: Digest): Grant[] {
  let inForce: Digest | undefined;
  let grants: { grant: Grant; seq: number }[] = [];
  const govern = (digest: Digest | undefined): void => {
    if (digest === undefined || digest === inForce) return;
    inForce = digest;
    grants = [];
  };
  for (const event of events) {
    if (event.kind === 'run.started' || event.kind === 'run.resumed') govern(event.policyDigest);
    // What was given for the workspace is looked up there, where it may be gone.
    else if (event.kind === 'grant.given' && event.scope !== 'workspace')
      grants.push({ grant: grantOf(event), seq: event.seq });
    else if (event.kind === 'grant.revoked') grants = grants.filter(({ grant }) => grant.id !== event.grant);
    else if (event.kind === 'conversation.rewound') grants = grants.filter(({ seq }) => seq < event.record);
  }
  govern(policyDigest);
  return grants.map(({ grant }) => grant);
}

function grantOf({ grant, commandDigest, signature, violations, shown }: EventOf<'grant.given'>): Grant {
  return { id: grant, commandDigest, signature, violations, ...(shown === undefined ? {} : { shown }) };
}

/** Terms that also hold these hosts and paths; a profile without hosts becomes the one with. */
export function widened(terms: Terms, hosts: readonly string[], writes: readonly string[]): Terms {
  // This machine's own services are never opened by a name.
  const all = [...new Set([...terms.hosts, ...hosts.filter(host => !isLoopback(host))])];
  const wider = terms.profile === 'read-only' ? 'workspace' : terms.profile;
  const profile = wider === 'workspace' && all.length > 0 ? 'workspace-hosts' : wider;
  return { ...terms, profile, hosts: all, writes: [...new Set([...terms.writes, ...writes])] };
}

function isGrantable(effect: Effect): effect is EffectOf<'exec' | 'fetch'> {
  return effect.kind === 'exec' || effect.kind === 'fetch';
}

function keyOf(effect: EffectOf<'exec' | 'fetch'>): Digest {
  if (effect.kind === 'fetch') return sha256(JSON.stringify(['fetch', new URL(effect.url).origin]));
  return sha256(JSON.stringify([effect.command, effect.cwd, effect.background]));
}

export function sha256(text: string): Digest {
  return createHash('sha256').update(text).digest('hex');
}
