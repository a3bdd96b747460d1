import { posix } from 'node:path';
import type { ClaimOf } from './claim.ts';
import type { Facts, PathFact } from './facts.ts';
import { add, type Ledger, raiseFloor } from './ledger.ts';
import { applyTraits, belowRoot, buriedIn, type Deletion, isMadeAgain, lookAt, within } from './lookup.ts';
import type { PathTrait } from './pathRules.ts';
import { isTestSource, systemPlace } from './paths.ts';
import { globRegExp, type Target, targetsOf } from './places.ts';
import type { Directories } from './shell/script.ts';
import type { Word } from './shell/word.ts';

/** Secrets that projects keep beside what git holds. */
const besides = ['.env', '.env.local', '.env.production', '.env.development', 'credentials.json', 'secrets.yml'];

/** What deleting a path, or moving it away, comes to. */
export function settleDelete(
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

/** Where a move leads. */
export interface Landing {
  path: string;
  /** What is moved keeps its name in there. */
  folder: boolean;
  lost?: 'temporary' | 'built';
}

/** Where a move leads, and whether what is put there lasts. */
export function landing(ledger: Ledger, to: Word | undefined, directories: Directories, facts: Facts): Landing | null {
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
export function movesTests(ledger: Ledger, targets: readonly Target[], to: Landing, facts: Facts): void {
  for (const { path, below, names, entries } of targets) {
    const test = (below ? [...names, ...(entries ?? [])] : [path]).find(each => isTestSource(belowRoot(each, facts)));
    if (test === undefined) continue;
    const end = to.folder ? posix.join(to.path, posix.basename(test)) : to.path;
    if (!isTestSource(belowRoot(end, facts)))
      return add(ledger, 'medium', 'tests-weakened', 'delete.movesTests', { path: test });
  }
}

/** Whether it reaches below the folder: by its flags, or by the `**` of what find found. */
export function goesDeep(claim: ClaimOf<'delete'>, target: Target): boolean {
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
