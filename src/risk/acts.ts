import { type Acts, type Finding, mostActs } from './assessment.ts';
import type { Ledger } from './ledger.ts';

/** What each part of a command does by itself, its findings by their place in the whole's. */
export function actsOf(parts: readonly Ledger[], findings: readonly Finding[]): Acts[] {
  const places = new Map(findings.map((finding, at) => [JSON.stringify(finding), at]));
  return parts.map(({ footprint, findings: own }) => {
    const { reads, writes, deletes, hosts } = footprint;
    const first = (all: readonly string[]): string[] => all.slice(0, mostActs);
    return {
      reads: first(reads),
      writes: first(writes),
      deletes: first(deletes),
      hosts: first(hosts),
      more: [reads, writes, deletes, hosts].some(({ length }) => length > mostActs),
      findings: [...new Set(own.flatMap(finding => places.get(JSON.stringify(finding)) ?? []))].sort((a, b) => a - b),
    };
  });
}
