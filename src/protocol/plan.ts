import { z } from 'zod';
import { AcceptanceResult } from './acceptance.ts';

const words = z.string().trim().min(1);
const list = z.array(words);

/** Whether a task can be left to an agent: by itself, with a person beside it, or not at all. */
export const Fit = z.enum(['auto', 'ask', 'no']);
export type Fit = z.infer<typeof Fit>;

/**
 * Whether a planner goes first. `auto`: it does, and what is small and fits is begun with by itself. `always`: each plan
 * waits for the person. `never`: the work begins at once.
 */
export const PlanFirst = z.enum(['auto', 'always', 'never']);
export type PlanFirst = z.infer<typeof PlanFirst>;

export const PlanStep = z.object({
  title: words,
  detail: z.string(),
  /** Paths that it is likely to change. */
  files: list.optional(),
  /** How it is taken back where a checkpoint cannot. */
  rollback: words.optional(),
});
export type PlanStep = z.infer<typeof PlanStep>;

/** What the planner hands over. `acceptance` are commands that exit with 0 once the objective is met. */
export const Plan = z.object({
  fit: Fit,
  fitReason: words.optional(),
  objective: words,
  constraints: list,
  acceptance: list,
  steps: z.array(PlanStep).min(1),
  risks: list,
});
export type Plan = z.infer<typeof Plan>;

/** What a person says about a plan. `step` counts from 1; null is about all of it. */
export const PlanComment = z.object({ step: z.number().int().positive().nullable(), text: words });
export type PlanComment = z.infer<typeof PlanComment>;

/** A person's answer to a plan. An accepted or commented `plan` is the plan as they have edited it. */
export const PlanAnswer = z.discriminatedUnion('verdict', [
  z.object({ verdict: z.literal('accept'), plan: Plan.optional() }),
  z.object({ verdict: z.literal('change'), comments: z.array(PlanComment).min(1), plan: Plan.optional() }),
  z.object({ verdict: z.literal('reject'), why: words.optional() }),
]);
export type PlanAnswer = z.infer<typeof PlanAnswer>;

/** `auto`: it was small enough for the mode Auto. `option`: the person had said so when they started or resumed the run. */
export const PlanAcceptedBy = z.enum(['person', 'auto', 'option']);
export type PlanAcceptedBy = z.infer<typeof PlanAcceptedBy>;

/** Why the agent asks: something is missing, several readings are possible, it is risky, instructions contradict. */
export const AskReason = z.enum(['missing', 'ambiguous', 'risky', 'conflict']);
export type AskReason = z.infer<typeof AskReason>;

const count = z.number().int().nonnegative();

/** What a step came to, as it is handed on: to the person, to the next step, to whoever goes on with the run. */
export const StepReport = z.object({
  /** Counts from 1. */
  step: z.number().int().positive(),
  title: z.string(),
  outcome: z.string(),
  /** As the agent tells them; `checked` is what we saw ourselves. */
  tests: z.array(z.object({ command: z.string(), result: z.string() })),
  checked: z.array(AcceptanceResult),
  risks: z.array(z.string()),
  next: z.string(),
  /** Changed since the step before, relative to the workspace, with the lines that edits added and removed. */
  files: z.array(z.object({ path: z.string(), added: count.nullable(), removed: count.nullable() })),
  /** The last checkpoint of the step. */
  checkpoint: count,
});
export type StepReport = z.infer<typeof StepReport>;
