import { z } from 'zod';
import { AcceptanceResult, AcceptanceWhen } from './acceptance.ts';
import { Assessment } from './assessment.ts';
import { CallOf, LimitName, Limits, Usage, WarningMark } from './budget.ts';
import { ChangedLines, SnapshotPhase, SnapshotRef } from './checkpoint.ts';
import { Answer, CapReason, Mode, ModeSurface } from './command.ts';
import { Terms, Violation } from './containment.ts';
import { Decision } from './decision.ts';
import { DenialsAnswer } from './denials.ts';
import { DiffReviewOutcome, ReviewFinding } from './diffReview.ts';
import { BlobRef, CommitHash, Digest, Effect, Revised } from './effect.ts';
import { Failure } from './failure.ts';
import { Isolation, IsolationEnd, NotCopied } from './isolation.ts';
import { AssistantBlock, CompactionBlock } from './message.ts';
import { AskReason, Plan, PlanAcceptedBy, PlanComment, StepReport } from './plan.ts';
import { ReviewOutcome } from './review.ts';
import { Signing } from './signing.ts';
import { RuleFinding } from './stopRule.ts';
import { ScreenVerdict, Suspicion, WishFile } from './suspicion.ts';
import { TaskRef } from './task.ts';

export const protocolVersion = 1;

const id = z.string().min(1);
const count = z.number().int().nonnegative();
/** Written while nothing of the run went on: the time before it is not the run's. */
const between = z.literal(true).optional();

export const RunStatus = z.enum(['done', 'failed', 'stopped', 'limit', 'waiting', 'unreachable', 'interrupted']);
export type RunStatus = z.infer<typeof RunStatus>;

export const RestoredBy = z.enum(['person', 'agent']);
export type RestoredBy = z.infer<typeof RestoredBy>;

/** Who talks with the model: the one that reads and plans, or the one that does the work. */
export const AgentName = z.enum(['planner', 'executor']);
export type AgentName = z.infer<typeof AgentName>;

/**
 * Why a server's summary is not used: it does not offer any (or did not take its own back), made none, its text reads like
 * orders or holds a secret, the run's limits do not leave enough, or the call went wrong.
 */
export const CompactionFailure = z.enum(['notOffered', 'none', 'orders', 'secret', 'limit', 'failed']);
export type CompactionFailure = z.infer<typeof CompactionFailure>;

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
    /** Processor time of it and all that it started, where the system tells; in a sandbox a part of it may come with the next command, or with the run's end. */
    cpuMs: count.optional(),
    outputBytes: count,
    process: z.string().optional(),
    survivors: z.array(Survivor),
    /** Of what it committed, where the person's commits are signed. */
    signing: Signing.optional(),
  }),
  z.object({ kind: z.literal('push'), remote: z.string(), shown: z.string(), refs: z.array(PushedRef) }),
  /** `movedTo` is where the page says that it is now, on another host; nothing was asked there. */
  z.object({
    kind: z.literal('fetch'),
    url: z.string(),
    status: count,
    contentType: z.string(),
    bytes: count,
    movedTo: z.string().nullable(),
  }),
  /** The checkpoint that it made. `conflicts` were left as they are. */
  z.object({ kind: z.literal('restore'), checkpoint: count, files: count, conflicts: z.array(z.string()) }),
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
    /** The file of it that the person named for this run; it is in force as long as the run goes on. */
    policyFile: z.string().optional(),
    /** Whether a planner reads and plans before anything is done, and how large a plan Auto may accept by itself; `askAlways`: none. */
    planning: z.object({ acceptSteps: count, acceptAny: z.boolean(), askAlways: z.boolean().optional() }).optional(),
    /** Commands by which the person measures the run; a plan may add to them. */
    acceptance: z.array(z.string()).optional(),
    /** Where it works in a git worktree of its own: `workspace` lies in that. */
    isolation: Isolation.optional(),
    /** Whoever was logged in on this machine. */
    user: z.string().optional(),
    /** The task class that it was started from. */
    task: TaskRef.optional(),
    /** Of `acceptance`, what the person typed themselves; without a task class that is all. */
    vouched: z.array(z.string()).optional(),
    /** Globs below the workspace outside of which a change is asked about. */
    allowedPaths: z.array(z.string()).optional(),
  }),
  body('run.resumed', {
    gatehouse: z.string(),
    cutBytes: count,
    /** In force from here on; those of before where it says nothing. */
    limits: Limits.optional(),
    /** In force from here on; where it is another one, what the person had allowed for the run is asked about again. */
    policyDigest: Digest.optional(),
  }),
  body('person.said', { text: z.string() }),
  /** The person chose another mode; it holds from the next effect on. */
  body('mode.changed', { mode: Mode, by: ModeSurface }),
  /**
   * Whatever mode is chosen, the run is not in Auto from here on, but in Ask; null lifts that. `why` is the planner's
   * sentence, where it gave one.
   */
  body('mode.capped', { reason: CapReason.nullable(), why: z.string().optional() }),
  /** The person cannot see the run any more (the panel is hidden, or shows another one), or can again. */
  body('person.away', { away: z.boolean() }),
  body('context.added', { text: z.string() }),
  /**
   * The conversation became shorter, since it neared the model's window, or the model had refused it as too long (or the
   * `block` in it). Of what stands up to the record `upTo`, `cleared` leaves out the long results of tools, and `summed`
   * puts `text` in the place of all. With `block`, the summary of the model's own server stands there instead, and `text`
   * comes with what is told next; usage, price and time are then of that call. Tokens are estimates of the next request.
   */
  body('context.compacted', {
    how: z.enum(['cleared', 'summed']),
    upTo: count,
    text: z.string(),
    why: z.enum(['window', 'refused', 'block']),
    tokensBefore: count,
    tokensAfter: count,
    block: CompactionBlock.optional(),
    model: z.string().optional(),
    usage: Usage.optional(),
    usd: lost.usd,
    durationMs: count.optional(),
  }),
  /** The model's server is asked for its summary; `context.compacted` with its block or `compaction.failed` follows. */
  body('compaction.asked', { model: z.string(), upTo: count, tokensBefore: count }),
  /** There is no summary of the server's, or it is not used: our own takes its place. */
  body('compaction.failed', {
    model: z.string(),
    why: CompactionFailure,
    failure: Failure.nullable(),
    usage: Usage.nullable(),
    usd: lost.usd,
  }),
  /** `held`: `model.held` comes before its call is made. Records of earlier versions do not say, and have none. */
  body('turn.started', { turn: count, held: z.boolean().optional() }),
  /**
   * A model is about to be asked, and can take so much at most. The call of an agent is over with its next `model.answered`,
   * `model.retrying` or `model.failed`, one for a summary with `context.compacted` or `compaction.failed` as well, any other
   * with `model.settled`; what was cut off is settled as the run ends or goes on, and one that is never over took all of it.
   */
  body('model.held', { hold: id, by: CallOf, model: z.string(), usage: Usage, usd: z.number().nullable() }),
  /** What it took; null where it was not made. */
  body('model.settled', { hold: id, by: CallOf, usage: Usage.nullable(), usd: z.number().nullable() }),
  body('model.retrying', {
    turn: count,
    attempt: count,
    code: z.string(),
    problem: z.string().optional(),
    waitMs: count,
    ...lost,
  }),
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
  /** Comes again for an effect, `revised`, where it is to be done in another way than it was proposed. */
  body('effect.proposed', {
    effect: id,
    call: id,
    tool: z.string(),
    value: Effect,
    digest: Digest,
    revised: Revised.optional(),
  }),
  /** `signature` is of all that a person is shown of it: an answer holds for that alone. */
  body('effect.assessed', { effect: id, assessment: Assessment, terms: Terms, signature: Digest.optional() }),
  /**
   * What the reviewing model made of it. `calls` were made to it; usage and price are theirs in all as far as they had told
   * by then. `settled`: they are counted by `model.settled` of each; records of earlier versions count themselves.
   */
  body('effect.reviewed', {
    effect: id,
    outcome: ReviewOutcome,
    model: z.string(),
    calls: count,
    usage: Usage,
    usd: z.number().nullable(),
    settled: z.boolean().optional(),
    durationMs: count,
  }),
  body('effect.violated', { effect: id, violations: z.array(Violation) }),
  body('effect.decided', { effect: id, decision: Decision }),
  /**
   * `lasting`: an answer may hold for the rest of the run. `ruleText`: the rule (YAML) that could stand in the person's
   * policy, where one could. Records of earlier versions say neither.
   */
  body('question.asked', {
    question: id,
    effect: id,
    lasting: z.boolean().optional(),
    ruleText: z.string().optional(),
  }),
  body('question.answered', { question: id, effect: id, answer: Answer }),
  body('effect.intended', { effect: id, digest: Digest }),
  body('effect.done', { effect: id, outcome: OutcomeRecord, durationMs: count }),
  body('effect.failed', { effect: id, failure: Failure, durationMs: count }),
  /**
   * A result reads like orders to the agent, or holds what a run wrote after it had read such. From here on the run is
   * tainted. `source` is where the text came from: a path below the workspace, a command.
   */
  body('result.flagged', { call: id, effect: id.nullable(), source: z.string(), marks: z.array(Suspicion) }),
  /** What the person asked for, looked at before any model is; `ask` waits for `prompt.confirmed`. */
  body('prompt.screened', {
    verdict: ScreenVerdict,
    marks: z.array(Suspicion),
    /** The task that the run began with, or words said later, which are only told to the model once they pass. */
    words: z.enum(['task', 'later']),
  }),
  body('prompt.confirmed', { go: z.boolean() }),
  /** The repository's own files for agents. What was passed on follows as context; `conflicts` are wishes that contradict. */
  body('wishes.read', { files: z.array(WishFile), conflicts: z.array(Suspicion) }),
  body('tool.answered', { call: id, tool: z.string(), text: z.string(), isError: z.boolean(), masked: count }),
  body('process.ended', {
    process: id,
    exitCode: z.number().int().nullable(),
    survivors: z.array(Survivor),
    violations: z.array(Violation).optional(),
  }),
  /** The workspace as it stands, held. `effect` is the one that it was taken for, where there is one. */
  body('snapshot.taken', { snapshot: SnapshotRef, phase: SnapshotPhase, effect: id.nullable(), durationMs: count }),
  /**
   * An effect changed files: the next number of the run's checkpoints, 0 being its start. `before` and `after` are null
   * for an edit, whose bytes the effect itself names. `paths`: those that a command changed, as people read them, relative
   * to the workspace; the first 100,000. `lines`: those that it added and removed; an edit's are in the effect itself, and
   * records of earlier versions do not say.
   */
  body('checkpoint.made', {
    checkpoint: count,
    effect: id,
    before: SnapshotRef.nullable(),
    after: SnapshotRef.nullable(),
    files: count,
    paths: z.array(z.string()).optional(),
    /** That came or went with nothing in them; no files. */
    folders: z.array(z.string()).optional(),
    lines: ChangedLines.optional(),
  }),
  /** What `restore.done` will end: `before` holds what stood there, so that half of it can be taken back. */
  body('restore.intended', { restore: id, to: count, by: RestoredBy, before: SnapshotRef, paths: z.array(z.string()) }),
  /**
   * The workspace was taken to where it stood at checkpoint `to`, which makes a checkpoint of its own. `whole`: all that
   * the run did, so that the run now stands there; else it is one more change. `conflicts` were left as they are.
   */
  body('restore.done', {
    restore: id,
    checkpoint: count,
    to: count,
    whole: z.boolean(),
    by: RestoredBy,
    before: SnapshotRef,
    after: SnapshotRef,
    files: count,
    conflicts: z.array(z.string()),
  }),
  /** It was given up or broke off, and what it had done was taken back; `failure` says why. */
  body('restore.failed', { restore: id, failure: Failure }),
  /** The conversation goes on from where it stood before the record with the number `record`; what came later is not told to the model any more. */
  body('conversation.rewound', { record: count, checkpoint: count }),
  /**
   * After a crash: an effect was begun and nobody knows how far it came. `changed` is what differs since the snapshot
   * before it, `verdict` what was decided, and by whom.
   */
  body('effect.doubted', {
    effect: id,
    verdict: z.enum(['done', 'undone', 'redo', 'skip', 'stop']),
    by: z.enum(['evidence', 'person', 'option']),
    changed: z.array(z.string()),
  }),
  /**
   * The person allowed it for the rest of the run; kept so that a resumed run has it too. `signature` is of what they were
   * shown. With the scope `workspace` it is kept for later runs as well, until `expiresAt` (Unix time in ms).
   */
  body('grant.given', {
    grant: id,
    effect: id,
    commandDigest: Digest,
    signature: Digest.nullable(),
    violations: z.array(Violation),
    /** SHA-256 of what was found in the effect when its violations were granted: they hold as long as that is the same. */
    shown: Digest.optional(),
    scope: z.enum(['run', 'workspace']).optional(),
    expiresAt: count.optional(),
  }),
  /** The person took it back; from here on it is asked about again. */
  body('grant.revoked', { grant: id, between }),
  /** A rule that the person agreed to, by its id, went into their policy; `failure` where it could not. It holds for later runs. */
  body('policy.ruleKept', { rule: z.string(), text: z.string(), failure: Failure.nullable() }),
  /**
   * Refusals piled up, and the person is asked what becomes of these effects, the oldest first. Those in `askable` may be
   * let pass; where a record does not say, any.
   */
  body('denials.asked', {
    question: id,
    why: z.enum(['row', 'run']),
    effects: z.array(id),
    askable: z.array(id).optional(),
  }),
  body('denials.answered', { question: id, answer: DenialsAnswer }),
  /** The person lets this very effect pass once, when the model asks for it again. */
  body('denial.lifted', { effect: id, digest: Digest }),
  /** It was taken up: the effect `by` had the same digest. */
  body('denial.used', { effect: id, by: id }),
  /**
   * The person looked at what the run changed in a file (absolute `path`), all of it or one place, and kept it or took it
   * back. `baseline` is what counts as looked at from here on, null where that is no file. `lines` were settled by this,
   * and `left` changed lines of the file were not looked at yet.
   */
  body('change.reviewed', {
    path: z.string(),
    how: z.enum(['kept', 'undone']),
    baseline: BlobRef.nullable(),
    lines: count,
    left: count,
  }),
  /** Standing instructions of the person, which hold in all of their runs, as they were when this was written. */
  body('instructions.read', { text: z.string() }),
  /** A sentence of the person became one of them; `failure` where it could not be kept, and it holds for this run. */
  body('instructions.kept', { text: z.string(), failure: Failure.nullable() }),
  /**
   * What a worktree of its own does not have as the original has it. `uncommitted` counts changed files of the person,
   * null where they could not be counted; `submodules` those left empty; `lfs`: large files are their pointers.
   */
  body('isolation.prepared', {
    copied: z.array(z.object({ path: z.string(), bytes: count })),
    notCopied: z.array(NotCopied),
    uncommitted: count.nullable(),
    submodules: count,
    lfs: z.boolean(),
  }),
  /** A step's changes became a commit on the run's branch. `left` are changed files that it does not hold. */
  body('isolation.committed', {
    commit: CommitHash,
    branch: z.string(),
    files: count,
    left: z.array(z.string()),
    signing: Signing.optional(),
    between,
  }),
  /** They could not be committed, and stay in the worktree. */
  body('isolation.commitFailed', { failure: Failure }),
  /** What became of it; see `IsolationEnd`. `commit`: where the branch was; `into`: the branch that has it now. */
  body('isolation.ended', {
    how: IsolationEnd,
    branch: z.string(),
    commit: CommitHash.nullable(),
    into: z.string().nullable(),
  }),
  /** The acceptance commands were run, as effects of their own; what each came to. */
  body('acceptance.checked', { when: AcceptanceWhen, results: z.array(AcceptanceResult) }),
  /** The meter of a limit has passed a mark. Told once for each mark, and again once the limit was raised. */
  body('limit.warned', { limit: LimitName, share: WarningMark, used: z.number(), allowed: z.number() }),
  /**
   * What comes next could cross the limit, so it does not come. `next` is the most that it could take, where it was counted
   * before it began.
   */
  body('limit.reached', { limit: LimitName, used: z.number(), allowed: z.number(), next: z.number().optional() }),
  /** By the person, for this run. */
  body('limit.raised', { limit: LimitName, from: z.number(), to: z.number() }),
  /** A rule is about to stop the run; the model is told so once. */
  body('rule.nudged', RuleFinding.shape),
  /** A rule ends the run, for what the records of `evidence` show. */
  body('rule.stopped', RuleFinding.shape),
  /**
   * From here on the turns are this agent's, in a conversation of its own that begins with the person's words. Where
   * there is none, all of them are the executor's.
   */
  body('agent.begun', { agent: AgentName, systemDigest: Digest }),
  /** The planner hands over the plan with this number, from 1, by the tool call `call`. */
  body('plan.submitted', { plan: count, call: id, value: Plan }),
  /** The person is asked about it. */
  body('plan.asked', { question: id, plan: count }),
  /** The person has changed it; `plan` is the number of what came of it. */
  body('plan.edited', { plan: count, value: Plan }),
  /** The planner is to go on with it. */
  body('plan.changesAsked', { plan: count, comments: z.array(PlanComment) }),
  /** The person wants none of it, and the run ends. */
  body('plan.rejected', { plan: count, why: z.string().nullable() }),
  /** From here on it is what the run works by. */
  body('plan.accepted', { plan: count, by: PlanAcceptedBy }),
  /** The project's own tests were run. `step` is the one that they were run for. */
  body('tests.checked', { when: AcceptanceWhen, step: count.nullable(), result: AcceptanceResult }),
  /** Fewer tests, or less coverage (per cent of lines), than were seen before, and nobody had said so. */
  body('tests.fell', {
    step: count.nullable(),
    measure: z.enum(['tests', 'coverage']),
    command: z.string(),
    before: z.number(),
    after: z.number(),
  }),
  /** The executor has ended a step of the plan, or a piece of work where there is none. */
  body('step.completed', { ...StepReport.shape }),
  /** The agent asks the person, by the tool call `call`. */
  body('person.asked', {
    question: id,
    call: id,
    text: z.string(),
    options: z.array(z.string()),
    reason: AskReason.nullable(),
  }),
  body('person.answered', { question: id, text: z.string() }),
  /** The reviewer before merge begins on what the run has changed; `round` counts from 1. `model`: null where none is asked. */
  body('review.started', { review: id, round: count, files: count, lines: count, model: z.string().nullable() }),
  /**
   * What it found in all. `unread`: files that no model has read, where one was asked. Usage and price are of all its calls;
   * `settled` as for `effect.reviewed`.
   */
  body('review.finished', {
    review: id,
    outcome: DiffReviewOutcome,
    findings: z.array(ReviewFinding),
    unread: z.array(z.string()),
    model: z.string().nullable(),
    calls: count,
    usage: Usage,
    usd: z.number().nullable(),
    settled: z.boolean().optional(),
    durationMs: count,
  }),
  /** These findings are left, so the run waits for the person to waive them, or to say how to go on. */
  body('review.held', { review: id, findings: z.array(id) }),
  /** An earlier review had it, and `review` does not find it any more. */
  body('finding.fixed', { finding: id, review: id }),
  /** The person looked at it and lets it be, for this reason. `user`: who was logged in, where the run had ended before. */
  body('finding.waived', {
    finding: id,
    reason: z.string(),
    surface: z.string(),
    user: z.string().optional(),
    between,
  }),
  body('stop.requested', { by: z.enum(['person', 'signal', 'host']) }),
  body('run.ended', {
    status: RunStatus,
    exitCode: z.number().int(),
    failure: Failure.nullable(),
    survivors: z.array(Survivor),
    /** Processor time of commands in the sandbox that no outcome told of. */
    cpuMs: count.optional(),
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
  /** About refused effects; the event `denials.asked` has the list. */
  | { type: 'denials'; question: string; nonce: string }
  /** About a plan; the event `plan.asked` says which. */
  | { type: 'plan'; question: string; nonce: string }
  /** Of the agent to the person; the event `person.asked` has its words. */
  | { type: 'asked'; question: string; nonce: string }
  | { type: 'questionClosed'; question: string };

/** What a client of a run observes, in order. */
export type Observation = { type: 'event'; event: RunEvent } | { type: 'live'; live: Live };
