import { isMetadata } from './addresses.ts';
import type { Claim, ClaimOf } from './claim.ts';
import type { Facts } from './facts.ts';
import { isLoopback } from './hosts.ts';
import { add, type Ledger, raiseFloor } from './ledger.ts';
import type { Part } from './shell/expand.ts';
import type { Directories } from './shell/script.ts';
import { noteMoves, settlePath } from './touched.ts';
import { settleValue } from './values.ts';

export { add, type Ledger, newLedger } from './ledger.ts';
export { noteLinks } from './touched.ts';

/** Adds what one program would do. */
export function settle(ledger: Ledger, part: Part, facts: Facts): void {
  for (const claim of part.claims) settleClaim(ledger, claim, part.invocation.directories, facts);
  noteMoves(ledger, part, facts);
}

export function settleClaim(ledger: Ledger, claim: Claim, directories: Directories, facts: Facts): void {
  switch (claim.does) {
    case 'note':
      add(ledger, claim.tier, claim.category, claim.code, claim.args);
      if (claim.category === 'self-drive') raiseFloor(ledger, 'deny');
      return;
    case 'net':
      return settleNet(ledger, claim, facts);
    case 'read':
    case 'write':
    case 'delete':
      return settlePath(ledger, claim, directories, facts);
    case 'value':
      return settleValue(ledger, claim, directories, facts);
    case 'run':
    case 'tool':
    case 'shell':
    case 'code':
    case 'script':
    case 'load':
    case 'task':
      // Expansion replaces these; one that is left was not followed, and is not known.
      return add(ledger, 'medium', 'obscure', 'claim.notFollowed');
  }
}

function settleNet(ledger: Ledger, claim: ClaimOf<'net'>, facts: Facts): void {
  const { host } = claim;
  if (host === null) ledger.footprint.unknownHosts = true;
  else if (!ledger.footprint.hosts.includes(host)) ledger.footprint.hosts.push(host);
  if (host !== null && isLoopback(host)) return;
  if (host !== null && isMetadata(host)) {
    add(ledger, 'critical', 'credential-access', 'network.metadata', { host });
    return;
  }
  ledger.footprint.reversible = false;
  if (claim.judged === true) return;
  if (claim.send) add(ledger, 'high', 'upload', 'network.send', { host: host ?? '?' });
  else if (host === null || !facts.trustedHosts.has(host))
    add(ledger, 'high', 'network', 'network.reach', { host: host ?? '?' });
}
