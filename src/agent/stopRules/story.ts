import type { Category } from '../../protocol/assessment.ts';
import type { Plan } from '../../protocol/plan.ts';
import type { StopRuleName } from '../../protocol/stopRule.ts';

/** A tool call that was answered. Equal calls have equal `asked`; `answer` leaves out what differs each time anyway. */
export interface StoryCall {
  seq: number;
  tool: string;
  asked: string;
  answer: string;
  isError: boolean;
}

/** A command that ran tests. `failing` is equal where the same tests failed; empty where none did. */
export interface StoryTests {
  seq: number;
  command: string;
  failing: string;
  /** Changes of the run before it. */
  changes: number;
  migration: boolean;
}

/** An effect that was done and changed, or may have changed, files. `explained`: somebody spoke of it before. */
export interface StoryChange {
  seq: number;
  kind: 'edit' | 'command';
  path: string;
  /** Added and removed, as far as they were counted. */
  lines: number;
  categories: readonly Category[];
  explained: () => boolean;
  byPerson: boolean;
}

/**
 * What the stop rules look at: the journal since the person was last heard, without what no rule needs. Whoever was told
 * of a stop and went on has decided, so everything is counted anew from there.
 */
export interface Story {
  turn: number;
  /** Of the last change, or of where counting began. */
  changedAt: number;
  /** Whether it may change any: not in Plan, and not while the planner reads. */
  changesFiles: boolean;
  calls: readonly StoryCall[];
  tests: readonly StoryTests[];
  changes: readonly StoryChange[];
  /** Whether tests were run after something was changed, ever: before that they tell nothing of the changes. */
  tested: boolean;
  /** Relative to the workspace or absolute, each once. */
  files: ReadonlyMap<string, number>;
  plan: Plan | null;
  /** The steps of the plan that were ended, from 1, each with the record that says so. */
  stepsDone: ReadonlyMap<number, number>;
  /** Criteria that were looked at before the first edit. `failed`: the record where one was run to its end and failed. */
  baseline: ReadonlyMap<string, { failed: number | null }>;
  /** The record where all criteria passed last, if nothing was changed since. */
  accepted: { seq: number; commands: readonly string[] } | null;
  contradictions: readonly { seq: number; excerpt: string }[];
  /** Where orders of others were read, and what was refused since because of that. */
  flagged: { seq: number; source: string } | null;
  refusedTainted: readonly number[];
  /** Rules of which the model was told. */
  nudged: ReadonlySet<StopRuleName>;
}
