import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { addressOf, isPublicAddress } from '../../risk/addresses.ts';

export interface Address {
  address: string;
  family: number;
}

/** Where a connection goes: to one of the addresses and to no other, whatever the name leads to by then. */
export interface Place {
  addresses: Address[];
  port: number;
}

/** The network as pages are read from it. Tests have one of their own; no setting of the product changes this one. */
export interface Web {
  /** Looks a host of a URL up. Rejects with the resolver's error. */
  locate(host: string, port: number): Promise<Place>;
  /** Whether an address may be connected to. */
  mayReach(address: string): boolean;
  /** Certificates to trust beside the system's, as PEM. */
  ca?: string;
}

/** The public web, and no address of this machine. */
export const publicWeb: Web = {
  async locate(host, port) {
    const address = addressOf(host);
    if (address !== null) return { addresses: [{ address, family: address.includes(':') ? 6 : 4 }], port };
    return { addresses: await lookup(host, { all: true }), port };
  },
  mayReach: address => isPublicAddress(address) && !ownAddresses().has(address),
};

function ownAddresses(): Set<string> {
  return new Set(Object.values(networkInterfaces()).flatMap(all => (all ?? []).map(({ address }) => address)));
}
