import type { Judge, PolicyDecision } from '../policy/decide.ts';
import type { Answered, Approver } from '../ports/approver.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { Assessment } from '../protocol/assessment.ts';
import type { Mode } from '../protocol/command.ts';
import type { Terms, Violation } from '../protocol/containment.ts';
import { type DecidedBy, type Decision, type Reason, verdicts } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import { type Failure, failures } from '../protocol/failure.ts';
import { type AssessDeps, assessEffect } from './assess.ts';
import { decide } from './decide.ts';
import { digestOf } from './digest.ts';
import { createGrants, widened } from './grants.ts';
import { observed } from './observed.ts';
import { mintPermit, type Permit } from './permit.ts';
import { reason } from './reasons.ts';
import { type Seen, stillSame } from './seen.ts';
import { subjectOf, wantedBy } from './subject.ts';
import { type Containment, leavesSandbox, termsFor } from './terms.ts';

export type Admission<E extends Effect> =
  | { type: 'permit'; permit: Permit<E> }
  | { type: 'refused'; failure: Failure /** A rule of the policy ends the run. */; halt: boolean };

/** The one door: every effect of a run passes `admit`, and nothing else mints a permit. */
export interface Gate {
  /**
   * Decides on the proposed effect `id`, asking a person where it must, and writes each decision down before it is
   * acted on. Never throws for the effect's sake: a fault inside the gate is a refusal. Rejects when the journal does.
   */
  admit<E extends Effect>(id: string, effect: E, signal: AbortSignal): Promise<Admission<E>>;
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
}

interface Judged {
  decision: Decision;
  assessment: Assessment | null;
  recorded: Assessment | null;
  terms: Terms;
  halt: boolean;
  /** A floor asks: the answer is for this once. */
  once: boolean;
  seen: readonly Seen[];
}

const unjudged = { assessment: null, recorded: null, halt: false, once: true, seen: [] } as const;
const noTerms: Terms = { profile: 'read-only', hosts: [], writes: [] };

export function createGate(deps: GateDeps): Gate {
  const grants = createGrants();

  async function settle(id: string, decision: Decision): Promise<Decision> {
    await deps.journal.append({ kind: 'effect.decided', effect: id, decision });
    return decision;
  }

  async function judge(effect: Effect): Promise<Judged> {
    try {
      const containment = await deps.containment();
      const { assessment, recorded, seen, folders } = await assessEffect(effect, deps.assess);
      const policy: PolicyDecision = deps.policy.decide(subjectOf(effect, assessment, folders));
      const terms = grants.extend(effect, termsFor(effect, assessment, deps.root, containment));
      const decision = decide(effect, assessment, { mode: deps.mode(), containment, terms, policy });
      const once = assessment.floor !== 'none' || leavesSandbox(effect, terms, containment);
      return { decision, assessment, recorded, terms, halt: policy.outcome === 'halt', once, seen };
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
    signal: AbortSignal,
  ): Promise<[Answered, DecidedBy] | null> {
    const question = deps.newId();
    await deps.journal.append({ kind: 'question.asked', question, effect: id });
    const since = deps.clock.now();
    const { decision, assessment, terms } = asked;
    const answered = await deps.approver
      .ask({ id: question, effect: id, value, decision, assessment, terms }, signal)
      .catch(() => null);
    if (answered === null || signal.aborted) return null;
    await deps.journal.append({ kind: 'question.answered', question, effect: id, answer: answered.answer });
    const afterMs = Math.max(0, deps.clock.now() - since);
    return [answered, { type: 'person', surface: answered.surface, afterMs }];
  }

  /** The person's word on what was judged, or the denial that stands for it. */
  async function consult(id: string, effect: Effect, asked: Judged, signal: AbortSignal): Promise<Decision> {
    const signature = signatureOf(asked);
    if (!asked.once && grants.covers(effect, signature))
      return {
        verdict: 'allow',
        by: { type: 'person', surface: 'grant', afterMs: 0 },
        reasons: [reason('person.allowed')],
      };
    const reply = await ask(id, effect, asked, signal);
    if (reply === null) return denial(reason(signal.aborted ? 'stopped' : 'nobodyToAsk'));
    const [{ answer }, by] = reply;
    if (answer.verdict === 'deny')
      return { verdict: 'deny', by, reasons: [reason('person.denied', answer.why ? { why: answer.why } : {})] };
    // Whatever the answer took, the world may have moved: what is let through is what was shown.
    const now = await judge(effect);
    if (
      verdicts.indexOf(now.decision.verdict) > verdicts.indexOf(asked.decision.verdict) ||
      signatureOf(now) !== signature
    )
      return denial(reason('factsChanged'), ...now.decision.reasons);
    // What a floor asks about is asked about each time.
    if (answer.scope === 'run' && !asked.once) grants.grant(effect, signature);
    return { verdict: 'allow', by, reasons: [reason('person.allowed'), ...asked.decision.reasons] };
  }

  return {
    async admit(id, effect, signal) {
      const digest = digestOf(effect);
      const judged = await judge(effect);
      if (judged.recorded !== null)
        await deps.journal.append({
          kind: 'effect.assessed',
          effect: id,
          assessment: judged.recorded,
          terms: judged.terms,
        });
      let decision = await settle(id, judged.decision);
      if (decision.verdict === 'ask' || decision.verdict === 'review')
        decision = await settle(id, await consult(id, effect, judged, signal));
      // What was judged is what runs: the scripts that it was judged by are looked at once more.
      if (decision.verdict === 'allow' && !(await unchanged(judged.seen)))
        decision = await settle(id, denial(reason('factsChanged'), ...decision.reasons));
      if (decision.verdict !== 'allow' || signal.aborted || digestOf(effect) !== digest)
        return { type: 'refused', failure: refusal(decision, signal), halt: judged.halt };
      return { type: 'permit', permit: mintPermit(effect, judged.terms, deps.clock.now()) };
    },

    async widen(id, effect, terms, violations, signal) {
      const { hosts, writes, reasons } = observed(violations);
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
      const reply = await ask(id, effect, asked, signal);
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
      if (answer.scope === 'run') grants.widen(effect, violations);
      return { type: 'permit', permit: mintPermit(effect, asked.terms, deps.clock.now()) };
    },
  };
}

function denial(...reasons: Reason[]): Decision {
  return { verdict: 'deny', by: { type: 'static' }, reasons };
}

/** All of what a person is shown: where it differs, their answer was to something else. */
function signatureOf({ assessment, terms, seen }: Judged): string {
  return JSON.stringify([assessment?.tier, assessment?.findings, assessment?.footprint, terms, seen]);
}

/** The model is told the rule by its code and, where a person gave one, their sentence. */
function refusal(decision: Decision, signal: AbortSignal): Failure {
  const first = decision.reasons[0];
  if (signal.aborted || first === undefined) return failures.stopped({});
  const why = first.args['why'] ?? first.args['because'] ?? first.args['path'] ?? first.args['host'] ?? '';
  return failures.refused({
    rule: first.code === 'policy.rule' ? String(first.args['rule']) : first.code,
    why: String(why),
  });
}
