import { isMetadata } from './addresses.ts';
import { type Assessed, conclude } from './assess.ts';
import type { Facts } from './facts.ts';
import { carriedBy } from './fetch/carried.ts';
import { receivesStolenData } from './fetch/receivers.ts';
import { add, type Ledger, newLedger, settleClaim } from './findings.ts';
import { isLoopback } from './hosts.ts';
import { holdsSecrets } from './paths.ts';
import { literal } from './shell/word.ts';

/**
 * What hosts and places come to that a command was seen to want. A place is judged as an edit of it is, whatever is written;
 * a host as a page of it is by its name, since nobody knows what the command says to it. Pure.
 */
export function assessWanted(hosts: readonly string[], writes: readonly string[], facts: Facts): Assessed {
  const ledger = newLedger();
  for (const path of writes) {
    settleClaim(ledger, { does: 'write', path: literal(path) }, [facts.root], facts);
    // In a permit, a folder stands for all below it.
    if (holdsSecrets(path, facts)) add(ledger, 'critical', 'outside-workspace', 'write.outside', { path });
  }
  for (const host of hosts) settleHost(ledger, host, facts);
  return { assessment: conclude(ledger, { understood: true, parts: [] }), wants: [...ledger.wants.values()] };
}

function settleHost(ledger: Ledger, host: string, facts: Facts): void {
  settleClaim(ledger, { does: 'net', host, send: false }, [facts.root], facts);
  if (isLoopback(host) || isMetadata(host)) return;
  if (facts.trustedHosts.has(host)) add(ledger, 'low', 'network', 'network.reach', { host });
  const address = `https://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}/`;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) {
    ledger.footprint.unknownHosts = true;
    return;
  }
  if (receivesStolenData(url)) add(ledger, 'high', 'unusual-network', 'fetch.dropHost', { host });
  const carried = carriedBy(url);
  if (carried === null) return;
  ledger.footprint.secrets = carried.secret;
  add(ledger, carried.secret ? 'critical' : 'high', 'upload', carried.code, carried.args);
}
