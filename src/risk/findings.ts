import { posix } from 'node:path';
import type { Finding, Footprint } from './assessment.ts';
import type { Claim, ClaimOf } from './claim.ts';
import type { Facts, PathFact, Want } from './facts.ts';
import { isLoopback } from './hosts.ts';
import { isPublic, type PathTrait, pathTraits, systemPlace } from './paths.ts';
import type { Part } from './shell/expand.ts';
import type { Directories } from './shell/script.ts';
import type { Word } from './shell/word.ts';
import type { Category, Tier } from './tier.ts';

/** What a set of claims comes to against the facts. Collected over all parts of a command. */
export interface Ledger {
  findings: Finding[];
  footprint: Footprint;
  wants: Map<string, Want>;
  floor: 'none' | 'ask' | 'deny';
}

export function newLedger(): Ledger {
  return {
    findings: [],
    footprint: {
      reads: [],
      writes: [],
      deletes: [],
      hosts: [],
      unknownPaths: false,
      unknownHosts: false,
      reversible: true,
      secrets: false,
    },
    wants: new Map(),
    floor: 'none',
  };
}

/** Adds what one program would do. */
export function settle(ledger: Ledger, part: Part, facts: Facts): void {
  for (const claim of part.claims) settleClaim(ledger, claim, part.invocation.directories, facts);
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
    case 'run':
    case 'shell':
    case 'code':
    case 'script':
    case 'task':
      // Expansion replaces these; one that is left was not followed, and is not known.
      return add(ledger, 'medium', 'obscure', 'claim.notFollowed');
  }
}

export function add(ledger: Ledger, tier: Tier, category: Category, code: string, args: Finding['args'] = {}): void {
  ledger.findings.push({ tier, category, code, args });
}

function raiseFloor(ledger: Ledger, floor: 'ask' | 'deny'): void {
  if (ledger.floor !== 'deny') ledger.floor = floor;
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

/** The clouds' metadata services, which give credentials to whoever asks, in the spellings that resolvers take. */
function isMetadata(host: string): boolean {
  return /^(169\.254\.169\.254|169\.254\.170\.2|metadata(\.google\.internal)?|fd00:ec2::254|\[fd00:ec2::254\]|100\.100\.100\.200|2852039166|0xa9fea9fe|0251\.0376\.0251\.0376)$/i.test(
    host,
  );
}

type PathClaim = ClaimOf<'read'> | ClaimOf<'write'> | ClaimOf<'delete'>;

function settlePath(ledger: Ledger, claim: PathClaim, directories: Directories, facts: Facts): void {
  if (claim.path.text === '-' || isDevice(claim.path.text)) return;
  const targets = resolve(claim.path, directories);
  if (targets === null) return settleUnknown(ledger, claim);
  for (const target of targets) settleTarget(ledger, claim, target, facts);
}

function isDevice(text: string | null): boolean {
  return text !== null && /^\/dev\/(null|zero|stdin|stdout|stderr|tty|fd\/\d+|random|urandom|full)$/.test(text);
}

interface Target {
  path: string;
  /** The path is the folder that a glob or an unknown end stands in, not the thing itself. */
  below: boolean;
}

/** Where a word may lead; null where nothing of it is known. */
function resolve(word: Word, directories: Directories): Target[] | null {
  const known = word.text ?? word.prefix;
  const open = word.text === null || word.glob;
  const fixed = open ? known.slice(0, word.glob ? cut(known) : known.length) : known;
  const base = open ? fixed.slice(0, fixed.lastIndexOf('/') + 1) : fixed;
  if (word.text === null && base === '') return null;
  if (posix.isAbsolute(base)) return [{ path: posix.normalize(base), below: open }];
  if (directories === null) return null;
  return directories.map(directory => ({ path: posix.join(directory, base), below: open }));
}

/** Index of the first glob character. */
function cut(text: string): number {
  const at = text.search(/[*?[]/);
  return at < 0 ? text.length : at;
}

function settleUnknown(ledger: Ledger, claim: PathClaim): void {
  ledger.footprint.unknownPaths = true;
  const args = { path: claim.path.raw };
  if (claim.does === 'read') return add(ledger, 'medium', 'read', 'path.unknownRead', args);
  ledger.footprint.reversible = false;
  if (claim.does === 'write') return add(ledger, 'medium', 'edit', 'path.unknownWrite', args);
  // `rm -rf "$X/"` with X empty is `rm -rf /`.
  if (claim.recursive === true && /\$\{?\w+\}?"?\/+["*.]*$/.test(claim.path.raw)) {
    raiseFloor(ledger, 'deny');
    return add(ledger, 'critical', 'deletion', 'delete.mayBeRoot', args);
  }
  add(ledger, 'high', 'deletion', 'path.unknownDelete', args);
}

function settleTarget(ledger: Ledger, claim: PathClaim, target: Target, facts: Facts): void {
  const key = target.path.length > 1 ? target.path.replace(/\/+$/, '') : target.path;
  const fact = facts.path(key);
  if (fact === undefined) ledger.wants.set(`path ${key}`, { about: 'path', path: key });
  const place: PathFact = fact ?? {
    real: key,
    inside: within(key, facts.root),
    kind: 'missing',
    held: 'unknown',
    links: 0,
  };
  const leaves = fact !== undefined && within(key, facts.root) && !place.inside;
  const record = (list: string[]): void => {
    if (!list.includes(place.real)) list.push(place.real);
  };
  for (const own of facts.ownState) {
    if (within(place.real, own) || (claim.does === 'delete' && within(own, place.real))) {
      raiseFloor(ledger, 'deny');
      add(ledger, 'critical', 'self-drive', 'path.ownState', { path: place.real });
    }
  }
  const traits = pathTraits(place.real, facts);
  switch (claim.does) {
    case 'read':
      record(ledger.footprint.reads);
      return settleRead(ledger, place, traits);
    case 'write':
      record(ledger.footprint.writes);
      return settleWrite(ledger, place, claim.somewhere === true ? [] : traits, leaves, target, facts);
    case 'delete':
      record(ledger.footprint.deletes);
      return settleDelete(ledger, claim, place, traits, leaves, target, facts);
  }
}

function settleRead(ledger: Ledger, place: PathFact, traits: readonly PathTrait[]): void {
  const path = place.real;
  const secret = traits.find(trait => trait.secret !== undefined);
  if (secret?.secret === 'key') {
    ledger.footprint.secrets = true;
    raiseFloor(ledger, 'deny');
    return add(ledger, 'critical', 'credential-access', 'read.keyMaterial', { path });
  }
  if (secret !== undefined) {
    ledger.footprint.secrets = true;
    return add(ledger, place.inside ? 'medium' : 'high', 'secret', 'read.secret', { path });
  }
  if (!place.inside && !isPublic(path)) add(ledger, 'medium', 'outside-workspace', 'read.outside', { path });
}

function settleWrite(
  ledger: Ledger,
  place: PathFact,
  traits: readonly PathTrait[],
  leaves: boolean,
  target: Target,
  facts: Facts,
): void {
  const path = place.real;
  if (!place.inside) {
    if (leaves) raiseFloor(ledger, 'ask');
    const system = systemPlace(path);
    if (system === 'temporary' && !leaves) return;
    ledger.footprint.reversible = false;
    add(
      ledger,
      system === 'system' ? 'critical' : 'high',
      'outside-workspace',
      leaves ? 'write.leavesByLink' : 'write.outside',
      { path },
    );
  }
  if (place.inside && place.kind === 'file' && place.links > 1) {
    raiseFloor(ledger, 'ask');
    add(ledger, 'high', 'outside-workspace', 'write.hardLink', { path });
  }
  if (place.inside && place.held === 'ignored' && place.kind === 'file') ledger.footprint.reversible = false;
  applyTraits(ledger, traits, path);
  // `> src/*` or `> src/$X` could be any file there, a protected one too.
  if (target.below && path === facts.root) add(ledger, 'medium', 'edit', 'path.unknownWrite', { path });
}

function applyTraits(ledger: Ledger, traits: readonly PathTrait[], path: string): void {
  for (const trait of traits) {
    if (trait.write === undefined) continue;
    add(ledger, trait.write, trait.category, trait.code, { path });
    if (trait.floor === true) raiseFloor(ledger, 'ask');
  }
}

function settleDelete(
  ledger: Ledger,
  claim: ClaimOf<'delete'>,
  place: PathFact,
  traits: readonly PathTrait[],
  leaves: boolean,
  target: Target,
  facts: Facts,
): void {
  const path = place.real;
  // The workspace itself, what it stands in, and the home folder: everything, whatever the flags.
  const everything = within(facts.root, path) || within(facts.home, path);
  if (everything && !(target.below && path === facts.root && claim.path.glob && claim.recursive !== true)) {
    raiseFloor(ledger, 'deny');
    ledger.footprint.reversible = false;
    return add(ledger, 'critical', 'deletion', 'delete.everything', { path });
  }
  if (!place.inside) {
    ledger.footprint.reversible = false;
    if (leaves) raiseFloor(ledger, 'ask');
    const system = systemPlace(path);
    const tier = system === 'temporary' ? 'medium' : system === 'system' ? 'critical' : 'high';
    add(ledger, tier, 'outside-workspace', leaves ? 'delete.leavesByLink' : 'delete.outside', { path });
    if (tier === 'critical') raiseFloor(ledger, 'deny');
    return;
  }
  if (/(^|\/)\.git(\/|$)/i.test(path.slice(facts.root.length))) {
    ledger.footprint.reversible = false;
    raiseFloor(ledger, 'deny');
    return add(ledger, 'critical', 'git-history', 'delete.gitFolder', { path });
  }
  applyTraits(ledger, traits, path);
  if (place.held === 'ignored' && place.kind !== 'missing') {
    ledger.footprint.reversible = false;
    const made = traits.some(trait => trait.regenerable === true);
    add(ledger, made ? 'medium' : 'high', 'unheld-by-checkpoint', made ? 'delete.regenerable' : 'delete.ignored', {
      path,
    });
  }
}

/** Whether `path` is `folder` or below it. Both absolute and normalized. */
export function within(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}
