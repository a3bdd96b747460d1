import type { Violation } from '../protocol/containment.ts';
import type { EventOf } from '../protocol/event.ts';

/** A person's own act, told back to them. */
export const grantRevoked = 'What you had allowed is asked about again from the next action on.';

type Given = Pick<EventOf<'grant.given'>, 'signature' | 'scope' | 'expiresAt'> & { violations: readonly Violation[] };

/** What a grant covers, and when it ends. */
export function grantSentences({ signature, violations, scope, expiresAt }: Given): string[] {
  const covers =
    signature === null
      ? violations.flatMap(wanted)
      : ['It runs without a question, as long as it would do what you were shown.'];
  const until =
    scope === 'workspace' && expiresAt !== undefined
      ? `In this workspace until ${new Date(expiresAt).toISOString().slice(0, 10)}.`
      : 'Until the run ends.';
  return [...covers, until];
}

function wanted(violation: Violation): string[] {
  switch (violation.type) {
    case 'host':
      return [`It may reach ${violation.host}:${violation.port}.`];
    case 'write':
      return [`It may write ${violation.path}.`];
    case 'limit':
    case 'restored':
      return [];
  }
}
