import type { CapReason, Mode } from '../protocol/command.ts';

export const modeNames: Record<Mode, string> = { plan: 'Plan', ask: 'Ask', auto: 'Auto' };

const changed: Record<Mode, string> = {
  plan: 'Plan from the next action on: it looks and changes nothing.',
  ask: 'Ask from the next action on: you are asked about each change and command.',
  auto: 'Auto from the next action on: it works by itself inside the workspace and asks about what is risky.',
};

/** What the person is told when the mode of a run that goes on was changed. */
export function modeChangedSentence(mode: Mode): string {
  return changed[mode];
}

const capped: Record<CapReason, string> = {
  'plan.noAcceptance': 'The plan has no acceptance that can be measured, so this run asks, also in Auto.',
  'plan.unfit': 'The planner finds this task unfit for Auto, so this run asks, also in Auto.',
};

/** Why a run asks whatever was chosen; `why` is the planner's own sentence. */
export function cappedSentence(reason: CapReason | null, why?: string): string {
  if (reason === null) return 'Nothing keeps this run from Auto any more.';
  return why === undefined || why === '' ? capped[reason] : `${capped[reason]} It says: ${why}`;
}
