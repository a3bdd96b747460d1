import type { Answer } from '../protocol/command.ts';
import type { Decision } from '../protocol/decision.ts';
import type { Effect } from '../protocol/effect.ts';

export interface Question {
  /** Globally unique. */
  id: string;
  /** The proposed effect's id and value. */
  effect: string;
  value: Effect;
  decision: Decision;
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
