import type { Violation } from '../protocol/containment.ts';
import type { Digest } from '../protocol/effect.ts';

/** What a person allowed in a workspace beyond the run in which they were asked. */
export interface KeptGrant {
  id: string;
  /** The run that asked. */
  run: string;
  /** Unix time in ms. */
  at: number;
  expiresAt: number;
  /** Of the policy that was in force; under another one it does not hold. */
  policyDigest: Digest;
  /** The command as they were shown it, and its folder. */
  command: string;
  cwd: string;
  commandDigest: Digest;
  /** Of all that they were shown of it; null where only what it was seen to want was granted. */
  signature: Digest | null;
  violations: readonly Violation[];
  /** Of what was found in it: what it was seen to want is granted only as long as this is the same. */
  shown: Digest;
}

/** Those of one workspace, kept in the state folder and never in the repository. */
export interface KeptGrants {
  /** As they are now, those that have ended left out; whoever takes one back takes it from here. */
  all(): Promise<readonly KeptGrant[]>;
  /** Rejects where it cannot be kept. */
  keep(grant: KeptGrant): Promise<void>;
  /** Whether there was one. */
  revoke(id: string): Promise<boolean>;
}
