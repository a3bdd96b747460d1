import { ruleText } from '../policy/ruleFile.ts';
import type { Answered, Approver } from '../ports/approver.ts';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import type { DecidedBy, Decision } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';
import type { Denials } from './denials.ts';
import { type Grant, type Grants, type Shown, sha256 } from './grants.ts';
import { type Judged, type Scope, shownOf, signatureOf } from './judged.ts';
import { allowedBefore, denial } from './refusal.ts';

export interface AskingDeps {
  /** The workspace. */
  root: string;
  journal: Journal;
  approver: Approver;
  clock: Clock;
  newId(): string;
  /** A fold over the very events that this gate writes down. */
  denials?: Denials;
  /** Makes a sentence of the person one of their standing instructions. Never rejects. */
  keep?(sentence: string): Promise<void>;
}

/** The person's word on an effect: what they said before, what they say now, and for how long it holds. */
export interface Asking {
  /** Asks the person; null where nobody answered, and whatever goes wrong on the way is nobody's answer. */
  ask(
    id: string,
    value: Effect,
    asked: Judged,
    mayStay: boolean,
    signal: AbortSignal,
  ): Promise<[Answered, DecidedBy] | null>;
  /** What the person said before, about this effect or for the run; null where they have to be asked. */
  saidBefore(id: string, effect: Effect, judged: Judged): Promise<Decision | null>;
  /** A no holds in every mode, until the person says something else or lets it pass. */
  refusedBefore(effect: Effect, judged: Judged): Decision | null;
  /** What a person refused comes back in another effect: it is theirs to decide about that one too, in every mode. */
  nearRefused(judged: Judged): Decision | null;
  /** Keeps an answer as long as the person wanted; what cannot be kept for the workspace holds for the run. */
  remember(id: string, effect: Effect, grant: Grant | null, shown: Shown, scope: Scope): Promise<void>;
}

export function createAsking(deps: AskingDeps, grants: Grants): Asking {
  function refusedBefore(effect: Effect, judged: Judged): Decision | null {
    const refused = judged.recorded === null ? null : (deps.denials?.before(effect, judged.recorded) ?? null);
    return refused === null ? null : denial(refused);
  }

  return {
    async ask(id, value, asked, mayStay, signal) {
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
    },

    async saidBefore(id, effect, judged) {
      const { denials } = deps;
      const signature = signatureOf(judged);
      const lifted = denials?.lifted(effect, sha256(signature), isTainted(judged)) ?? null;
      if (lifted !== null) {
        await deps.journal.append({ kind: 'denial.used', effect: lifted, by: id });
        return allowedBefore('denied');
      }
      if (!judged.once && grants.covers(effect, shownOf(judged))) return allowedBefore('grant');
      return refusedBefore(effect, judged);
    },

    refusedBefore,

    nearRefused({ recorded, decision }) {
      const near = recorded === null ? null : (deps.denials?.near(recorded, deps.root) ?? null);
      return near === null ? null : { verdict: 'ask', by: { type: 'static' }, reasons: [near, ...decision.reasons] };
    },

    async remember(id, effect, grant, shown, scope) {
      if (grant === null || scope === 'once') return;
      const { id: given, commandDigest, signature, violations, shown: as } = grant;
      const expiresAt = scope === 'workspace' ? await grants.keep(grant, effect, shown) : null;
      const until = expiresAt === null ? {} : { scope: 'workspace' as const, expiresAt };
      const found = as === undefined ? {} : { shown: as };
      const told = { grant: given, effect: id, commandDigest, signature, violations: [...violations], ...found };
      await deps.journal.append({ kind: 'grant.given', ...told, ...until });
      if (expiresAt === null) grants.add(grant);
    },
  };
}

function isTainted({ decision }: Judged): boolean {
  return decision.reasons.some(({ code }) => code === 'run.tainted');
}
