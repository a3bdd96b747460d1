import type { FetchEffect } from '../../protocol/effect.ts';
import { addressOf, isMetadata, isPublicAddress } from '../addresses.ts';
import { type Assessed, conclude } from '../assess.ts';
import type { Facts } from '../facts.ts';
import { isLoopback } from '../hosts.ts';
import { add, newLedger, raiseFloor } from '../ledger.ts';
import { carriedBy } from './carried.ts';
import { receivesStolenData } from './receivers.ts';

/**
 * Reading a page of the web. Low on a host that the person trusts, else medium; what the address takes along, where it
 * leads and how weigh more. Where it names this machine, a private network or a cloud's own service it is refused; a name
 * that leads to such a place is refused when it is resolved. Pure: no name is looked up.
 */
export function assessFetch({ url: text }: Pick<FetchEffect, 'url'>, facts: Facts): Assessed {
  const ledger = newLedger();
  ledger.footprint.reversible = false;
  const done = (): Assessed => ({ assessment: conclude(ledger, { understood: true, parts: [] }), wants: [] });
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    raiseFloor(ledger, 'deny');
    ledger.footprint.unknownHosts = true;
    add(ledger, 'high', 'unusual-network', 'fetch.address', { url: text.slice(0, 200) });
    return done();
  }
  const host = url.hostname.replace(/\.$/, '');
  ledger.footprint.hosts.push(host);
  const address = addressOf(host);
  if (isMetadata(host)) {
    raiseFloor(ledger, 'deny');
    add(ledger, 'critical', 'credential-access', 'network.metadata', { host });
  } else if (isLoopback(host) || (address !== null && !isPublicAddress(address))) {
    raiseFloor(ledger, 'deny');
    add(ledger, 'high', 'network', 'fetch.private', { host });
  } else if (address !== null) add(ledger, 'high', 'unusual-network', 'fetch.number', { host });
  const trusted = facts.trustedHosts.has(host);
  add(ledger, trusted ? 'low' : 'medium', 'network', trusted ? 'fetch.trusted' : 'fetch.untrusted', { host });
  if (url.protocol === 'http:') add(ledger, 'medium', 'network', 'fetch.plain', { host });
  if (url.port !== '')
    add(ledger, trusted ? 'medium' : 'high', 'unusual-network', 'fetch.port', { host, port: Number(url.port) });
  if (receivesStolenData(url)) add(ledger, 'high', 'unusual-network', 'fetch.dropHost', { host });
  const carried = carriedBy(url);
  if (carried !== null) {
    ledger.footprint.secrets = carried.secret;
    const tier = carried.secret ? 'critical' : trusted ? 'medium' : 'high';
    add(ledger, tier, 'upload', carried.code, carried.args);
  }
  return done();
}
