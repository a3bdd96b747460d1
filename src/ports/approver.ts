import type { Assessment } from '../protocol/assessment.ts';
import type { Answer } from '../protocol/command.ts';
import type { Terms } from '../protocol/containment.ts';
import type { Decision } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';

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
}

export interface Answered {
  answer: Answer;
  /** Which of our surfaces it came from: `panel`, `terminal`, … */
  surface: string;
}

/** Reaches a person. Resolves null where nobody is there to answer; an aborted signal withdraws the question (null). */
export interface Approver {
  ask(question: Question, signal: AbortSignal): Promise<Answered | null>;
}
