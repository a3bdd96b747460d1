import { posix } from 'node:path';
import { buriedBelow } from './buried.ts';
import type { ClaimOf } from './claim.ts';
import type { Facts, PathFact } from './facts.ts';
import { add, type Ledger, raiseFloor } from './ledger.ts';
import { movedHere, noteMove } from './moves.ts';
import { holdsSecrets, isPublic, isTestSource, type PathTrait, pathTraits, systemPlace } from './paths.ts';
import { globRegExp, type List, type Look, type Target, targetsOf } from './places.ts';
import type { Part } from './shell/expand.ts';
import type { Directories } from './shell/script.ts';
import type { Word } from './shell/word.ts';

/** `lost`: a move to a place that does not last: a temporary folder, or one that builds make anew. */
type Deletion = ClaimOf<'delete'> & { lost?: 'temporary' | 'built' };
type PathClaim = ClaimOf<'read'> | ClaimOf<'write'> | Deletion;

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

function lookAt(ledger: Ledger, path: string, facts: Facts): PathFact | undefined {
  const fact = facts.path(path);
  if (fact === undefined) ledger.wants.set(`path ${path}`, { about: 'path', path });
  return fact;
}

/** What a folder holds; null where it cannot be told, or not yet. */
function namesIn(ledger: Ledger, path: string, facts: Facts): readonly string[] | null {
  const fact = facts.path(path);
  if (fact?.names === undefined) ledger.wants.set(`names ${path}`, { about: 'path', path, names: true });
  return fact?.names ?? null;
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

const nowhere = { below: false, names: [], entries: null, all: false, byLink: false };

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

function buriedIn(ledger: Ledger, folder: string, pattern: string, facts: Facts): PathFact | null {
  return buriedBelow(folder, pattern, {
    look: each => lookAt(ledger, each, facts),
    list: each => namesIn(ledger, each, facts),
    lasts: each => !isMadeAgain(each, facts) && (pattern !== '*' || isShown(each)),
  });
}

/** What tools keep in hidden names is theirs; secrets are not. */
function isShown(path: string): boolean {
  return !/^\.(?!env)/.test(posix.basename(path));
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

/** Secrets that projects keep beside what git holds. */
const besides = ['.env', '.env.local', '.env.production', '.env.development', 'credentials.json', 'secrets.yml'];

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

function settleWrite(
  ledger: Ledger,
  place: PathFact,
  traits: readonly PathTrait[],
  { leaves, claim }: { leaves: boolean; claim: ClaimOf<'write'> },
  target: Target,
  facts: Facts,
): void {
  const path = place.real;
  if (!place.inside) {
    if (leaves) raiseFloor(ledger, 'ask');
    const system = systemPlace(path);
    if (system === 'temporary' && !leaves) {
      if (claim.somewhere === true) add(ledger, 'medium', 'outside-workspace', 'write.outside', { path });
      return;
    }
    ledger.footprint.reversible = false;
    add(
      ledger,
      system === 'system' ? 'critical' : 'high',
      'outside-workspace',
      leaves ? 'write.leavesByLink' : 'write.outside',
      { path },
    );
  } else if (target.byLink) {
    // A link that this command makes, to what we do not know or to a place that only seems to be inside.
    raiseFloor(ledger, 'ask');
    ledger.footprint.reversible = false;
    add(ledger, 'high', 'outside-workspace', 'write.leavesByLink', { path });
  }
  if (place.inside && place.kind === 'file' && place.links > 1) {
    raiseFloor(ledger, 'ask');
    add(ledger, 'high', 'outside-workspace', 'write.hardLink', { path });
  }
  applyTraits(ledger, traits, path);
  overwrites(ledger, claim, place, target, facts);
  // `> src/*` or `> src/$X` could be any file there, a protected one too.
  if (target.below && path === facts.root && (target.names.length === 0 || target.names[0]?.endsWith('/**') === true))
    add(ledger, 'medium', 'edit', 'path.unknownWrite', { path });
}

/** More names than these in a folder that an archive is unpacked to are not looked at. */
const maxBeside = 400;

/** Content that no checkpoint holds is lost with what is written over it, as it is when the file is deleted. */
function overwrites(ledger: Ledger, claim: ClaimOf<'write'>, place: PathFact, target: Target, facts: Facts): void {
  if (claim.append === true || !place.inside) return;
  const files = target.entries?.map(entry => lookAt(ledger, entry, facts)) ?? [target.below ? undefined : place];
  const lost = files.find(file => file?.kind === 'file' && file.held === 'ignored');
  if (lost !== undefined) {
    ledger.footprint.reversible = false;
    if (claim.somewhere !== true && !isMadeAgain(lost.real, facts))
      add(ledger, 'high', 'unheld-by-checkpoint', 'write.ignored', { path: lost.real });
    return;
  }
  // Names that are not known, into a folder that already holds something.
  const unnamed = claim.into?.length === 0 && place.kind === 'directory' && !isMadeAgain(place.real, facts);
  if (!unnamed) return;
  const names = namesIn(ledger, place.real, facts);
  const atRisk =
    place.held === 'ignored' ? (names?.length === 0 ? undefined : place) : firstUnheld(ledger, place, names, facts);
  if (atRisk !== undefined) add(ledger, 'medium', 'unheld-by-checkpoint', 'write.ignored', { path: atRisk.real });
}

/** What lies in a folder and is held by nothing, nor made again. What tools keep in hidden names no archive brings. */
function firstUnheld(
  ledger: Ledger,
  folder: PathFact,
  names: readonly string[] | null,
  facts: Facts,
): PathFact | undefined {
  return names
    ?.filter(isShown)
    .slice(0, maxBeside)
    .map(name => posix.join(folder.real, name))
    .filter(path => !isMadeAgain(path, facts))
    .map(path => lookAt(ledger, path, facts))
    .find(fact => fact?.inside === true && fact.held === 'ignored' && fact.kind !== 'missing');
}

function isMadeAgain(path: string, facts: Facts): boolean {
  const traits = pathTraits(path, facts);
  return traits.some(trait => trait.regenerable === true) && !traits.some(trait => trait.secret !== undefined);
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
  claim: Deletion,
  place: PathFact,
  traits: readonly PathTrait[],
  leaves: boolean,
  target: Target,
  facts: Facts,
): void {
  const path = place.real;
  if (takesEverything(claim, path, target, facts)) {
    raiseFloor(ledger, 'deny');
    ledger.footprint.reversible = false;
    return add(ledger, 'critical', 'deletion', 'delete.everything', { path });
  }
  if (!place.inside) {
    ledger.footprint.reversible = false;
    if (leaves) raiseFloor(ledger, 'ask');
    const system = systemPlace(path);
    const tier = system === 'temporary' && !leaves ? 'medium' : system === 'system' ? 'critical' : 'high';
    add(ledger, tier, 'outside-workspace', leaves ? 'delete.leavesByLink' : 'delete.outside', { path });
    applyTraits(ledger, traits, path);
    if (tier === 'critical') raiseFloor(ledger, 'deny');
    return;
  }
  const gitFolder = [path, ...target.names, ...(target.entries ?? [])].some(name =>
    /(^|\/)\.git(\/|$)/i.test(name.slice(facts.root.length)),
  );
  if (gitFolder) {
    ledger.footprint.reversible = false;
    raiseFloor(ledger, 'deny');
    return add(ledger, 'critical', 'git-history', 'delete.gitFolder', { path });
  }
  applyTraits(ledger, traits, path);
  if (claim.moved === true) {
    // Held by a checkpoint or not: hidden and ignored files among them are not.
    if (target.below && path === facts.root && (target.all || target.names.length === 0))
      add(ledger, 'medium', 'deletion', 'delete.movesAll', { path });
    if (claim.lost === undefined) return;
  }
  if (target.below && target.names.length === 0) add(ledger, 'medium', 'deletion', 'path.unknownDelete', { path });
  const made = traits.some(trait => trait.regenerable === true);
  const secret = target.below && traits.some(trait => trait.secret !== undefined);
  if (place.kind === 'missing') return;
  if (target.entries !== null && place.held !== 'ignored') {
    const lost = target.entries.filter(entry => {
      const fact = lookAt(ledger, entry, facts);
      return fact !== undefined && fact.kind !== 'missing' && fact.inside && fact.held === 'ignored';
    });
    const gone = lost.find(entry => !isMadeAgain(entry, facts)) ?? lost[0];
    if (gone !== undefined) return losesUnheld(ledger, claim, gone, isMadeAgain(gone, facts));
  }
  if (place.held === 'ignored' || secret || (target.below && made))
    return losesUnheld(ledger, claim, path, made && !secret);
  const hidden = claim.recursive === true && !target.below && place.kind === 'directory' ? besides : [];
  for (const name of hidden) {
    const inner = lookAt(ledger, posix.join(path, name), facts);
    if (inner?.kind !== 'file' || inner.held !== 'ignored') continue;
    ledger.footprint.reversible = false;
    return add(ledger, 'high', 'unheld-by-checkpoint', 'delete.ignored', { path: inner.real });
  }
  for (const folder of claim.recursive === true ? (target.below ? (target.entries ?? []) : [path]) : []) {
    if (lookAt(ledger, folder, facts)?.kind !== 'directory') continue;
    const inner = buriedIn(ledger, folder, '*', facts);
    if (inner === null) continue;
    ledger.footprint.reversible = false;
    return add(ledger, 'high', 'unheld-by-checkpoint', 'delete.ignored', { path: inner.real });
  }
  if ([path, ...target.names, ...(target.entries ?? [])].some(each => isTestSource(belowRoot(each, facts))))
    add(ledger, 'medium', 'tests-weakened', 'tests.deleted', { path });
  else add(ledger, 'low', 'deletion', 'delete.held', { path });
}

/** Folders that are only made again from the network, or that hold what happened. */
const costly = /(^|\/)(node_modules|\.?venv|vendor|pods|deps|\.terraform|logs?|te?mp|\.tmp)(\/(?!\.cache(\/|$))|$)/i;

function losesUnheld(ledger: Ledger, claim: Deletion, path: string, again: boolean): void {
  // From one build folder to another.
  if (claim.lost === 'built' && again) return;
  ledger.footprint.reversible = false;
  if (!again) return add(ledger, 'high', 'unheld-by-checkpoint', 'delete.ignored', { path });
  if (claim.byTask === true && !costly.test(path))
    return add(ledger, 'low', 'deletion', 'delete.regenerable', { path });
  add(ledger, 'medium', 'unheld-by-checkpoint', 'delete.regenerable', { path });
}

interface Landing {
  path: string;
  /** What is moved keeps its name in there. */
  folder: boolean;
  lost?: 'temporary' | 'built';
}

/** Where a move leads, and whether what is put there lasts. */
function landing(ledger: Ledger, to: Word | undefined, directories: Directories, facts: Facts): Landing | null {
  if (to === undefined) return null;
  const [end] = targetsOf(to, directories, path => lookAt(ledger, path, facts), ledger.links) ?? [];
  if (end === undefined) return null;
  const fact = lookAt(ledger, end.path, facts);
  const inside = fact?.inside ?? within(end.path, facts.root);
  const left = [...ledger.moves.values()].includes(end.path);
  const landed = {
    path: end.path,
    folder: (fact?.kind === 'directory' && !left) || to.text?.endsWith('/') === true,
  };
  if (!inside && systemPlace(fact?.real ?? end.path) === 'temporary') return { ...landed, lost: 'temporary' };
  return inside && isMadeAgain(end.path, facts) ? { ...landed, lost: 'built' } : landed;
}

/** Tests that are moved to where no runner looks for them are as good as deleted. */
function movesTests(ledger: Ledger, targets: readonly Target[], to: Landing, facts: Facts): void {
  for (const { path, below, names, entries } of targets) {
    const test = (below ? [...names, ...(entries ?? [])] : [path]).find(each => isTestSource(belowRoot(each, facts)));
    if (test === undefined) continue;
    const end = to.folder ? posix.join(to.path, posix.basename(test)) : to.path;
    if (!isTestSource(belowRoot(end, facts)))
      return add(ledger, 'medium', 'tests-weakened', 'delete.movesTests', { path: test });
  }
}

/** What a path is called inside the workspace: folders above it say nothing of what is in it. */
function belowRoot(path: string, { root }: Facts): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

/** Whether it reaches below the folder: by its flags, or by the `**` of what find found. */
function goesDeep(claim: ClaimOf<'delete'>, target: Target): boolean {
  return claim.recursive === true || !target.below || target.names[0]?.endsWith('/**') === true;
}

/** The workspace itself, what it stands in, and the home folder: everything, whatever the flags. */
function takesEverything(claim: ClaimOf<'delete'>, path: string, target: Target, facts: Facts): boolean {
  const above = within(facts.root, path) || within(facts.home, path);
  if (!above || !target.below) return above;
  const [pattern = ''] = target.names;
  if (!goesDeep(claim, target) || (claim.moved === true && path === facts.root)) return false;
  if (target.all || target.names.length === 0) return true;
  // `../ap*` from `/work/app`: the pattern may be the workspace's own name.
  return [facts.root, facts.home].some(kept => {
    const rest = (folder: string): string[] => (folder === '/' ? [] : folder.split('/').slice(1));
    const segments = rest(pattern);
    const own = rest(kept);
    return segments.length <= own.length && segments.every((segment, i) => globRegExp(segment).test(own[i] ?? ''));
  });
}

/** Whether `path` is `folder` or below it. Both absolute and normalized. */
export function within(path: string, folder: string): boolean {
  return path === folder || folder === '/' || path.startsWith(`${folder}/`);
}
