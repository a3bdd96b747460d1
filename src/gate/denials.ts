import type { Assessment, Tier } from '../protocol/assessment.ts';
import type { Decision, Reason, Verdict } from '../protocol/decision.ts';
import type { Digest, Effect } from '../protocol/effect.ts';
import type { EventOf, RunEvent } from '../protocol/event.ts';
import { digestOf } from './digest.ts';
import { reason } from './reasons.ts';
import { createRefusedPlaces } from './refusedPlaces.ts';
import { actOf, samenessOf } from './sameness.ts';

/** So many refusals, one after the other or since the person was last heard, and they are asked what is going on. */
export const mostInARow = 3;
export const mostInARun = 20;

/** Refusals that are kept for "recently denied". */
const kept = 50;

/** An effect that was refused. */
export interface Denied {
  effect: string;
  value: Effect;
  reasons: readonly Reason[];
  /** Whether a person may let it pass: not where a rule or a floor refused it before anybody was asked. */
  askable: boolean;
  /** How bad it is by itself; null where nothing was found out about it. */
  tier: Tier | null;
}

export interface Due {
  why: 'row' | 'run';
  /** Each once, however often and in however many spellings it was tried; the oldest first. */
  items: readonly Denied[];
}

/** The run's refusals, as a fold over its events. */
export interface Denials {
  apply(event: RunEvent): void;
  /** Whether refusals have piled up, and the person has to be asked before anything else happens. */
  due(): Due | null;
  /** Those that the person may still want to look at, the newest first. */
  recent(): readonly Denied[];
  find(effect: string): Denied | null;
  /** Why this effect is refused without asking again: the person, or the reviewing model, refused the same before. */
  before(effect: Effect, assessment: Assessment): Reason | null;
  /** Why a person is asked about this effect, which is another one: it changes what one that they refused would have. */
  near(assessment: Assessment, root: string): Reason | null;
  /**
   * The refused effect that the person lets pass, where this is the very same and is shown the same. `tainted`: it is asked
   * about because of what the run has read; a person who let it pass before that did not know.
   */
  lifted(effect: Effect, signature: Digest, tainted: boolean): string | null;
}

interface Known {
  value: Effect;
  assessed: EventOf<'effect.assessed'> | null;
  sameness: Digest | null;
  first: Verdict | null;
  begun: boolean;
}

/** Refusals that say nothing about the effect. */
const noRefusal = new Set(['stopped', 'factsChanged', 'gateFault', 'edit.nothingLeft']);

export function createDenials(): Denials {
  const effects = new Map<string, Known>();
  const lifts = new Map<Digest, { effect: string; tainted: boolean }>();
  /** What the person or the reviewing model refused, by sameness. */
  const refusals = new Map<Digest, string>();
  const places = createRefusedPlaces();
  let recent: Denied[] = [];
  let pending: Denied[] = [];
  let inARow = 0;
  let inAll = 0;

  function heard(): void {
    pending = [];
    inARow = 0;
    inAll = 0;
  }

  const keyOf = (effect: string): string => effects.get(effect)?.sameness ?? effect;
  /** With this one at the end, and without others that are the same. */
  const withDenied = (list: readonly Denied[], denied: Denied): Denied[] =>
    [...list.filter(each => keyOf(each.effect) !== keyOf(denied.effect)), denied].slice(-kept);

  function denied(effect: string, known: Known, { by, reasons }: Decision): void {
    const [first] = reasons;
    // What was refused after it had begun is what it wanted beyond its permit; it itself was allowed.
    if (known.begun || first === undefined || noRefusal.has(first.code)) return;
    // That it was refused before is no reason of its own: the one of then is told.
    const then = recent.find(each => keyOf(each.effect) === keyOf(effect));
    const because = first.code === 'denied.before' ? (then?.reasons ?? reasons) : reasons;
    const one: Denied = {
      effect,
      value: known.value,
      reasons: because,
      askable: known.first !== 'deny',
      tier: known.assessed?.assessment.tier ?? null,
    };
    recent = withDenied(recent, one);
    const why = String(first.args['why'] ?? '');
    if (known.sameness !== null && (by.type === 'person' || by.type === 'model')) refusals.set(known.sameness, why);
    if (by.type === 'person' && known.assessed !== null) places.add(effect, known.assessed.assessment.footprint);
    // Whoever says no is there, and need not be told that they did.
    if (by.type === 'person') return;
    pending = withDenied(pending, one);
    inARow += 1;
    inAll += 1;
  }

  function answered({ answer }: EventOf<'denials.answered'>): void {
    for (const { effect, askable } of pending) {
      const same = effects.get(effect)?.sameness ?? null;
      if (same === null || !askable || answer.allow.includes(effect)) continue;
      refusals.set(same, answer.why ?? '');
      const { assessed } = effects.get(effect) ?? { assessed: null };
      if (assessed !== null) places.add(effect, assessed.assessment.footprint);
    }
    heard();
  }

  function aboutEffect(event: RunEvent & { effect: string }, known: Known): void {
    if (event.kind === 'effect.assessed') {
      known.assessed = event;
      known.sameness = samenessOf(known.value, event.assessment);
      // A person may have it done again after a crash: that is another attempt.
      known.first = null;
      known.begun = false;
    } else if (event.kind === 'effect.decided') {
      known.first ??= event.decision.verdict;
      const { verdict, by } = event.decision;
      if (verdict === 'deny') denied(event.effect, known, event.decision);
      else if (verdict === 'allow' && by.type === 'person' && known.assessed !== null)
        places.settle(known.assessed.assessment.footprint);
    } else if (event.kind === 'effect.intended') {
      known.begun = true;
      if (!looks(known)) inARow = 0;
    }
  }

  function lift({ effect, digest }: EventOf<'denial.lifted'>): void {
    const known = recent.find(each => keyOf(each.effect) === keyOf(effect));
    lifts.set(digest, { effect, tainted: known?.reasons.some(({ code }) => code === 'run.tainted') === true });
    const same = effects.get(effect)?.sameness ?? null;
    if (same !== null) refusals.delete(same);
    places.drop(effect);
    recent = recent.filter(each => keyOf(each.effect) !== keyOf(effect));
  }

  return {
    apply(event) {
      if (event.kind === 'effect.proposed')
        effects.set(event.effect, { value: event.value, assessed: null, sameness: null, first: null, begun: false });
      // They may have changed their mind, in words that only the model understands.
      if (event.kind === 'person.said' || event.kind === 'conversation.rewound') {
        heard();
        refusals.clear();
        places.clear();
      }
      if (event.kind === 'conversation.rewound') lifts.clear();
      if (event.kind === 'denials.answered') answered(event);
      if (event.kind === 'denial.lifted') lift(event);
      if (event.kind === 'denial.used')
        for (const [digest, { effect }] of lifts) if (effect === event.effect) lifts.delete(digest);
      const known = 'effect' in event && event.effect !== null ? effects.get(event.effect) : undefined;
      if (known !== undefined) aboutEffect(event as RunEvent & { effect: string }, known);
    },
    due() {
      if (inARow >= mostInARow) return { why: 'row', items: pending };
      return inAll >= mostInARun ? { why: 'run', items: pending } : null;
    },
    recent: () => recent.toReversed(),
    find: effect => recent.find(each => each.effect === effect) ?? pending.find(each => each.effect === effect) ?? null,
    before(effect, assessment) {
      const why = refusals.get(samenessOf(effect, assessment));
      return why === undefined ? null : reason('denied.before', why === '' ? {} : { why });
    },
    near({ footprint }, root) {
      const path = places.met(footprint, root);
      return path === null ? null : reason('denied.near', { path });
    },
    lifted(effect, signature, tainted) {
      const allowed = lifts.get(liftDigest(effect));
      if (allowed === undefined || (tainted && !allowed.tainted)) return null;
      return effects.get(allowed.effect)?.assessed?.signature === signature ? allowed.effect : null;
    },
  };
}

/** By this an effect is known again when the model repeats it: all but what it says about it. */
export function liftDigest(effect: Effect): Digest {
  return digestOf(actOf(effect));
}

/** Looking is no other way that was found. */
function looks({ value, assessed }: Known): boolean {
  switch (value.kind) {
    case 'read':
    case 'search':
    case 'diagnostics':
      return true;
    case 'exec':
      return assessed?.terms.profile === 'read-only';
    case 'edit':
    case 'push':
    case 'fetch':
    case 'restore':
      return false;
  }
}
