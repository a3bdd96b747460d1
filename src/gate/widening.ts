import type { Judge } from '../policy/decide.ts';
import type { Clock } from '../ports/clock.ts';
import type { Terms, Violation } from '../protocol/containment.ts';
import type { Decision } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import type { Admission } from './admission.ts';
import type { Asking } from './asking.ts';
import { digestOf } from './digest.ts';
import { widened, wideningGrant } from './grants.ts';
import { type Judged, lasting, shownOf, signatureOf } from './judged.ts';
import { type Judging, unjudged } from './judging.ts';
import { observed } from './observed.ts';
import { mintPermit } from './permit.ts';
import { reason } from './reasons.ts';
import { denial, refusal } from './refusal.ts';
import { wantedBy } from './subject.ts';

export interface WideningDeps {
  judging: Judging;
  asking: Asking;
  policy: Judge;
  clock: Clock;
  root: string;
  newId(): string;
  /** Writes a decision down. */
  settle(id: string, decision: Decision): Promise<Decision>;
}

/** What the gate does once an effect was seen to try more than its permit allowed: the person is asked for just that. */
export async function widen<E extends Effect>(
  id: string,
  effect: E,
  terms: Terms,
  violations: readonly Violation[],
  signal: AbortSignal,
  deps: WideningDeps,
): Promise<Admission<E>> {
  const { judging, asking } = deps;
  const { hosts, writes, reasons } = observed(violations, deps.root);
  const asked: Judged = {
    ...unjudged,
    decision: { verdict: 'ask', by: { type: 'static' }, reasons },
    terms: widened(terms, hosts, writes),
  };
  const digest = digestOf(effect);
  // What a rule forbids is not offered to the person because a command was seen to want it.
  const forbidden = deps.policy.decide(wantedBy(effect, hosts, writes));
  if (forbidden.by !== null && (forbidden.outcome === 'deny' || forbidden.outcome === 'halt')) {
    const { id: rule, layer, because = '' } = forbidden.by;
    const reasonsToo = [reason('policy.rule', { rule, because }), ...reasons];
    const decision = await deps.settle(id, { verdict: 'deny', by: { type: 'rule', rule, layer }, reasons: reasonsToo });
    return { type: 'refused', failure: refusal(decision, signal), halt: forbidden.outcome === 'halt' };
  }
  const place = writes.length === 0 ? null : await judging.judge(writingTo(writes));
  // What nothing of this run may write, no command is let write because it was seen to want it.
  if (place?.decision.verdict === 'deny') {
    const decision = await deps.settle(id, {
      ...place.decision,
      reasons: [...place.decision.reasons, ...reasons],
    });
    return { type: 'refused', failure: refusal(decision, signal), halt: place.halt };
  }
  const mayStay = effect.kind === 'exec' && place?.once !== true;
  const before = await judging.judge(effect);
  await deps.settle(id, asked.decision);
  const reply = await asking.ask(id, effect, asked, mayStay, signal);
  const by = reply?.[1];
  const answer = reply?.[0].answer;
  if (by === undefined || answer?.verdict !== 'allow') {
    const why = answer?.verdict === 'deny' ? answer.why : undefined;
    const said =
      by === undefined
        ? reason(signal.aborted ? 'stopped' : 'nobodyToAsk')
        : reason('person.denied', why ? { why } : {});
    const decision = await deps.settle(id, {
      verdict: 'deny',
      by: by ?? { type: 'static' },
      reasons: [said, ...reasons],
    });
    return { type: 'refused', failure: refusal(decision, signal), halt: false };
  }
  // Judged anew: only the terms are wider than they were.
  const now = await judging.judge(effect);
  const same = signatureOf(now) === signatureOf(before) && (await judging.unchanged(now.seen));
  const decision = await deps.settle(
    id,
    same
      ? { verdict: 'allow', by, reasons: [reason('person.allowed'), ...reasons] }
      : denial(reason('factsChanged'), ...now.decision.reasons),
  );
  if (!same || now.decision.verdict === 'deny' || signal.aborted || digestOf(effect) !== digest)
    return { type: 'refused', failure: refusal(decision, signal), halt: now.halt };
  const grant = mayStay ? wideningGrant(deps.newId(), effect, violations, shownOf(now)) : null;
  await asking.remember(id, effect, grant, shownOf(now), lasting(answer.scope, now));
  return { type: 'permit', permit: mintPermit(effect, asked.terms, deps.clock.now()), value: effect };
}

/** The places as the gate judges what writes there, whatever is written. */
function writingTo(paths: readonly string[]): Effect {
  const change = { change: 'changed', merged: false, added: null, removed: null, patch: null } as const;
  const files = paths.map(path => ({ path, ...change }));
  const plan = '0'.repeat(64);
  return { kind: 'restore', checkpoint: 0, reason: '', own: true, person: false, files, conflicts: [], plan };
}
