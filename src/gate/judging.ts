import type { Judge, PolicyDecision } from '../policy/decide.ts';
import type { Mode } from '../protocol/command.ts';
import type { Terms } from '../protocol/containment.ts';
import type { Effect } from '../protocol/effect.ts';
import { type AssessDeps, assessEffect } from './assess.ts';
import { type Bounds, crossings, noBounds } from './bounds.ts';
import { decide } from './decide.ts';
import type { Grants } from './grants.ts';
import { foundOf, type Judged } from './judged.ts';
import { offeredRule } from './offer.ts';
import { reason } from './reasons.ts';
import { denial } from './refusal.ts';
import { type Seen, stillSame } from './seen.ts';
import { subjectOf } from './subject.ts';
import { goesBeyond, type Taint } from './taint.ts';
import { type Containment, leavesSandbox, termsFor } from './terms.ts';

export interface JudgingDeps {
  assess: AssessDeps;
  policy: Judge;
  root: string;
  containment(): Promise<Containment>;
  mode(): Mode;
  /** Where the run read text that gives orders; null while it has not. */
  taint?(): Taint | null;
  /** What the task and the person's words keep the run to. */
  bounds?(): Bounds;
  /** Resolves once what the person chose meanwhile (mode, grants) is written down and in force. */
  chosen?(): Promise<unknown>;
}

/** Stage one: facts, floors, policy, tier and mode, as they are now. Asks nobody and writes nothing down. */
export interface Judging {
  /** Never rejects: a fault is a denial. */
  judge(effect: Effect): Promise<Judged>;
  /** Whether what an effect was judged by is as it was seen. */
  unchanged(seen: readonly Seen[]): Promise<boolean>;
}

/** What is known of an effect that was not looked at. */
export const unjudged = {
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

export function createJudging(deps: JudgingDeps, grants: Grants): Judging {
  return {
    async judge(effect) {
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
    },

    unchanged: seen => stillSame(deps.assess.facts, seen).catch(() => false),
  };
}
