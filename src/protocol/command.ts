import { z } from 'zod';
import { LimitName, Limits } from './budget.ts';
import { DenialsAnswer } from './denials.ts';
import { BlobRef } from './effect.ts';
import { Isolate } from './isolation.ts';
import { PlanAnswer, PlanFirst } from './plan.ts';

/** Who sums up a long conversation: the model's server where it offers that, or always Gatehouse from the journal. */
export const CompactionChoice = z.enum(['auto', 'own']);
export type CompactionChoice = z.infer<typeof CompactionChoice>;

export const Mode = z.enum(['plan', 'ask', 'auto']);
export type Mode = z.infer<typeof Mode>;

/** Where the person changed the mode of a run that goes on. */
export const ModeSurface = z.enum(['panel', 'editor', 'terminal']);
export type ModeSurface = z.infer<typeof ModeSurface>;

/** Why a run asks although Auto was chosen for it. */
export const CapReason = z.enum(['plan.noAcceptance', 'plan.unfit']);
export type CapReason = z.infer<typeof CapReason>;

/**
 * An edit as the person wants it: `next` is the whole file, `base` what they saw on disk beside it (null: no such file).
 * Both are in the blob store.
 */
export const Amended = z.object({ base: BlobRef.nullable(), next: BlobRef });
export type Amended = z.infer<typeof Amended>;

/**
 * A person's answer to a question; `scope` defaults to once, and `workspace` means this and later runs of the same
 * workspace, until it ends or is revoked. `ruleText` (YAML of one rule) is for the person's policy, and the run, whose policy
 * does not change under it, goes on as after `scope: run`. A denial may carry a sentence, which the model is given;
 * with `keep` it becomes one of the person's standing instructions, which hold in all of their runs.
 */
export const Answer = z.discriminatedUnion('verdict', [
  z.object({
    verdict: z.literal('allow'),
    scope: z.enum(['once', 'run', 'workspace']).optional(),
    amended: Amended.optional(),
    ruleText: z.string().max(4000).optional(),
  }),
  z.object({ verdict: z.literal('deny'), why: z.string().optional(), keep: z.boolean().optional() }),
]);
export type Answer = z.infer<typeof Answer>;

/** What a person says. The API takes no text of blanks alone. */
const words = z.string().trim().min(1);

/** What a client may ask of a run, or of the host that holds runs. An answer needs the question's nonce. */
export const Command = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    prompt: words,
    mode: Mode.optional(),
    model: z.string().optional(),
    limits: Limits.optional(),
    isolate: Isolate.optional(),
    /** Default: as the host has it. */
    plan: PlanFirst.optional(),
  }),
  z.object({ type: z.literal('say'), text: words }),
  z.object({ type: z.literal('answer'), question: z.string(), nonce: z.string(), answer: Answer }),
  z.object({ type: z.literal('answerDenials'), question: z.string(), nonce: z.string(), answer: DenialsAnswer }),
  z.object({ type: z.literal('answerPlan'), question: z.string(), nonce: z.string(), answer: PlanAnswer }),
  /** To what the agent asked. */
  z.object({ type: z.literal('answerAsked'), question: z.string(), nonce: z.string(), text: words }),
  /** Lets one refused effect (its id) pass once, when the model asks for exactly it again; the model is told. */
  z.object({ type: z.literal('allowDenied'), effect: z.string() }),
  /** Allows a run more than it has; a figure that is not above what it has changes nothing. */
  z.object({ type: z.literal('raiseLimit'), limit: LimitName, to: z.number().positive() }),
  /** Lets a finding of the reviewer be (its id); the reason is kept. */
  z.object({ type: z.literal('waive'), finding: z.string(), reason: words, surface: z.string().optional() }),
  /** The person looked at what the run changed in a file; see the event `change.reviewed`. */
  z.object({
    type: z.literal('reviewed'),
    path: z.string(),
    how: z.enum(['kept', 'undone']),
    baseline: BlobRef.nullable(),
    lines: z.number().int().nonnegative(),
    left: z.number().int().nonnegative(),
  }),
  z.object({ type: z.literal('stop'), by: z.enum(['person', 'signal', 'host']).optional() }),
  z.object({ type: z.literal('endProcess'), process: z.string() }),
  /** From the next effect on. */
  z.object({ type: z.literal('setMode'), mode: Mode, by: ModeSurface }),
  /** Takes back what was granted, by its id; from the next effect on. */
  z.object({ type: z.literal('revokeGrant'), grant: z.string() }),
  /** Nobody looks at the run any more, or somebody does again. */
  z.object({ type: z.literal('away'), away: z.boolean() }),
]);
export type Command = z.infer<typeof Command>;
export type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;
