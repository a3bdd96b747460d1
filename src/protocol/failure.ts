import { z } from 'zod';
import type { StopRuleName } from './stopRule.ts';

/** `model`: goes back as a tool result. `user`: a person must act. `developer`: a defect of ours. */
export const Audience = z.enum(['model', 'user', 'developer']);
export type Audience = z.infer<typeof Audience>;

/** A refusal or fault as data. Hosts and tools own the sentences; nothing ever branches on a sentence. */
export const Failure = z.object({
  code: z.string(),
  audience: Audience,
  args: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type Failure = z.infer<typeof Failure>;

type Args = Record<string, string | number | boolean>;

/** What is wrong with an address of the web. */
export type FetchUrlProblem = 'unreadable' | 'scheme' | 'credentials' | 'long';

const of =
  <const C extends string, A extends Args = Record<string, never>>(code: C, audience: Audience) =>
  (args: A): Failure & { code: C } => ({ code, audience, args });

/** One named factory for each failure there is. The key of the table is free; the code is a contract with the sentences. */
export const failures = {
  // Tools: the model reads these and tries otherwise.
  badInput: of<'tool.badInput', { tool: string; problem: string }>('tool.badInput', 'model'),
  unknownTool: of<'tool.unknown', { tool: string }>('tool.unknown', 'model'),
  fileMissing: of<'file.missing', { path: string }>('file.missing', 'model'),
  notAFile: of<'file.notAFile', { path: string; found: string }>('file.notAFile', 'model'),
  fileBinary: of<'file.binary', { path: string; bytes: number }>('file.binary', 'model'),
  fileTooLarge: of<'file.tooLarge', { path: string; bytes: number; limit: number }>('file.tooLarge', 'model'),
  fileNotRead: of<'file.notRead', { path: string }>('file.notRead', 'model'),
  fileChanged: of<'file.changed', { path: string }>('file.changed', 'model'),
  fileUnreadable: of<'file.unreadable', { path: string; problem: string }>('file.unreadable', 'model'),
  fileUnwritable: of<'file.unwritable', { path: string; problem: string }>('file.unwritable', 'model'),
  editNoMatch: of<'edit.noMatch', { path: string }>('edit.noMatch', 'model'),
  editManyMatches: of<'edit.manyMatches', { path: string; count: number }>('edit.manyMatches', 'model'),
  editNoChange: of<'edit.noChange', { path: string }>('edit.noChange', 'model'),
  secretUnknown: of<'secret.unknown', { placeholder: string }>('secret.unknown', 'model'),
  secretMoved: of<'secret.moved', { placeholder: string; path: string }>('secret.moved', 'model'),
  secretCut: of<'secret.cut', { path: string }>('secret.cut', 'model'),
  secretInCommand: of<'secret.inCommand', { placeholder: string }>('secret.inCommand', 'model'),
  searchBadPattern: of<'search.badPattern', { problem: string }>('search.badPattern', 'model'),
  noEditor: of<'diagnostics.noEditor'>('diagnostics.noEditor', 'model'),
  spawnFailed: of<'exec.spawnFailed', { problem: string }>('exec.spawnFailed', 'model'),
  stopped: of<'run.stopped'>('run.stopped', 'model'),
  limitReached: of<'run.limitReached'>('run.limitReached', 'model'),
  // A push that was permitted and came to nothing.
  pushChanged: of<'git.pushChanged', { remote: string }>('git.pushChanged', 'model'),
  pushAddress: of<'git.pushAddress', { address: string }>('git.pushAddress', 'model'),
  borrowedObjects: of<'git.borrowedObjects'>('git.borrowedObjects', 'model'),
  pushRejected: of<'git.pushRejected', { address: string; problem: string }>('git.pushRejected', 'model'),
  pushFailed: of<'git.pushFailed', { address: string; problem: string }>('git.pushFailed', 'model'),
  // A page of the web that was permitted and could not be read.
  fetchBadUrl: of<'fetch.badUrl', { problem: FetchUrlProblem }>('fetch.badUrl', 'model'),
  fetchAddress: of<'fetch.address', { host: string; address: string }>('fetch.address', 'model'),
  fetchUnresolved: of<'fetch.unresolved', { host: string }>('fetch.unresolved', 'model'),
  fetchFailed: of<'fetch.failed', { host: string; problem: string }>('fetch.failed', 'model'),
  fetchSlow: of<'fetch.slow', { host: string; seconds: number }>('fetch.slow', 'model'),
  fetchTooLarge: of<'fetch.tooLarge', { host: string; mebibytes: number }>('fetch.tooLarge', 'model'),
  fetchNotText: of<'fetch.notText', { host: string; type: string }>('fetch.notText', 'model'),
  fetchRedirects: of<'fetch.redirects', { host: string; limit: number }>('fetch.redirects', 'model'),
  // The sandbox.
  sandboxUnavailable: of<'sandbox.unavailable', { why: string }>('sandbox.unavailable', 'user'),
  sandboxFailed: of<'sandbox.failed', { problem: string }>('sandbox.failed', 'model'),
  // The gate.
  refused: of<'gate.refused', { rule: string; why: string }>('gate.refused', 'model'),
  refusalsPiled: of<'run.refusals', { count: number; first: string }>('run.refusals', 'user'),
  ruleStopped: of<'run.ruled', { rule: StopRuleName; [name: string]: string | number }>('run.ruled', 'user'),
  policyHalt: of<'policy.halt'>('policy.halt', 'user'),
  ruleUnkept: of<'policy.ruleUnkept'>('policy.ruleUnkept', 'user'),
  policyInvalid: of<'policy.invalid', { file: string; line: number; column: number; problem: string }>(
    'policy.invalid',
    'user',
  ),
  permitUsed: of<'permit.used'>('permit.used', 'developer'),
  permitExpired: of<'permit.expired'>('permit.expired', 'developer'),
  permitForged: of<'permit.forged'>('permit.forged', 'developer'),
  reviewNoDiff: of<'review.noDiff', { why: 'noRepository' | 'noBase' | 'unreadable'; base: string }>(
    'review.noDiff',
    'user',
  ),
  reviewBlocked: of<'review.blocked', { count: number; file: string; line: number }>('review.blocked', 'user'),
  reviewUnsettled: of<'review.unsettled'>('review.unsettled', 'user'),
  // What the person asked for.
  promptRefused: of<'prompt.refused', { code: string; excerpt: string }>('prompt.refused', 'user'),
  promptUnconfirmed: of<'prompt.unconfirmed', { code: string; excerpt: string }>('prompt.unconfirmed', 'user'),
  // Models: each says what a person should do.
  noKey: of<'model.noKey'>('model.noKey', 'user'),
  keyRejected: of<'model.keyRejected', { status: number; message: string }>('model.keyRejected', 'user'),
  modelForbidden: of<'model.forbidden', { model: string; message: string }>('model.forbidden', 'user'),
  modelUnknown: of<'model.unknown', { model: string; message: string }>('model.unknown', 'user'),
  contextTooLong: of<'model.contextTooLong', { message: string }>('model.contextTooLong', 'user'),
  modelBadRequest: of<'model.badRequest', { status: number; message: string }>('model.badRequest', 'user'),
  modelUnreachable: of<'model.unreachable', { attempts: number; problem: string }>('model.unreachable', 'user'),
  modelRefused: of<'model.refused'>('model.refused', 'user'),
  priceUnknown: of<'model.priceUnknown', { model: string }>('model.priceUnknown', 'user'),
  wrongServer: of<'model.wrongServer', { origin: string; found: string }>('model.wrongServer', 'user'),
  modelCutOff: of<'model.cutOff'>('model.cutOff', 'user'),
  modelStalled: of<'model.stalled', { pauses: number }>('model.stalled', 'user'),
  // Plans, steps and questions.
  stepUnknown: of<'step.unknown', { step: string; steps: number }>('step.unknown', 'model'),
  planUnanswered: of<'plan.unanswered', { objective: string }>('plan.unanswered', 'user'),
  askedNobody: of<'run.unanswered', { question: string }>('run.unanswered', 'user'),
  cancelled: of<'cancelled'>('cancelled', 'user'),
  // State and journal.
  journalDamaged: of<'journal.damaged', { run: string; line: number; problem: string }>('journal.damaged', 'user'),
  journalCut: of<'journal.cut', { run: string; expected: number; found: number }>('journal.cut', 'user'),
  journalUnwritable: of<'journal.unwritable', { path: string; problem: string }>('journal.unwritable', 'user'),
  journalNewer: of<'journal.newer', { run: string; version: number }>('journal.newer', 'user'),
  runUnknown: of<'run.unknown', { run: string }>('run.unknown', 'user'),
  runAmbiguous: of<'run.ambiguous', { run: string; count: number }>('run.ambiguous', 'user'),
  stateUnsafe: of<'state.unsafe', { path: string; problem: string }>('state.unsafe', 'user'),
  blobMissing: of<'blob.missing', { sha256: string }>('blob.missing', 'user'),
  blobDamaged: of<'blob.damaged', { sha256: string }>('blob.damaged', 'user'),
  // Checkpoints and what is done with them.
  gitMissing: of<'checkpoint.gitMissing'>('checkpoint.gitMissing', 'model'),
  checkpointFailed: of<'checkpoint.failed', { problem: string }>('checkpoint.failed', 'user'),
  checkpointFull: of<'checkpoint.full', { path: string }>('checkpoint.full', 'user'),
  checkpointAfter: of<'checkpoint.after', { full: boolean; problem: string }>('checkpoint.after', 'user'),
  checkpointTooMany: of<'checkpoint.tooMany', { files: number; limit: number }>('checkpoint.tooMany', 'user'),
  checkpointGone: of<'checkpoint.gone', { what: string }>('checkpoint.gone', 'user'),
  checkpointUnknown: of<'checkpoint.unknown', { run: string; checkpoint: number; last: number }>(
    'checkpoint.unknown',
    'user',
  ),
  restoreConflicts: of<'restore.conflicts', { files: number; first: string }>('restore.conflicts', 'user'),
  restoreChanged: of<'restore.changed', { path: string }>('restore.changed', 'user'),
  restoreNothing: of<'restore.nothing', { checkpoint: number }>('restore.nothing', 'model'),
  restoreStale: of<'restore.stale', { checkpoint: number }>('restore.stale', 'model'),
  restoreTooMany: of<'restore.tooMany', { files: number; limit: number }>('restore.tooMany', 'model'),
  restoreFailed: of<'restore.failed', { path: string; problem: string; rolledBack: boolean }>('restore.failed', 'user'),
  runLocked: of<'run.locked', { run: string; pid: number; host: string }>('run.locked', 'user'),
  runOver: of<'run.over', { run: string; status: string }>('run.over', 'user'),
  runUndecided: of<'run.undecided', { run: string; effect: string }>('run.undecided', 'user'),
  // A run in a worktree of its own, and what is done with it.
  isolationUnavailable: of<
    'isolation.unavailable',
    { why: 'noGit' | 'noRepository' | 'noCommit' | 'folderNotCommitted'; path: string }
  >('isolation.unavailable', 'user'),
  isolationFailed: of<'isolation.failed', { problem: string }>('isolation.failed', 'user'),
  isolationNone: of<'isolation.none', { run: string }>('isolation.none', 'user'),
  isolationOver: of<'isolation.over', { run: string; how: string; branch: string }>('isolation.over', 'user'),
  isolationConflicts: of<'isolation.conflicts', { branch: string; files: number; first: string }>(
    'isolation.conflicts',
    'user',
  ),
  isolationOverlap: of<'isolation.overlap', { files: number; first: string }>('isolation.overlap', 'user'),
  isolationUncommitted: of<'isolation.uncommitted', { worktree: string; files: number; first: string }>(
    'isolation.uncommitted',
    'user',
  ),
  isolationNotMergeable: of<
    'isolation.notMergeable',
    {
      why:
        | 'detached'
        | 'inProgress'
        | 'oldGit'
        | 'sparse'
        | 'originalGone'
        | 'branchGone'
        | 'branchLeft'
        | 'checkedOut'
        | 'locked';
      branch: string;
    }
  >('isolation.notMergeable', 'user'),
  isolationUnconfirmed: of<'isolation.unconfirmed', { run: string }>('isolation.unconfirmed', 'user'),
  ripgrepMissing: of<'search.ripgrepMissing', { looked: string }>('search.ripgrepMissing', 'user'),
  scriptInvalid: of<'rehearsal.scriptInvalid', { file: string; line: number; column: number; problem: string }>(
    'rehearsal.scriptInvalid',
    'user',
  ),
  taskUnknown: of<'task.unknown', { task: string; names: string }>('task.unknown', 'user'),
  taskNeeds: of<'task.needs', { task: string; value: string }>('task.needs', 'user'),
  taskFlagged: of<'task.flagged', { task: string; file: string; excerpt: string }>('task.flagged', 'user'),
  retentionInvalid: of<'retention.invalid', { file: string; problem: string }>('retention.invalid', 'user'),
  pricesInvalid: of<'prices.invalid', { file: string; problem: string }>('prices.invalid', 'user'),
  workspaceMissing: of<'workspace.missing', { path: string }>('workspace.missing', 'user'),
  usage: of<'usage', { problem: string }>('usage', 'user'),
  internal: of<'internal', { problem: string }>('internal', 'developer'),
} as const;

export type FailureName = keyof typeof failures;
export type FailureCode = ReturnType<(typeof failures)[FailureName]>['code'];
/** The arguments of the failure with code C; sentences are tables mapped over it, so that a missing one does not compile. */
export type FailureArgs<C extends FailureCode> = Extract<
  {
    [N in FailureName]: { code: ReturnType<(typeof failures)[N]>['code']; args: Parameters<(typeof failures)[N]>[0] };
  }[FailureName],
  { code: C }
>['args'];

/** A failure on its way up. `cause` is for developers' logs and is never shown or journaled. */
export class GatehouseError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.code, { cause });
    this.name = 'GatehouseError';
    this.failure = failure;
  }
}

/** Any thrown value as a failure; what is not ours becomes `internal` with its message. */
export function asFailure(error: unknown): Failure {
  if (error instanceof GatehouseError) return error.failure;
  return failures.internal({ problem: error instanceof Error ? error.message : String(error) });
}
