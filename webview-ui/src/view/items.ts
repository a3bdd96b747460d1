import type { AcceptanceResult } from '../../../src/protocol/acceptance.ts';
import type { Tier } from '../../../src/protocol/assessment.ts';
import type { Usage } from '../../../src/protocol/budget.ts';
import type { ReviewFinding } from '../../../src/protocol/diffReview.ts';
import type { Effect } from '../../../src/protocol/effect.ts';
import type { OutcomeRecord, RunStatus } from '../../../src/protocol/event.ts';
import type { ExplainedPart, PanelAction, RuleCheck } from '../../../src/protocol/panel.ts';
import type { Plan, StepReport } from '../../../src/protocol/plan.ts';
import type { Answers } from './answers.ts';
import type { Output } from './output.ts';
import type { SinceItem } from './since.ts';

/** An open question. Without a nonce it can be seen and not answered: it came from a replay whose run is gone. */
export interface OpenQuestion {
  question: string;
  nonce: string | null;
  reasons: string[];
  /** The whole change, once it was asked for and has come. */
  change: string | null;
  /** An answer may hold for the rest of the run. */
  lasting: boolean;
  /** The rule that could go to the person's policy; null where none should. */
  ruleText: string | null;
  /** What was last said about a text of that rule. */
  check: RuleCheck | null;
}

export type ToolState = 'waiting' | 'asking' | 'running' | 'done' | 'failed' | 'denied' | 'unfinished';

/** One tool call from the model's wish to its result. `input` is the model's and unchecked. */
export interface ToolItem {
  type: 'tool';
  key: string;
  call: string;
  tool: string;
  input: unknown;
  state: ToolState;
  effect: Effect | null;
  /** How bad the effect is by itself, and in words what a command would be held to. */
  tier: Tier | null;
  permit: string[];
  /** What the effect touches, in words. */
  categories: string[];
  /** The programs of a command, explained. */
  explained: readonly ExplainedPart[];
  /** What the gate said last, in sentences, and whether a person said it. */
  reasons: string[];
  byPerson: boolean;
  /** That the edit is not the one that was proposed first, in sentences. */
  revised: string[];
  question: OpenQuestion | null;
  output: Output | null;
  outcome: OutcomeRecord | null;
  durationMs: number | null;
  /** The text that the model was given. */
  result: string | null;
  /** What went wrong, for the person. */
  failure: string[];
}

/** A row of the run, by its key, and what to call it. */
export interface Link {
  key: string;
  label: string;
}

/** A line between the messages. `until` is when the wait that it tells of is over (Unix ms), null where none is. */
export interface NoticeItem {
  type: 'notice';
  key: string;
  level: 'info' | 'warning' | 'error';
  sentences: string[];
  until: number | null;
  action: PanelAction | null;
  /** What it rests on. */
  links: readonly Link[];
}

export interface EndItem {
  type: 'end';
  key: string;
  status: RunStatus;
  sentences: string[];
  action: PanelAction | null;
  links: readonly Link[];
  totals: Totals;
  answers: Answers;
  durationMs: number;
}

/** What the reviewer before merge found, and what has become of each of it since. */
export interface FindingsItem {
  type: 'findings';
  key: string;
  sentences: string[];
  /** There is no verdict on all of it. */
  unsure: boolean;
  rows: { finding: ReviewFinding; state: 'open' | 'fixed' | 'waived'; reason: string | null }[];
}

/** A plan with its question, while that is open. `baseline`: how its checks stood before any change. */
export interface PlanItem {
  type: 'plan';
  key: string;
  by: 'planner' | 'person';
  plan: Plan;
  state: 'proposed' | 'accepted' | 'replaced' | 'rejected';
  sentences: string[];
  question: { question: string; nonce: string | null } | null;
  baseline: readonly AcceptanceResult[] | null;
}

/** What the agent asked the person, and what they answered. */
export interface AskedItem {
  type: 'asked';
  key: string;
  question: string;
  text: string;
  options: readonly string[];
  sentences: string[];
  nonce: string | null;
  answer: string | null;
}

export type Item =
  | PlanItem
  | AskedItem
  | { type: 'step'; key: string; report: StepReport }
  | { type: 'said'; key: string; text: string }
  | { type: 'text'; key: string; text: string }
  | ToolItem
  | NoticeItem
  | FindingsItem
  | SinceItem
  | EndItem;

/** Running sums. `usd` is null as soon as one call had no known price. */
export interface Totals {
  turns: number;
  usage: Usage;
  usd: number | null;
  /** Real paths in the order of their first change, with the lines that were added and removed there. */
  files: ReadonlyMap<string, { added: number; removed: number }>;
  /** Processor time of commands in ms, as far as it is measured: those in the background are known when the run ends. */
  cpuMs: number;
}
