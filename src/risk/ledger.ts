import type { Finding, Footprint } from './assessment.ts';
import type { Want } from './facts.ts';
import { Budget } from './shell/budget.ts';
import type { Category, Tier } from './tier.ts';

/** What a set of claims comes to against the facts. Collected over all parts of a command. */
export interface Ledger {
  findings: Finding[];
  footprint: Footprint;
  wants: Map<string, Want>;
  /** Links that the command itself makes, and where they lead. */
  links: Map<string, string | null>;
  /** Names that the command itself gives to what it moves, and the names that it had when the command began. */
  moves: Map<string, string>;
  budget: Budget;
  floor: 'none' | 'ask' | 'deny';
}

function emptyFootprint(): Footprint {
  return {
    reads: [],
    writes: [],
    deletes: [],
    hosts: [],
    unknownPaths: false,
    unknownHosts: false,
    reversible: true,
    secrets: false,
  };
}

/** A ledger for one part alone. What is known of links, moves and wants it shares with the whole's. */
export function beside(whole: Ledger): Ledger {
  return { ...whole, findings: [], footprint: emptyFootprint(), floor: 'none' };
}

/** Adds what a ledger from `beside` holds to the whole's. */
export function takeIn(whole: Ledger, part: Ledger): void {
  const { footprint } = whole;
  for (const finding of part.findings) whole.findings.push(finding);
  for (const kind of ['reads', 'writes', 'deletes', 'hosts'] as const) {
    if (part.footprint[kind].length === 0) continue;
    footprint[kind] = [...new Set([...footprint[kind], ...part.footprint[kind]])];
  }
  footprint.unknownPaths ||= part.footprint.unknownPaths;
  footprint.unknownHosts ||= part.footprint.unknownHosts;
  footprint.reversible &&= part.footprint.reversible;
  footprint.secrets ||= part.footprint.secrets;
  if (part.floor !== 'none') raiseFloor(whole, part.floor);
}

export function newLedger(): Ledger {
  return {
    findings: [],
    footprint: emptyFootprint(),
    wants: new Map(),
    links: new Map(),
    moves: new Map(),
    budget: new Budget(),
    floor: 'none',
  };
}

export function add(ledger: Ledger, tier: Tier, category: Category, code: string, args: Finding['args'] = {}): void {
  ledger.findings.push({ tier, category, code, args });
}

export function raiseFloor(ledger: Ledger, floor: 'ask' | 'deny'): void {
  if (ledger.floor !== 'deny') ledger.floor = floor;
}
