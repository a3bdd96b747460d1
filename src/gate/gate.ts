import type { Reviewer } from '../ports/reviewer.ts';
import type { Revise } from '../ports/reviser.ts';
import type { Terms, Violation } from '../protocol/containment.ts';
import type { Decision } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import type { Admission, Permitted } from './admission.ts';
import { type AskingDeps, createAsking } from './asking.ts';
import { type ConsultSteps, consult } from './consult.ts';
import { digestOf } from './digest.ts';
import { commandGrant, createGrants, type Grants, sha256 } from './grants.ts';
import { type Judged, lasting, mayLast, shownOf, signatureOf, stricter } from './judged.ts';
import { createJudging, type JudgingDeps } from './judging.ts';
import { mintPermit, type Permit } from './permit.ts';
import { reason } from './reasons.ts';
import { denial, isOpen, refusal } from './refusal.ts';
import { askReviewer, decisionAfter, mayBeReviewed } from './review/stage.ts';
import { judgeWanted } from './wanted.ts';
import { type WideningDeps, widen } from './widening.ts';

export type { Admission, Permitted } from './admission.ts';

/** The one door: every effect of a run passes `admit`, and nothing else mints a permit. */
export interface Gate {
  /**
   * Decides on the proposed effect `id`, asking a person where it must, and writes each decision down before it is
   * acted on. Never throws for the effect's sake: a fault inside the gate is a refusal. Rejects when the journal does.
   * With `revise` an edit that a person allows is made as they want it, and in its file as that stands then.
   */
  admit<E extends Effect>(id: string, effect: E, signal: AbortSignal, revise?: Revise): Promise<Admission<E>>;
  /** Asks for what an effect was seen to try beyond its permit; a permit then holds the wider terms. */
  widen<E extends Effect>(
    id: string,
    effect: E,
    terms: Terms,
    violations: readonly Violation[],
    signal: AbortSignal,
  ): Promise<Admission<E>>;
  /**
   * Another permit for what one was given for and not used, since something else had to be waited for. Nobody is asked
   * again: where anything that was judged is different by now, it is refused.
   */
  renew<E extends Effect>(id: string, given: Permitted<E>, signal: AbortSignal): Promise<Admission<E>>;
}

export interface GateDeps extends JudgingDeps, AskingDeps {
  /** What the person allowed beyond a question. Whoever revokes there is heard with the next effect. */
  grants?: Grants;
  /** Stage two. Without one the person is asked what it would be. */
  reviewer?: Reviewer;
  /** Puts a rule (YAML) into the person's policy. Rejects only as the journal does. */
  keepRule?(ruleText: string): Promise<void>;
}

export function createGate(deps: GateDeps): Gate {
  const grants = deps.grants ?? createGrants(deps.root);
  const judging = createJudging(deps, grants);
  const asking = createAsking(deps, grants);

  /** What each permit was minted by. */
  const judgedFor = new WeakMap<Permit, Judged>();

  function permitted<E extends Effect>(value: E, judged: Judged, terms = judged.terms): Permitted<E> {
    const permit = mintPermit(value, terms, deps.clock.now());
    judgedFor.set(permit, judged);
    return { type: 'permit', permit, value };
  }

  async function settle(id: string, decision: Decision): Promise<Decision> {
    await deps.journal.append({ kind: 'effect.decided', effect: id, decision });
    return decision;
  }

  async function assessed(id: string, judged: Judged): Promise<void> {
    const { recorded: assessment, terms } = judged;
    if (assessment === null) return;
    const signature = sha256(signatureOf(judged));
    await deps.journal.append({ kind: 'effect.assessed', effect: id, assessment, terms, signature });
  }

  const stepsFor = (id: string, signal: AbortSignal, revise: Revise | undefined): ConsultSteps => ({
    ask: (value, asked) => asking.ask(id, value, asked, mayLast(value, asked), signal),
    judge: value => judging.judge(value),
    assessed: judged => assessed(id, judged),
    settle: decision => settle(id, decision),
    async remember(value, asked, scope) {
      const grant = commandGrant(deps.newId(), value, signatureOf(asked));
      await asking.remember(id, value, grant, shownOf(asked), lasting(scope, asked));
    },
    async keepRule(asked, text) {
      if (asked.rule() !== null) await deps.keepRule?.(text);
    },
    stopped: () => signal.aborted,
    revise,
  });

  /** Stage two: the reviewing model's decision, or the question that the person is asked in its place. */
  async function review(id: string, effect: Effect, judged: Judged, signal: AbortSignal): Promise<Decision> {
    const { reviewer } = deps;
    const { recorded, terms, targets, containment } = judged;
    if (reviewer === undefined || recorded === null || !mayBeReviewed(judged.decision, judged.assessment))
      return judged.decision;
    const subject = {
      effect: id,
      value: effect,
      assessment: recorded,
      terms,
      targets,
      mode: deps.mode(),
      ...containment,
    };
    const reviewed = await askReviewer(reviewer, subject, deps, signal);
    if (signal.aborted) return denial(reason('stopped'));
    const decision = decisionAfter(reviewed, judged.decision);
    if (decision.verdict !== 'allow') return decision;
    // Its yes is to what it was shown, and to nothing that counts for more by now.
    const now = await judging.judge(effect);
    return stricter(now, judged) || signatureOf(now) !== signatureOf(judged)
      ? denial(reason('factsChanged'), ...now.decision.reasons)
      : decision;
  }

  const widening: WideningDeps = {
    judging,
    asking,
    settle,
    wanted: (effect, own, seen) => judgeWanted(effect, own.assessment, seen, deps),
    clock: deps.clock,
    root: deps.root,
    newId: () => deps.newId(),
  };

  return {
    async admit(id, effect, signal, revise) {
      const digest = digestOf(effect);
      const judged = await judging.judge(effect);
      await assessed(id, judged);
      let decision = await settle(id, judged.decision);
      const said = isOpen(decision)
        ? await asking.saidBefore(id, effect, judged)
        : decision.verdict === 'allow'
          ? asking.refusedBefore(effect, judged)
          : null;
      if (said !== null) decision = await settle(id, said);
      const near =
        said === null && (decision.verdict === 'allow' || decision.verdict === 'review')
          ? asking.nearRefused(judged)
          : null;
      if (near !== null) decision = await settle(id, near);
      if (decision.verdict === 'review') {
        const reviewed = await review(id, effect, judged, signal);
        if (reviewed !== decision) decision = await settle(id, reviewed);
      }
      let admitted = { value: effect, judged };
      if (isOpen(decision)) {
        const consulted = await consult(effect, { ...judged, decision }, stepsFor(id, signal, revise));
        admitted = consulted;
        decision = await settle(id, consulted.decision);
      }
      // What was judged is what runs: the scripts that it was judged by are looked at once more.
      if (decision.verdict === 'allow' && !(await judging.unchanged(admitted.judged.seen)))
        decision = await settle(id, denial(reason('factsChanged'), ...decision.reasons));
      if (decision.verdict !== 'allow' || signal.aborted || digestOf(effect) !== digest)
        return { type: 'refused', failure: refusal(decision, signal), halt: admitted.judged.halt };
      return permitted(admitted.value, admitted.judged);
    },

    async widen(id, effect, terms, violations, signal) {
      const admission = await widen(id, effect, terms, violations, signal, widening);
      if (admission.type === 'permit') judgedFor.set(admission.permit, await judging.judge(effect));
      return admission;
    },

    async renew(id, { permit, value }, signal) {
      const before = judgedFor.get(permit);
      const now = await judging.judge(value);
      const same =
        before !== undefined &&
        digestOf(value) === permit.digest &&
        now.decision.verdict !== 'deny' &&
        !stricter(now, before) &&
        (before.once || !now.once) &&
        signatureOf(now) === signatureOf(before) &&
        (await judging.unchanged(before.seen));
      if (same && !signal.aborted) return permitted(value, before, permit.terms);
      const why = reason(signal.aborted ? 'stopped' : 'factsChanged');
      const decision = await settle(id, denial(why, ...now.decision.reasons));
      return { type: 'refused', failure: refusal(decision, signal), halt: now.halt };
    },
  };
}
