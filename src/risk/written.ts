import { posix } from 'node:path';
import type { ClaimOf } from './claim.ts';
import type { Facts, PathFact } from './facts.ts';
import { add, type Ledger, raiseFloor } from './ledger.ts';
import { applyTraits, isMadeAgain, isShown, lookAt, namesIn } from './lookup.ts';
import type { PathTrait } from './pathRules.ts';
import { systemPlace } from './paths.ts';
import type { Target } from './places.ts';

/** What writing to a path comes to. */
export function settleWrite(
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
