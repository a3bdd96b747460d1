import type { Judge, PolicyDecision } from '../policy/decide.ts';

import { ruleText } from '../policy/ruleFile.ts';
import type { Answered, Approver } from '../ports/approver.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { Reviewer } from '../ports/reviewer.ts';
import type { Revise } from '../ports/reviser.ts';
import type { Mode } from '../protocol/command.ts';
import type { Terms, Violation } from '../protocol/containment.ts';
import type { DecidedBy, Decision } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import type { Failure } from '../protocol/failure.ts';
import { type AssessDeps, assessEffect } from './assess.ts';
import { type Bounds, crossings, noBounds } from './bounds.ts';
import { type ConsultSteps, consult } from './consult.ts';
import { decide } from './decide.ts';
import type { Denials } from './denials.ts';
import { digestOf } from './digest.ts';
import {
  commandGrant,
  createGrants,
  type Grant,
  type Grants,
  type Shown,
  sha256,
  widened,
  wideningGrant,
} from './grants.ts';
import { foundOf, type Judged, lasting, mayLast, type Scope, shownOf, signatureOf, stricter } from './judged.ts';
import { observed } from './observed.ts';
import { offeredRule } from './offer.ts';
import { mintPermit, type Permit } from './permit.ts';
import { reason } from './reasons.ts';
import { allowedBefore, denial, isOpen, refusal } from './refusal.ts';
import { askReviewer, decisionAfter, mayBeReviewed } from './review/stage.ts';
import { type Seen, stillSame } from './seen.ts';
import { subjectOf, wantedBy } from './subject.ts';
import { goesBeyond, type Taint } from './taint.ts';
import { type Containment, leavesSandbox, termsFor } from './terms.ts';

export type Admission<E extends Effect> =
  | {
      type: 'permit';
      permit: Permit<E>;
      /** What it permits: an edit may be another one than was proposed. */
      value: E;
    }
  | { type: 'refused'; failure: Failure /** A rule of the policy ends the run. */; halt: boolean };

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
}

export interface GateDeps {
  journal: Journal;
  approver: Approver;
  clock: Clock;
  assess: AssessDeps;
  policy: Judge;
  root: string;
  containment(): Promise<Containment>;
  mode(): Mode;
  newId(): string;
  /** Where the run read text that gives orders; null while it has not. */
  taint?(): Taint | null;
  /** What the task and the person's words keep the run to. */
  bounds?(): Bounds;
  /** What the person allowed beyond a question. Whoever revokes there is heard with the next effect. */
  grants?: Grants;
  /** Resolves once what the person chose meanwhile (mode, grants) is written down and in force. */
  chosen?(): Promise<unknown>;
  /** Stage two. Without one the person is asked what it would be. */
  reviewer?: Reviewer;
  /** A fold over the very events that this gate writes down. */
  denials?: Denials;
  /** Makes a sentence of the person one of their standing instructions. Never rejects. */
  keep?(sentence: string): Promise<void>;
  /** Puts a rule (YAML) into the person's policy. Rejects only as the journal does. */
  keepRule?(ruleText: string): Promise<void>;
}

const unjudged = {
  assessment: null,
  recorded: null,
  halt: false,
  once: true,
  rule: () => null,
  seen: [],
  crossed: [],
  targets: [],
  containment: { contained: false, sandbox: false },
} as const;
const noTerms: Terms = { profile: 'read-only', hosts: [], writes: [] };

export function createGate(deps: GateDeps): Gate {
  const grants = deps.grants ?? createGrants(deps.root);

  async function settle(id: string, decision: Decision): Promise<Decision> {
    await deps.journal.append({ kind: 'effect.decided', effect: id, decision });
    return decision;
  }

  /** Keeps an answer as long as the person wanted; what cannot be kept for the workspace holds for the run. */
  async function remember(id: string, effect: Effect, grant: Grant | null, shown: Shown, scope: Scope): Promise<void> {
    if (grant === null || scope === 'once') return;
    const { id: given, commandDigest, signature, violations } = grant;
    const expiresAt = scope === 'workspace' ? await grants.keep(grant, effect, shown) : null;
    const until = expiresAt === null ? {} : { scope: 'workspace' as const, expiresAt };
    const told = { grant: given, effect: id, commandDigest, signature, violations: [...violations] };
    await deps.journal.append({ kind: 'grant.given', ...told, ...until });
    if (expiresAt === null) grants.add(grant);
  }

  async function judge(effect: Effect): Promise<Judged> {
    try {
      await deps.chosen?.();
      if (effect.kind === 'exec') await grants.refresh();
      const containment = await deps.containment();
      const { assessment, recorded, seen, folders, targets } = await assessEffect(effect, deps.assess);
      const policy: PolicyDecision = deps.policy.decide(subjectOf(effect, assessment, folders));
      const own = termsFor(effect, assessment, deps.root, containment);
      const terms = grants.extend(effect, own, foundOf({ assessment, seen }));
      const taint = deps.taint?.() ?? null;
      const crossed = crossings(effect, assessment, deps.bounds?.() ?? noBounds, deps.root);
      const around = { mode: deps.mode(), containment, terms, policy, taint, crossed };
      const decision = decide(effect, assessment, around);
      const tainted = taint !== null && goesBeyond(effect, assessment, terms, containment);
      const sends = effect.kind === 'fetch' && assessment.categories.includes('upload');
      const once = assessment.floor !== 'none' || leavesSandbox(effect, terms, containment) || tainted || sends;
      return {
        decision,
        assessment,
        recorded,
        terms,
        halt: policy.outcome === 'halt',
        once,
        rule: () => offeredRule(effect, assessment, around, deps.root),
        seen,
        crossed,
        targets,
        containment,
      };
    } catch {
      return { ...unjudged, decision: denial(reason('gateFault')), terms: noTerms };
    }
  }

  const unchanged = (seen: readonly Seen[]): Promise<boolean> => stillSame(deps.assess.facts, seen).catch(() => false);

  /** Asks the person; null where nobody answered, and whatever goes wrong on the way is nobody's answer. */
  async function ask(
    id: string,
    value: Effect,
    asked: Judged,
    mayStay: boolean,
    signal: AbortSignal,
  ): Promise<[Answered, DecidedBy] | null> {
    const question = deps.newId();
    const rule = mayStay ? asked.rule() : null;
    const offers = { lasting: mayStay, ...(rule === null ? {} : { ruleText: ruleText(rule) }) };
    await deps.journal.append({ kind: 'question.asked', question, effect: id, ...offers });
    const since = deps.clock.now();
    const { decision, assessment, terms } = asked;
    const answered = await deps.approver
      .ask({ id: question, effect: id, value, decision, assessment, terms, ...offers }, signal)
      .catch(() => null);
    if (answered === null || signal.aborted) return null;
    const { answer } = answered;
    await deps.journal.append({ kind: 'question.answered', question, effect: id, answer });
    if (answer.verdict === 'deny' && answer.keep === true && answer.why) await deps.keep?.(answer.why);
    const afterMs = Math.max(0, deps.clock.now() - since);
    return [answered, { type: 'person', surface: answered.surface, afterMs }];
  }

  /** What the person said before, about this effect or for the run; null where they have to be asked. */
  async function saidBefore(id: string, effect: Effect, judged: Judged): Promise<Decision | null> {
    const { denials } = deps;
    const signature = signatureOf(judged);
    const lifted = denials?.lifted(effect, sha256(signature)) ?? null;
    if (lifted !== null) {
      await deps.journal.append({ kind: 'denial.used', effect: lifted, by: id });
      return allowedBefore('denied');
    }
    if (!judged.once && grants.covers(effect, shownOf(judged))) return allowedBefore('grant');
    return refusedBefore(effect, judged);
  }

  /** A no holds in every mode, until the person says something else or lets it pass. */
  function refusedBefore(effect: Effect, judged: Judged): Decision | null {
    const refused = judged.recorded === null ? null : (deps.denials?.before(effect, judged.recorded) ?? null);
    return refused === null ? null : denial(refused);
  }

  async function assessed(id: string, judged: Judged): Promise<void> {
    const { recorded: assessment, terms } = judged;
    if (assessment === null) return;
    const signature = sha256(signatureOf(judged));
    await deps.journal.append({ kind: 'effect.assessed', effect: id, assessment, terms, signature });
  }

  const stepsFor = (id: string, signal: AbortSignal, revise: Revise | undefined): ConsultSteps => ({
    ask: (value, asked) => ask(id, value, asked, mayLast(value, asked), signal),
    judge,
    assessed: judged => assessed(id, judged),
    settle: decision => settle(id, decision),
    async remember(value, asked, scope) {
      const grant = commandGrant(deps.newId(), value, signatureOf(asked));
      await remember(id, value, grant, shownOf(asked), lasting(scope, asked));
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
    const now = await judge(effect);
    return stricter(now, judged) || signatureOf(now) !== signatureOf(judged)
      ? denial(reason('factsChanged'), ...now.decision.reasons)
      : decision;
  }

  return {
    async admit(id, effect, signal, revise) {
      const digest = digestOf(effect);
      const judged = await judge(effect);
      await assessed(id, judged);
      let decision = await settle(id, judged.decision);
      const said = isOpen(decision)
        ? await saidBefore(id, effect, judged)
        : decision.verdict === 'allow'
          ? refusedBefore(effect, judged)
          : null;
      if (said !== null) decision = await settle(id, said);
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
      if (decision.verdict === 'allow' && !(await unchanged(admitted.judged.seen)))
        decision = await settle(id, denial(reason('factsChanged'), ...decision.reasons));
      if (decision.verdict !== 'allow' || signal.aborted || digestOf(effect) !== digest)
        return { type: 'refused', failure: refusal(decision, signal), halt: admitted.judged.halt };
      const { value } = admitted;
      return { type: 'permit', permit: mintPermit(value, admitted.judged.terms, deps.clock.now()), value };
    },

    async widen(id, effect, terms, violations, signal) {
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
        const decision = await settle(id, { verdict: 'deny', by: { type: 'rule', rule, layer }, reasons: reasonsToo });
        return { type: 'refused', failure: refusal(decision, signal), halt: forbidden.outcome === 'halt' };
      }
      const before = await judge(effect);
      await settle(id, asked.decision);
      const reply = await ask(id, effect, asked, effect.kind === 'exec', signal);
      const by = reply?.[1];
      const answer = reply?.[0].answer;
      if (by === undefined || answer?.verdict !== 'allow') {
        const why = answer?.verdict === 'deny' ? answer.why : undefined;
        const said =
          by === undefined
            ? reason(signal.aborted ? 'stopped' : 'nobodyToAsk')
            : reason('person.denied', why ? { why } : {});
        const decision = await settle(id, {
          verdict: 'deny',
          by: by ?? { type: 'static' },
          reasons: [said, ...reasons],
        });
        return { type: 'refused', failure: refusal(decision, signal), halt: false };
      }
      // Judged anew: only the terms are wider than they were.
      const now = await judge(effect);
      const same = signatureOf(now) === signatureOf(before) && (await unchanged(now.seen));
      const decision = await settle(
        id,
        same
          ? { verdict: 'allow', by, reasons: [reason('person.allowed'), ...reasons] }
          : denial(reason('factsChanged'), ...now.decision.reasons),
      );
      if (!same || now.decision.verdict === 'deny' || signal.aborted || digestOf(effect) !== digest)
        return { type: 'refused', failure: refusal(decision, signal), halt: now.halt };
      const grant = wideningGrant(deps.newId(), effect, violations);
      await remember(id, effect, grant, shownOf(now), lasting(answer.scope, now));
      return { type: 'permit', permit: mintPermit(effect, asked.terms, deps.clock.now()), value: effect };
    },
  };
}
