import { posix } from 'node:path';
import type { ClaimOf } from './claim.ts';
import { goesDeep, landing, movesTests, settleDelete } from './deleted.ts';
import type { Facts, PathFact } from './facts.ts';
import { add, type Ledger, raiseFloor } from './ledger.ts';
import { buriedIn, lookAt, namesIn, nowhere, type PathClaim, within } from './lookup.ts';
import { movedHere, noteMove } from './moves.ts';
import type { PathTrait } from './pathRules.ts';
import { holdsSecrets, isPublic, pathTraits } from './paths.ts';
import { type List, type Look, type Target, targetsOf } from './places.ts';
import type { Part } from './shell/expand.ts';
import type { Directories } from './shell/script.ts';
import type { Word } from './shell/word.ts';
import { settleWrite } from './written.ts';

/** Notes the links that a command makes, before its paths are judged: later words may lead through them. */
export function noteLinks(ledger: Ledger, part: Part, facts: Facts): void {
  for (const claim of part.claims) {
    if (claim.does !== 'write' || claim.leads === undefined) continue;
    const { path, leads, into } = claim;
    const { directories } = part.invocation;
    const look: Look = each => lookAt(ledger, each, facts);
    for (const link of targetsOf(path, directories, look, new Map()) ?? []) {
      if (link.below) continue;
      // A relative link is read from the folder that it lies in.
      const to = targetsOf(leads, [posix.dirname(link.path)], look, new Map())?.[0];
      const end = to === undefined || to.below ? null : to.path;
      const name = posix.basename(into?.[0]?.text ?? '');
      if (/[^.]/.test(name)) ledger.links.set(posix.join(link.path, name), end);
      const isFolder = /(^|\/)\.{0,2}$/.test(path.text ?? '') || within(facts.root, link.path);
      if (!isFolder) ledger.links.set(link.path, end);
    }
  }
}

/** Notes what a command has moved, once its own paths were judged: later words may name it by its new name. */
export function noteMoves(ledger: Ledger, part: Part, facts: Facts): void {
  const { directories } = part.invocation;
  const look: Look = path => lookAt(ledger, path, facts);
  const list: List = path => namesIn(ledger, path, facts);
  for (const claim of part.claims) {
    if (claim.does !== 'delete' || claim.moved !== true) continue;
    const to = landing(ledger, claim.to, directories, facts);
    if (to === null) continue;
    for (const { path, below, entries } of targetsOf(claim.path, directories, look, ledger.links, list) ?? [])
      for (const from of below ? (entries ?? []) : [path])
        noteMove(ledger.moves, from, to.folder ? posix.join(to.path, posix.basename(from)) : to.path);
  }
}

/** A target with only those of its entries that are there and that the claim is about: without `-r`, rm leaves folders. */
function onDisk(claim: PathClaim, target: Target, look: Look): Target {
  if (target.entries === null) return target;
  const deep = claim.does === 'delete' && claim.recursive === true;
  const entries = target.entries.filter(entry => {
    const kind = look(entry)?.kind;
    return kind !== 'missing' && (deep || kind !== 'directory');
  });
  return { ...target, entries };
}

/** What reading, writing or deleting a path comes to. */
export function settlePath(ledger: Ledger, claim: PathClaim, directories: Directories, facts: Facts): void {
  if (claim.path.text === '-' || isDevice(claim.path.text)) return;
  if (isCostly(ledger, claim.path)) return settleUnknown(ledger, claim);
  const links = claim.does === 'write' && claim.leads !== undefined ? new Map<string, string | null>() : ledger.links;
  const look: Look = path => lookAt(ledger, path, facts);
  const list: List | undefined = claim.does === 'read' ? undefined : path => namesIn(ledger, path, facts);
  const targets =
    targetsOf(claim.path, directories, look, links, list)?.map(target => onDisk(claim, target, look)) ?? null;
  if (targets === null) return settleUnknown(ledger, claim);
  if (claim.does === 'write' && claim.leads !== undefined) settleLink(ledger, claim.leads, targets, facts);
  const to = claim.does === 'delete' && claim.moved === true ? landing(ledger, claim.to, directories, facts) : null;
  if (to !== null && to.lost !== 'temporary') movesTests(ledger, targets, to, facts);
  const settled = to?.lost === undefined ? claim : { ...claim, lost: to.lost };
  for (const target of targets) {
    if (target.path.length > maxPathLength) {
      settleUnknown(ledger, claim);
      continue;
    }
    settleTarget(ledger, settled, target, facts);
    if (!keepsContent(claim)) {
      for (const path of movedHere(ledger.moves, target, claim.does === 'delete' && goesDeep(claim, target)))
        settleTarget(ledger, settled, { ...nowhere, path }, facts);
      settleBuried(ledger, settled, target, facts);
    }
    if (claim.does !== 'write' || claim.into === undefined) continue;
    if (lookAt(ledger, target.path, facts)?.kind !== 'directory' && claim.path.text?.endsWith('/') !== true) continue;
    for (const source of claim.into) {
      const name = posix.basename(source.text ?? '');
      if (name === '' || name === '.' || name === '..') {
        // `cp -r "$X" .` and `cp -r a/. .`: names that the text does not tell, a protected one perhaps.
        if (target.path === facts.root) add(ledger, 'medium', 'edit', 'path.unknownWrite', { path: target.path });
        continue;
      }
      const inner = targetsOf({ ...source, text: name, prefix: name }, [target.path], () => undefined, new Map());
      for (const each of inner ?? []) settleTarget(ledger, claim, { ...each, byLink: target.byLink }, facts);
    }
  }
}

function keepsContent(claim: PathClaim): boolean {
  return claim.does === 'read' || (claim.does === 'write' && claim.append === true);
}

/** What a search by name takes from folders further down. */
function settleBuried(ledger: Ledger, claim: PathClaim, { path, below, names }: Target, facts: Facts): void {
  const deep = claim.path.deep === true || (claim.path.glob && /(^|\/)\*\*\//.test(claim.path.prefix));
  const keeps = claim.does === 'delete' && claim.moved === true && claim.lost === undefined;
  if (!deep || keeps || !within(path, facts.root)) return;
  const found = buriedIn(ledger, below ? path : posix.dirname(path), posix.basename(names[0] ?? path), facts);
  if (found === null) return;
  ledger.footprint.reversible = false;
  const code = claim.does === 'write' ? 'write.ignored' : 'delete.ignored';
  add(ledger, 'high', 'unheld-by-checkpoint', code, { path: found.real });
}

/** A path costs what its name is compared with; past the budget, and longer than any file system takes, it is not looked at. */
const maxPathLength = 1_024;

const stepsOfPath = 100;

function isCostly(ledger: Ledger, path: Word): boolean {
  const { length } = path.prefix;
  return length > maxPathLength || !ledger.budget.spend(stepsOfPath + 4 * length);
}

/** A link out of the workspace: what is later read or written by its name is out there. */
function settleLink(ledger: Ledger, leads: Word, links: readonly Target[], facts: Facts): void {
  for (const link of links) {
    const ends = targetsOf(leads, [posix.dirname(link.path)], path => lookAt(ledger, path, facts), ledger.links);
    for (const end of ends ?? [null]) {
      if (end === null) add(ledger, 'medium', 'outside-workspace', 'link.unknown', { path: link.path });
      else if (!(lookAt(ledger, end.path, facts)?.inside ?? within(end.path, facts.root))) {
        const secret = pathTraits(end.path, facts).some(trait => trait.secret === 'key' || trait.floor === true);
        add(ledger, secret ? 'high' : 'medium', 'outside-workspace', 'link.leadsOutside', { path: end.path });
      }
    }
  }
}

function isDevice(text: string | null): boolean {
  return (
    text !== null &&
    /^\/dev\/(null|zero|stdin|stdout|stderr|tty|fd\/\d+|random|urandom|full)$|^\/proc\/self\/fd\/\d+$/.test(text)
  );
}

function settleUnknown(ledger: Ledger, claim: PathClaim): void {
  ledger.footprint.unknownPaths = true;
  const args = { path: claim.path.raw };
  if (/\$\{?GATEHOUSE_/.test(claim.path.raw)) {
    raiseFloor(ledger, 'deny');
    return add(ledger, 'critical', 'self-drive', 'path.ownState', args);
  }
  // What another program prints through a pipe with a name; that program is judged by itself.
  if (claim.does === 'read' && claim.path.raw.startsWith('<(')) return;
  if (claim.does === 'read')
    return claim.look === true ? undefined : add(ledger, 'medium', 'read', 'path.unknownRead', args);
  ledger.footprint.reversible = false;
  if (claim.does === 'write') return add(ledger, 'medium', 'edit', 'path.unknownWrite', args);
  if (claim.moved === true) return add(ledger, 'medium', 'deletion', 'path.unknownDelete', args);
  // The shell's own names for where it stands.
  const here =
    /^"?(\$\(|`)\s*(pwd( -[LP])?|git rev-parse --show-toplevel|(realpath|readlink -f) \.)\s*(\)|`)\/?"?[/.*]*$/;
  if (claim.recursive === true && here.test(claim.path.raw)) {
    raiseFloor(ledger, 'deny');
    return add(ledger, 'critical', 'deletion', 'delete.everything', args);
  }
  // `rm -rf "$X/"` with X empty is `rm -rf /`.
  if (claim.recursive === true && /\$\{?\w+\}?"?\/+["*.]*$/.test(claim.path.raw)) {
    raiseFloor(ledger, 'deny');
    return add(ledger, 'critical', 'deletion', 'delete.mayBeRoot', args);
  }
  add(ledger, 'high', 'deletion', 'path.unknownDelete', args);
}

function settleTarget(ledger: Ledger, claim: PathClaim, target: Target, facts: Facts): void {
  const key = target.path;
  const fact = lookAt(ledger, key, facts);
  const place: PathFact = fact ?? {
    real: key,
    inside: within(key, facts.root),
    kind: 'missing',
    held: 'unknown',
    links: 0,
  };
  const leaves = !place.inside && (target.byLink || (fact !== undefined && within(key, facts.root)));
  const record = (list: string[]): void => {
    if (!list.includes(place.real)) list.push(place.real);
  };
  // The log of the run's own background command lies in our state, and is its output all the same.
  if (claim.does === 'read' && facts.ownOutput !== undefined && within(place.real, facts.ownOutput))
    return record(ledger.footprint.reads);
  for (const own of facts.ownState) {
    const isWork = facts.ownWorktree !== undefined && within(place.real, facts.ownWorktree);
    if (
      (within(place.real, own) && !isWork) ||
      (claim.does === 'delete' && goesDeep(claim, target) && within(own, place.real))
    ) {
      raiseFloor(ledger, 'deny');
      add(ledger, 'critical', 'self-drive', 'path.ownState', { path: place.real });
    }
  }
  const traits = traitsOf(claim, place, target, facts);
  switch (claim.does) {
    case 'read':
      record(ledger.footprint.reads);
      return settleRead(ledger, claim, place, traits, target, facts);
    case 'write':
      record(ledger.footprint.writes);
      return settleWrite(
        ledger,
        place,
        claim.somewhere === true ? traits.filter(trait => trait.floor === true) : traits,
        { leaves, claim },
        target,
        facts,
      );
    case 'delete':
      record(ledger.footprint.deletes);
      return settleDelete(ledger, claim, place, traits, leaves, target, facts);
  }
}

const isKept = (trait: PathTrait): boolean => trait.floor === true || trait.secret !== undefined;

function traitsOf(claim: PathClaim, place: PathFact, target: Target, facts: Facts): PathTrait[] {
  // Most claims are about where the program runs; the workspace's own name tells nothing.
  const names = [place.real, ...target.names, ...(target.entries ?? [])].filter(name => name !== facts.root);
  // Where a link leads elsewhere, the name that was asked for is protected all the same.
  const asked = target.path === place.real ? [] : pathTraits(target.path, facts).filter(isKept);
  const traits = [...names.flatMap(name => pathTraits(name, facts)), ...asked];
  // A protected name that is a link is protected as well, wherever it leads.
  if (!target.below && target.path !== place.real)
    traits.push(...pathTraits(target.path, facts).filter(each => each.floor === true || each.secret !== undefined));
  switch (claim.does) {
    case 'read':
      return traits;
    case 'write':
      return claim.append === true ? traits.filter(trait => trait.appendable !== true) : traits;
    case 'delete': {
      // With a folder goes what it holds.
      const inner = place.kind === 'directory' || claim.recursive === true ? pathTraits(`${place.real}/`, facts) : [];
      const known = new Set(traits.map(trait => trait.code));
      return [...traits, ...inner.filter(trait => !known.has(trait.code))].filter(trait => trait.writeOnly !== true);
    }
  }
}

function settleRead(
  ledger: Ledger,
  claim: ClaimOf<'read'>,
  place: PathFact,
  traits: readonly PathTrait[],
  target: Target,
  facts: Facts,
): void {
  const path = place.real;
  const secret = traits.find(trait => trait.secret === 'key') ?? traits.find(trait => trait.secret !== undefined);
  if (claim.look === true) {
    if (secret !== undefined) return add(ledger, 'medium', 'secret', 'read.secretListing', { path });
    // The folders around the workspace may be listed, and not searched.
    const plain = isPublic(path) || (claim.recursive !== true && within(facts.root, path));
    if (!place.inside && !plain) add(ledger, 'medium', 'outside-workspace', 'read.outside', { path });
    return;
  }
  if (secret?.secret === 'key') {
    ledger.footprint.secrets = true;
    raiseFloor(ledger, 'deny');
    return add(ledger, 'critical', 'credential-access', 'read.keyMaterial', { path });
  }
  if (secret !== undefined) {
    ledger.footprint.secrets = true;
    return add(ledger, place.inside ? 'medium' : 'high', 'secret', 'read.secret', { path });
  }
  if (place.inside) return;
  if ((claim.recursive === true || target.below) && holdsSecrets(path, facts)) {
    ledger.footprint.secrets = true;
    return add(ledger, path === '/etc' ? 'medium' : 'high', 'secret', 'read.holdsSecrets', { path });
  }
  if (!isPublic(path)) add(ledger, 'medium', 'outside-workspace', 'read.outside', { path });
}
