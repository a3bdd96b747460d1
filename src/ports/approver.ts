import type { AcceptanceResult } from '../protocol/acceptance.ts';
import type { Assessment, Tier } from '../protocol/assessment.ts';
import type { LimitName } from '../protocol/budget.ts';
import type { Answer } from '../protocol/command.ts';
import type { Terms } from '../protocol/containment.ts';
import type { Decision, Reason } from '../protocol/decision.ts';
import type { DenialsAnswer } from '../protocol/denials.ts';
import type { ReviewFinding } from '../protocol/diffReview.ts';
import type { Effect } from '../protocol/effect.ts';
import type { AskReason, Plan, PlanAnswer } from '../protocol/plan.ts';

export interface Question {
  /** Globally unique. */
  id: string;
  /** The proposed effect's id and value. */
  effect: string;
  value: Effect;
  decision: Decision;
  /** What the static risk found; null where the question is about what was observed. */
  assessment: Assessment | null;
  /** What allowing it would let a command do. */
  terms: Terms;
  /** An answer may hold for the rest of the run. */
  lasting: boolean;
  /** The rule that could stand in the person's policy, as YAML; absent where none should. */
  ruleText?: string;
}

export interface Answered {
  answer: Answer;
  /** Which of our surfaces it came from: `panel`, `terminal`, … */
  surface: string;
}

/** Refusals have piled up: three in a row, or many in the run. */
export interface DenialsQuestion {
  id: string;
  why: 'row' | 'run';
  /** The oldest first. What is not `askable` stays refused whatever the answer. */
  items: readonly {
    effect: string;
    value: Effect;
    reasons: readonly Reason[];
    askable: boolean;
    tier: Tier | null;
  }[];
}

/** What becomes of a plan. `baseline` is how its checks stand before any change; null where they were not run. */
export interface PlanQuestion {
  id: string;
  plan: Plan;
  baseline: readonly AcceptanceResult[] | null;
}

/** What the agent wants to know of the person. They may choose one of `options` or say something else. */
export interface PersonQuestion {
  id: string;
  text: string;
  options: readonly string[];
  reason: AskReason | null;
}

/** What comes next could cross a limit. `next` is the most that it could take, null where it was not counted. */
export interface LimitQuestion {
  limit: LimitName;
  used: number;
  allowed: number;
  next: number | null;
}

/** What a person makes of findings that hold a run: those that they let be, each with a reason, or words for the agent. */
export type FindingsAnswer =
  | { type: 'waive'; waived: readonly { finding: string; reason: string }[] }
  | { type: 'say'; text: string }
  | { type: 'end' };

/** Reaches a person. Resolves null where nobody is there to answer; an aborted signal withdraws the question (null). */
export interface Approver {
  /** Whether it can take several questions at once; else each waits for the answer to the one before. */
  several?: boolean;
  ask(question: Question, signal: AbortSignal): Promise<Answered | null>;
  /** The same for a list of refused effects. Where there is none of it, nobody can be asked that. */
  askDenials?(question: DenialsQuestion, signal: AbortSignal): Promise<DenialsAnswer | null>;
  /** The same for a plan, and for what the agent asks in words. */
  askPlan?(question: PlanQuestion, signal: AbortSignal): Promise<PlanAnswer | null>;
  askPerson?(question: PersonQuestion, signal: AbortSignal): Promise<string | null>;
  /** What the limit is to be from here on; null also where the person would rather have the run end. */
  askLimit?(question: LimitQuestion, signal: AbortSignal): Promise<number | null>;
  /** What becomes of findings that hold the run's end. */
  askFindings?(findings: readonly ReviewFinding[], signal: AbortSignal): Promise<FindingsAnswer | null>;
}
