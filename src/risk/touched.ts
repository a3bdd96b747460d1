import { posix } from 'node:path';
import type { ClaimOf } from './claim.ts';
import type { Facts, PathFact } from './facts.ts';
import { add, type Ledger, raiseFloor } from './ledger.ts';
import { holdsSecrets, isPublic, isTestSource, type PathTrait, pathTraits, systemPlace } from './paths.ts';
import { globRegExp, type Look, type Target, targetsOf } from './places.ts';
import type { Part } from './shell/expand.ts';
import type { Directories } from './shell/script.ts';
import type { Word } from './shell/word.ts';

type PathClaim = ClaimOf<'read'> | ClaimOf<'write'> | ClaimOf<'delete'>;

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

function lookAt(ledger: Ledger, path: string, facts: Facts): PathFact | undefined {
  const fact = facts.path(path);
  if (fact === undefined) ledger.wants.set(`path ${path}`, { about: 'path', path });
  return fact;
}

/** What reading, writing or deleting a path comes to. */
export function settlePath(ledger: Ledger, claim: PathClaim, directories: Directories, facts: Facts): void {
  if (claim.path.text === '-' || isDevice(claim.path.text)) return;
  const links = claim.does === 'write' && claim.leads !== undefined ? new Map<string, string | null>() : ledger.links;
  const targets = targetsOf(claim.path, directories, path => lookAt(ledger, path, facts), links);
  if (targets === null) return settleUnknown(ledger, claim);
  if (claim.does === 'write' && claim.leads !== undefined) settleLink(ledger, claim.leads, targets, facts);
  for (const target of targets) {
    settleTarget(ledger, claim, target, facts);
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
    if (within(place.real, own) || (claim.does === 'delete' && goesDeep(claim, target) && within(own, place.real))) {
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
        { leaves, somewhere: claim.somewhere === true },
        target,
        facts,
      );
    case 'delete':
      record(ledger.footprint.deletes);
      return settleDelete(ledger, claim, place, traits, leaves, target, facts);
  }
}

function traitsOf(claim: PathClaim, place: PathFact, target: Target, facts: Facts): PathTrait[] {
  const traits = [place.real, ...target.names].flatMap(name => pathTraits(name, facts));
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
  { leaves, somewhere }: { leaves: boolean; somewhere: boolean },
  target: Target,
  facts: Facts,
): void {
  const path = place.real;
  if (!place.inside) {
    if (leaves) raiseFloor(ledger, 'ask');
    const system = systemPlace(path);
    if (system === 'temporary' && !leaves) {
      if (somewhere) add(ledger, 'medium', 'outside-workspace', 'write.outside', { path });
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
  if (place.inside && place.held === 'ignored' && place.kind === 'file') ledger.footprint.reversible = false;
  applyTraits(ledger, traits, path);
  // `> src/*` or `> src/$X` could be any file there, a protected one too.
  if (target.below && path === facts.root && (target.names.length === 0 || target.names[0]?.endsWith('/**') === true))
    add(ledger, 'medium', 'edit', 'path.unknownWrite', { path });
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
  const gitFolder = [path, ...target.names].some(name => /(^|\/)\.git(\/|$)/i.test(name.slice(facts.root.length)));
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
    return;
  }
  if (target.below && target.names.length === 0) add(ledger, 'medium', 'deletion', 'path.unknownDelete', { path });
  const made = traits.some(trait => trait.regenerable === true);
  const secret = target.below && traits.some(trait => trait.secret !== undefined);
  if (place.kind === 'missing') return;
  if (place.held === 'ignored' || secret || (target.below && made)) {
    ledger.footprint.reversible = false;
    const again = made && !secret;
    add(ledger, again ? 'medium' : 'high', 'unheld-by-checkpoint', again ? 'delete.regenerable' : 'delete.ignored', {
      path,
    });
    return;
  }
  const hidden = claim.recursive === true && !target.below && place.kind === 'directory' ? besides : [];
  for (const name of hidden) {
    const inner = lookAt(ledger, posix.join(path, name), facts);
    if (inner?.kind !== 'file' || inner.held !== 'ignored') continue;
    ledger.footprint.reversible = false;
    return add(ledger, 'high', 'unheld-by-checkpoint', 'delete.ignored', { path: inner.real });
  }
  if ([path, ...target.names].some(isTestSource)) add(ledger, 'medium', 'tests-weakened', 'tests.deleted', { path });
  else add(ledger, 'low', 'deletion', 'delete.held', { path });
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
