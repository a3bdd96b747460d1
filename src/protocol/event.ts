import { z } from 'zod';
import { Assessment } from './assessment.ts';
import { LimitName, Limits, Usage } from './budget.ts';
import { Answer, Mode } from './command.ts';
import { Terms, Violation } from './containment.ts';
import { Decision } from './decision.ts';
import { BlobRef, Digest, Effect } from './effect.ts';
import { Failure } from './failure.ts';
import { AssistantBlock } from './message.ts';
import { Signing } from './signing.ts';

export const protocolVersion = 1;

const id = z.string().min(1);
const count = z.number().int().nonnegative();

export const RunStatus = z.enum(['done', 'failed', 'stopped', 'limit', 'waiting', 'unreachable', 'interrupted']);
export type RunStatus = z.infer<typeof RunStatus>;

/** A process that outlived the attempt to end it. */
export const Survivor = z.object({ pid: z.number().int(), name: z.string() });
export type Survivor = z.infer<typeof Survivor>;

/** What a push made of a branch over there. */
export const PushedRef = z.object({ ref: z.string(), change: z.enum(['new', 'updated', 'forced', 'same']) });
export type PushedRef = z.infer<typeof PushedRef>;

/** What an effect did, without the bytes: those went, masked, into the tool result. */
export const OutcomeRecord = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('read'), path: z.string(), file: BlobRef, lines: count }),
  z.object({ kind: z.literal('search'), matches: count, truncated: z.boolean() }),
  z.object({ kind: z.literal('edit'), path: z.string(), file: BlobRef }),
  z.object({
    kind: z.literal('exec'),
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
    timedOut: z.boolean(),
    stopped: z.boolean(),
    durationMs: count,
    outputBytes: count,
    process: z.string().optional(),
    survivors: z.array(Survivor),
    /** Of what it committed, where the person's commits are signed. */
    signing: Signing.optional(),
  }),
  z.object({ kind: z.literal('push'), remote: z.string(), shown: z.string(), refs: z.array(PushedRef) }),
  z.object({ kind: z.literal('diagnostics'), items: count }),
]);
export type OutcomeRecord = z.infer<typeof OutcomeRecord>;

const body = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.object({ kind: z.literal(kind), ...shape });

/** What a call that came to nothing used all the same; see `Spent`. Records of earlier versions do not say. */
const lost = { usage: Usage.nullable().optional(), usd: z.number().nullable().optional() };

/**
 * Every fact of a run. Each is appended to the journal before it is acted on; chat, meters, report and resume are folds
 * over these. Text in them is masked. `call` is the model's tool-use id, `effect` our own id for one proposed effect.
 */
export const EventBody = z.discriminatedUnion('kind', [
  body('run.started', {
    run: id,
    gatehouse: z.string(),
    workspace: z.string(),
    prompt: z.string(),
    mode: Mode,
    model: z.string(),
    scripted: z.boolean(),
    limits: Limits,
    systemDigest: Digest,
    /** Of the policy's sources as they were when the run began. */
    policyDigest: Digest.optional(),
  }),
  body('run.resumed', { gatehouse: z.string(), cutBytes: count }),
  body('person.said', { text: z.string() }),
  body('context.added', { text: z.string() }),
  body('turn.started', { turn: count }),
  body('model.retrying', { turn: count, attempt: count, code: z.string(), waitMs: count, ...lost }),
  body('model.answered', {
    turn: count,
    model: z.string(),
    content: z.array(AssistantBlock),
    stopReason: z.string(),
    usage: Usage,
    usd: z.number().nullable(),
    requestBytes: count,
    repeatedBytes: count,
    durationMs: count,
  }),
  body('model.failed', { turn: count, failure: Failure, usage: Usage.nullable(), usd: lost.usd }),
  body('effect.proposed', { effect: id, call: id, tool: z.string(), value: Effect, digest: Digest }),
  body('effect.assessed', { effect: id, assessment: Assessment, terms: Terms }),
  body('effect.violated', { effect: id, violations: z.array(Violation) }),
  body('effect.decided', { effect: id, decision: Decision }),
  body('question.asked', { question: id, effect: id }),
  body('question.answered', { question: id, effect: id, answer: Answer }),
  body('effect.intended', { effect: id, digest: Digest }),
  body('effect.done', { effect: id, outcome: OutcomeRecord, durationMs: count }),
  body('effect.failed', { effect: id, failure: Failure, durationMs: count }),
  body('tool.answered', { call: id, tool: z.string(), text: z.string(), isError: z.boolean(), masked: count }),
  body('process.ended', {
    process: id,
    exitCode: z.number().int().nullable(),
    survivors: z.array(Survivor),
    violations: z.array(Violation).optional(),
  }),
  body('limit.reached', { limit: LimitName, used: z.number(), allowed: z.number() }),
  body('stop.requested', { by: z.enum(['person', 'signal', 'host']) }),
  body('run.ended', {
    status: RunStatus,
    exitCode: z.number().int(),
    failure: Failure.nullable(),
    survivors: z.array(Survivor),
  }),
]);
export type EventBody = z.infer<typeof EventBody>;
export type EventKind = EventBody['kind'];

/** `seq` counts from 0 without gaps; `at` is Unix time in ms; `prev` is the hash of the record before (64 zeros at first). */
export const Envelope = z.object({
  v: z.literal(protocolVersion),
  seq: count,
  at: count,
  prev: Digest,
  hash: Digest,
});
export type Envelope = z.infer<typeof Envelope>;

export type RunEvent = Envelope & EventBody;
export type EventOf<K extends EventKind> = Extract<RunEvent, { kind: K }>;

/** A record of a kind that this version does not know: kept in the chain, skipped by folds. */
export type UnknownEvent = Envelope & { kind: string; unknown: true };

/** Built once: making a schema costs more than using it. */
const AnyRecord = Envelope.extend({ kind: z.string() });

/**
 * Reads one record. A known kind must fit its schema; a kind from the future comes back marked `unknown`.
 * Returns the very object that was given, so that its keys keep their order. Throws ZodError on anything else.
 */
export function parseEvent(value: unknown): RunEvent | UnknownEvent {
  const envelope = AnyRecord.parse(value);
  if (!knownKinds.has(envelope.kind)) return { ...envelope, unknown: true };
  EventBody.parse(value);
  return value as RunEvent;
}

export function isKnown(event: RunEvent | UnknownEvent): event is RunEvent {
  return !('unknown' in event);
}

const knownKinds: ReadonlySet<string> = new Set(EventBody.options.map(option => option.shape.kind.value));
export const eventKinds: readonly EventKind[] = EventBody.options.map(option => option.shape.kind.value);

/**
 * What passes and leaves no trace: streamed text, command output as it comes (masked), and an open question's nonce,
 * which only a client that may answer is given.
 */
export type Live =
  | { type: 'text'; turn: number; text: string }
  | { type: 'output'; effect: string; text: string }
  | { type: 'question'; question: string; effect: string; nonce: string }
  | { type: 'questionClosed'; question: string };

/** What a client of a run observes, in order. */
export type Observation = { type: 'event'; event: RunEvent } | { type: 'live'; live: Live };
