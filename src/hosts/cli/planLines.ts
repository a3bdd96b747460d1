import { cutOffSentence } from '../planWords.ts';
import type { ShownChange } from '../shownChanges.ts';
import type { ShownPlan } from '../shownPlan.ts';
import { counted } from './describe.ts';
import { diffExcerpt } from './excerpt.ts';
import type { Paint } from './paint.ts';
import { fit, visible } from './plain.ts';

/** How much of all diffs together is shown. */
const shownLines = 400;

const marks: Record<ShownChange['change'], string> = { added: 'A', removed: 'D', changed: 'M', mode: 'x' };

/** Lines for a terminal: first what there is, then the diffs. */
export function planLines(plan: ShownPlan, paint: Paint, width: number): string[] {
  const where = plan.to === 0 ? 'the start' : `checkpoint ${plan.to}`;
  const lines = [
    plan.changes.length === 0
      ? `No file has to change to stand at ${where}.`
      : `To ${where}: ${counted(plan.changes.length, 'change')}.`,
  ];
  for (const change of plan.changes) lines.push(fit(`  ${statLine(change)}`, width));
  let room = shownLines;
  for (const { path, patch } of plan.changes) {
    if (patch === null || room <= 0) continue;
    const { lines: diff } = diffExcerpt(patch, paint, width, room);
    lines.push(paint('bold', fit(visible(path), width)), ...diff);
    room -= diff.length;
  }
  for (const { path, why, yours, theirs, patch } of plan.conflicts) {
    lines.push(paint('red', fit(`Conflict: ${visible(path)}: ${why}.`, width)));
    lines.push(`  There is ${yours}, and ${where} has ${theirs}.`);
    if (patch !== null) lines.push(...diffExcerpt(patch, paint, width, 40).lines);
  }
  for (const checkpoint of plan.cutOff) lines.push(fit(cutOffSentence(checkpoint), width));
  for (const { path, why } of plan.notHeld)
    lines.push(fit(`Not held, so left as it is: ${visible(path)} (${why}).`, width));
  for (const path of plan.left)
    lines.push(fit(`Not in the reach of an undo, so left as it is: ${visible(path)}.`, width));
  if (plan.commits.length > 0) {
    lines.push('What these commands did to git’s own history stays:');
    for (const command of plan.commits) lines.push(fit(`  ${visible(command)}`, width));
  }
  return lines;
}

function statLine({ path, change, type, added, removed, merged }: ShownChange): string {
  const lines = change === 'mode' ? 'execute bit' : added === null ? type : `+${added} −${removed ?? 0}`;
  return `${marks[change]} ${visible(path)}  ${lines}${merged ? ', merged with what was changed since' : ''}`;
}
