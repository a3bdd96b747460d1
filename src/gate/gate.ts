import type { Approver } from '../ports/approver.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { Mode } from '../protocol/command.ts';
import { type DecidedBy, type Decision, type Reason, verdicts } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import { type Failure, failures } from '../protocol/failure.ts';
import { assess } from './assess.ts';
import { digestOf } from './digest.ts';
import { type Facts, gatherFacts, type Surroundings } from './facts.ts';
import { mintPermit, type Permit } from './permit.ts';
import { reason } from './reasons.ts';

export type Admission<E extends Effect> = { type: 'permit'; permit: Permit<E> } | { type: 'refused'; failure: Failure };

/** The one door: every effect of a run passes `admit`, and nothing else mints a permit. */
export interface Gate {
  /**
   * Decides on the proposed effect `id`, asking a person where it must, and writes each decision down before it is
   * acted on. Never throws for the effect's sake: a fault inside the gate is a refusal. Rejects when the journal does.
   */
  admit<E extends Effect>(id: string, effect: E, signal: AbortSignal): Promise<Admission<E>>;
}

export interface GateDeps {
  journal: Journal;
  approver: Approver;
  clock: Clock;
  around: Surroundings;
  mode(): Mode;
  newId(): string;
}

export function createGate(deps: GateDeps): Gate {
  async function settle(id: string, decision: Decision): Promise<Decision> {
    await deps.journal.append({ kind: 'effect.decided', effect: id, decision });
    return decision;
  }

  async function judge(effect: Effect): Promise<Decision> {
    try {
      const facts: Facts = await gatherFacts(effect, deps.around);
      return assess(effect, facts, deps.mode());
    } catch {
      return denial('static', reason('gateFault'));
    }
  }

  /** Asks the person; whatever goes wrong on the way is a denial. */
  async function consult(id: string, value: Effect, asked: Decision, signal: AbortSignal): Promise<Decision> {
    const question = deps.newId();
    await deps.journal.append({ kind: 'question.asked', question, effect: id });
    const since = deps.clock.now();
    const answered = await deps.approver
      .ask({ id: question, effect: id, value, decision: asked }, signal)
      .catch(() => null);
    if (signal.aborted) return denial('static', reason('stopped'));
    if (answered === null) return denial('static', reason('nobodyToAsk'));
    const { answer, surface } = answered;
    await deps.journal.append({ kind: 'question.answered', question, effect: id, answer });
    const by: DecidedBy = { type: 'person', surface, afterMs: Math.max(0, deps.clock.now() - since) };
    if (answer.verdict === 'deny')
      return { verdict: 'deny', by, reasons: [reason('person.denied', answer.why ? { why: answer.why } : {})] };
    // Whatever the answer took, the world may have moved: a path swapped meanwhile is judged as it is now.
    const now = await judge(value);
    if (verdicts.indexOf(now.verdict) > verdicts.indexOf(asked.verdict))
      return denial('static', reason('factsChanged'), ...now.reasons);
    return { verdict: 'allow', by, reasons: [reason('person.allowed'), ...asked.reasons] };
  }

  return {
    async admit(id, effect, signal) {
      const digest = digestOf(effect);
      let decision = await settle(id, await judge(effect));
      if (decision.verdict === 'ask' || decision.verdict === 'review')
        decision = await settle(id, await consult(id, effect, decision, signal));
      if (decision.verdict !== 'allow' || signal.aborted || digestOf(effect) !== digest)
        return { type: 'refused', failure: refusal(decision, signal) };
      return { type: 'permit', permit: mintPermit(effect, deps.clock.now()) };
    },
  };
}

function denial(type: 'static', ...reasons: Reason[]): Decision {
  return { verdict: 'deny', by: { type }, reasons };
}

/** The model is told the rule by its code and, where a person gave one, their sentence. */
function refusal(decision: Decision, signal: AbortSignal): Failure {
  const first = decision.reasons[0];
  if (signal.aborted || first === undefined) return failures.stopped({});
  return failures.refused({ rule: first.code, why: String(first.args['why'] ?? first.args['path'] ?? '') });
}
