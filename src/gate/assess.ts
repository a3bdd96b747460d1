import type { Mode } from '../protocol/command.ts';
import { type Decision, strictest } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import type { Facts } from './facts.ts';
import { floor, readsOwnOutput } from './floors.ts';
import { type ReasonCode, reason } from './reasons.ts';

/** The verdict before anybody is asked: floors, what the effect is, and the mode; the strictest of them wins. */
export function assess(effect: Effect, facts: Facts, mode: Mode): Decision {
  const stages = [floor(effect, facts), byNature(effect, facts), byMode(effect, mode)];
  return strictest(stages.filter(stage => stage !== null));
}

/** Looking and editing inside the workspace pass; whatever leaves it, or runs, is asked about. */
function byNature(effect: Effect, facts: Facts): Decision {
  const inside = facts.place === null || facts.place.inside || readsOwnOutput(effect, facts);
  switch (effect.kind) {
    case 'read':
    case 'search':
    case 'diagnostics':
      return inside ? decide('allow', 'static.look') : decide('ask', 'static.outsideWorkspace', facts);
    case 'edit':
      return inside ? decide('allow', 'static.insideWorkspace') : decide('ask', 'static.outsideWorkspace', facts);
    case 'exec':
      return decide('ask', 'static.command');
  }
}

function byMode(effect: Effect, mode: Mode): Decision | null {
  const looks = effect.kind === 'read' || effect.kind === 'search' || effect.kind === 'diagnostics';
  if (looks || mode === 'auto') return null;
  return mode === 'plan' ? decide('deny', 'mode.plan') : decide('ask', 'mode.ask');
}

function decide(verdict: Decision['verdict'], code: ReasonCode, facts?: Facts): Decision {
  const path = facts?.place?.real;
  return { verdict, by: { type: 'static' }, reasons: [reason(code, path === undefined ? {} : { path })] };
}
