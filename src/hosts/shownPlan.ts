import { homedir } from 'node:os';
import { shownPath } from '../checkpoints/paths.ts';
import type { RestorePlan } from '../checkpoints/plan.ts';
import { pathTraits } from '../risk/paths.ts';
import { conflictSentence, historyCommands, notHeldSentence, standingWord } from './planWords.ts';
import type { OpenRestoring } from './restoring.ts';
import { type ShownChange, showChange } from './shownChanges.ts';

/** What a restore would do, as data: `--output json` prints it. */
export interface ShownPlan {
  to: number;
  changes: ShownChange[];
  /** `yours`: what stands there; `theirs`: what the checkpoint has. */
  conflicts: {
    path: string;
    why: string;
    overwritable: boolean;
    /** Whether what stands there is lost for good where it is overwritten. */
    lost: boolean;
    yours: string;
    theirs: string;
    patch: string | null;
  }[];
  notHeld: { path: string; why: string }[];
  left: readonly string[];
  /** Checkpoints that may hold what the person changed. */
  cutOff: readonly number[];
  /** Commands whose commits stay. */
  commits: string[];
}

export async function showPlan(plan: RestorePlan, restoring: OpenRestoring): Promise<ShownPlan> {
  const { contents, root } = restoring;
  const read: Parameters<typeof showChange>[1] = async (standing, path) =>
    'id' in standing ? contents.read(standing.id).catch(() => restoring.disk.read(path)) : null;
  const changes: ShownChange[] = [];
  for (const change of plan.changes) changes.push(await showChange(change, read));
  const conflicts: ShownPlan['conflicts'] = [];
  for (const { path, why, ours, theirs, overwritable } of plan.conflicts) {
    // What is not held may be larger than memory.
    const { patch } = why === 'unheld' ? { patch: null } : await showChange({ path, from: ours, to: theirs }, read);
    const sides = { yours: standingWord(ours), theirs: standingWord(theirs) };
    const lost = overwritable && why === 'unheld';
    conflicts.push({ path: shownPath(path), why: conflictSentence(why), overwritable, lost, ...sides, patch });
  }
  const operation = restoring.timeline().operations.find(({ checkpoint }) => checkpoint === plan.to);
  const back = restoring
    .timeline()
    .way(plan.to)
    .some(({ direction }) => direction === 'back');
  return {
    to: plan.to,
    changes,
    conflicts,
    notHeld: plan.notHeld.map(({ path, why }) => ({ path: shownPath(path), why: notHeldSentence(why) })),
    cutOff: plan.cutOff,
    left: plan.left.map(path => (path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path)),
    commits: back && plan.whole ? historyCommands(restoring.events(), operation?.seq ?? 0) : [],
  };
}

/** The same for whom nobody knows: without the lines of files that are there to hold secrets. */
export function withoutSecretLines(shown: ShownPlan, root: string): ShownPlan {
  const place = { root, home: homedir() };
  const open = <T extends { path: string; patch: string | null }>(each: T): T =>
    pathTraits(`${root}/${each.path}`, place).some(({ secret }) => secret !== undefined)
      ? { ...each, patch: null }
      : each;
  return { ...shown, changes: shown.changes.map(open), conflicts: shown.conflicts.map(open) };
}
