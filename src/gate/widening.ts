import { isDeepStrictEqual } from 'node:util';
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
import { type Observed, observed } from './observed.ts';
import { mintPermit } from './permit.ts';
import { reason } from './reasons.ts';
import { denial, refusal } from './refusal.ts';
import type { Wanted } from './wanted.ts';

export interface WideningDeps {
  judging: Judging;
  asking: Asking;
  /** What the effect was seen to want, as it is now; `own` is how the effect itself is judged. */
  wanted(effect: Effect, own: Judged, seen: Observed): Promise<Wanted>;
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
  const seen = observed(violations, deps.root);
  const { hosts, writes } = seen;
  const digest = digestOf(effect);
  const before = await judging.judge(effect);
  const wanted = await deps.wanted(effect, before, seen);
  const reasons = [...seen.reasons, ...wanted.reasons];
  if (wanted.refused !== null) {
    const { refused } = wanted;
    const decision = await deps.settle(id, { ...refused, reasons: [...refused.reasons, ...reasons] });
    return { type: 'refused', failure: refusal(decision, signal), halt: wanted.halt };
  }
  const asked: Judged = {
    ...unjudged,
    assessment: wanted.assessment,
    decision: { verdict: 'ask', by: { type: 'static' }, reasons },
    terms: widened(terms, hosts, writes),
  };
  const mayStay = effect.kind === 'exec' && !wanted.once;
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
  const then = await deps.wanted(effect, now, seen);
  const same =
    signatureOf(now) === signatureOf(before) &&
    isDeepStrictEqual(then.assessment, wanted.assessment) &&
    then.refused === null &&
    (await judging.unchanged(now.seen));
  const decision = await deps.settle(
    id,
    same
      ? { verdict: 'allow', by, reasons: [reason('person.allowed'), ...reasons] }
      : denial(reason('factsChanged'), ...(then.refused?.reasons ?? now.decision.reasons)),
  );
  if (!same || now.decision.verdict === 'deny' || signal.aborted || digestOf(effect) !== digest)
    return { type: 'refused', failure: refusal(decision, signal), halt: now.halt || then.halt };
  const lasts = mayStay && !then.once;
  const grant = lasts ? wideningGrant(deps.newId(), effect, violations, shownOf(now)) : null;
  await asking.remember(id, effect, grant, shownOf(now), lasting(answer.scope, now));
  return { type: 'permit', permit: mintPermit(effect, asked.terms, deps.clock.now()), value: effect };
}
