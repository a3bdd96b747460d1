import type { Answered } from '../ports/approver.ts';
import type { EditBytes, Revise } from '../ports/reviser.ts';
import { type Assessment, tiers } from '../protocol/assessment.ts';
import type { Amended } from '../protocol/command.ts';
import type { DecidedBy, Decision, Reason } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import { GatehouseError } from '../protocol/failure.ts';
import { type Judged, type Scope, signatureOf, stricter } from './judged.ts';
import { reason } from './reasons.ts';
import { denial, isOpen } from './refusal.ts';

/** What the gate lends to the asking of a person. */
export interface ConsultSteps {
  ask(value: Effect, asked: Judged): Promise<[Answered, DecidedBy] | null>;
  judge(value: Effect): Promise<Judged>;
  /** Writes down how it is judged. */
  assessed(judged: Judged): Promise<void>;
  settle(decision: Decision): Promise<Decision>;
  /** Keeps the answer for as long as the person said. */
  remember(value: Effect, asked: Judged, scope: Scope | undefined): Promise<void>;
  /** Puts a rule (YAML) into their policy, where one could be offered to them. */
  keepRule(asked: Judged, ruleText: string): Promise<void>;
  stopped(): boolean;
  /** Without it an edit is made as it was proposed, or not at all. */
  revise: Revise | undefined;
}

/** What came of it: the effect that the decision is about, and how that was judged. */
export interface Consulted<E extends Effect> {
  decision: Decision;
  value: E;
  judged: Judged;
}

/**
 * The person's word on an effect, or the denial that stands for it. An edit comes out as the person wants it and as its
 * file stands now; where that replaces what somebody else wrote meanwhile, or is worse than what they were asked about,
 * they are asked anew.
 */
export async function consult<E extends Effect>(effect: E, first: Judged, steps: ConsultSteps): Promise<Consulted<E>> {
  for (let value = effect, asked = first; ; ) {
    const reply = await steps.ask(value, asked);
    const because = (decision: Decision): Consulted<E> => ({ decision, value, judged: asked });
    if (reply === null) return because(unanswered(asked, steps.stopped()));
    const [{ answer }, by] = reply;
    if (answer.verdict === 'deny') {
      const said = reason('person.denied', answer.why ? { why: answer.why } : {});
      return because({ verdict: 'deny', by, reasons: [said, ...ofTaint(asked)] });
    }
    const revision = await revised(value, answer.amended ?? null, steps.revise);
    if (!('value' in revision)) return because(leftOf(revision.type, value, answer.amended === undefined ? null : by));
    // Whatever the answer took, the world may have moved.
    const now = await steps.judge(revision.value);
    if (revision.type === 'same') {
      const signature = signatureOf(asked);
      if (stricter(now, asked) || signatureOf(now) !== signature)
        return because(denial(reason('factsChanged'), ...now.decision.reasons));
      // What a floor asks about is asked about each time.
      if (!asked.once && answer.ruleText !== undefined) await steps.keepRule(asked, answer.ruleText);
      if (!asked.once) await steps.remember(value, asked, answer.scope);
      const reasons = [reason('person.allowed'), ...asked.decision.reasons];
      return { decision: { verdict: 'allow', by, reasons }, value, judged: asked };
    }
    await steps.assessed(now);
    // Where the person is the author now, a floor stays one and nothing else is asked again.
    if (now.decision.verdict === 'deny') return { decision: now.decision, value: revision.value, judged: now };
    if (now.once && !asked.once) return because(denial(reason('factsChanged'), ...now.decision.reasons));
    value = revision.value;
    if (revision.type === 'revised' && answer.amended === undefined && isWorse(now, asked)) {
      asked = { ...now, decision: { ...now.decision, verdict: 'ask', by: { type: 'static' } } };
      await steps.settle(asked.decision);
      continue;
    }
    if (revision.type === 'revised') {
      const reasons = [reason('person.allowed'), ...asked.decision.reasons];
      return { decision: { verdict: 'allow', by, reasons }, value, judged: now };
    }
    const reasons = [
      reason('edit.fileChanged'),
      ...asked.decision.reasons.filter(({ code }) => code !== 'edit.fileChanged'),
    ];
    asked = { ...now, decision: { verdict: 'ask', by: { type: 'static' }, reasons } };
    await steps.settle(asked.decision);
  }
}

function isWorse({ assessment: now, decision }: Judged, { assessment: then }: Judged): boolean {
  const rank = (assessment: Assessment | null): number => (assessment === null ? -1 : tiers.indexOf(assessment.tier));
  return isOpen(decision) && rank(now) > rank(then);
}

/** `by`: who took away from it. */
function leftOf(what: 'nothing' | 'unreadable', value: Effect, by: DecidedBy | null): Decision {
  if (what === 'unreadable') return denial(reason('factsChanged'));
  if (by !== null) return { verdict: 'deny', by, reasons: [reason('person.denied')] };
  return denial(reason('edit.nothingLeft', value.kind === 'edit' ? { path: value.path } : {}));
}

/** Kept beside whoever refused it: an agent that goes on with what it read is known by how often that happens. */
function ofTaint({ decision }: Judged): Reason[] {
  return decision.reasons.filter(({ code }) => code === 'run.tainted');
}

function unanswered(asked: Judged, stopped: boolean): Decision {
  const { decision } = asked;
  const [first] = decision.reasons;
  const nobody = reason(stopped ? 'stopped' : 'nobodyToAsk');
  // An outage, the reviewing model's doubt, or the person's own words are why there was a question at all.
  return denial(
    ...(!stopped && first !== undefined && /^(review|bound)\./.test(first.code) ? [first, nobody] : [nobody]),
    ...ofTaint(asked),
  );
}

type Now<E> = { type: 'same' | 'revised' | 'conflict'; value: E } | { type: 'nothing' | 'unreadable' };

/** Only an edit can be another one than was proposed. */
async function revised<E extends Effect>(
  value: E,
  amended: Amended | null,
  revise: Revise | undefined,
): Promise<Now<E>> {
  if (value.kind !== 'edit' || revise === undefined) return amended === null ? { type: 'same', value } : unreadable;
  try {
    const found = await revise(value, amended);
    if (found.type === 'same') return { type: 'same', value };
    if (found.type === 'nothing') return found;
    const bytes: EditBytes = found.bytes;
    return { type: found.type, value: { ...value, ...bytes } };
  } catch (error) {
    if (error instanceof GatehouseError && error.failure.code === 'journal.unwritable') throw error;
    return unreadable;
  }
}

const unreadable = { type: 'unreadable' } as const;
