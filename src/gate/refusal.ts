import type { Decision, Reason } from '../protocol/decision.ts';
import { type Failure, failures } from '../protocol/failure.ts';
import { reason } from './reasons.ts';

/** Whether somebody still has to decide. */
export function isOpen({ verdict }: Decision): boolean {
  return verdict === 'ask' || verdict === 'review';
}

/** What the person allowed in advance; `surface` tells how. */
export function allowedBefore(surface: 'grant' | 'denied'): Decision {
  return { verdict: 'allow', by: { type: 'person', surface, afterMs: 0 }, reasons: [reason('person.allowed')] };
}

export function denial(...reasons: Reason[]): Decision {
  return { verdict: 'deny', by: { type: 'static' }, reasons };
}

/** The model is told the rule by its code and, where a person gave one, their sentence. */
export function refusal(decision: Decision, signal: AbortSignal): Failure {
  const first = decision.reasons[0];
  if (signal.aborted || first === undefined) return failures.stopped({});
  if (first.code === 'edit.nothingLeft') return failures.editNoChange({ path: String(first.args['path']) });
  const why = first.args['why'] ?? first.args['because'] ?? first.args['path'] ?? first.args['host'] ?? '';
  return failures.refused({
    rule: first.code === 'policy.rule' ? String(first.args['rule']) : first.code,
    why: String(why),
  });
}
