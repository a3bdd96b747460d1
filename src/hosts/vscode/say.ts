import type { Decision, Reason } from '../../protocol/decision.ts';
import type { RunEvent, RunStatus, Survivor } from '../../protocol/event.ts';
import type { Failure, FailureArgs, FailureCode } from '../../protocol/failure.ts';
import { compactedSentence, compactionFailedSentence } from '../contextWords.ts';
import { signingSentences } from '../gitWords.ts';
import { grantRevoked, grantSentences } from '../grantWords.ts';
import { isolationSaid } from '../isolationWords.ts';
import { limitSaid } from '../limitWords.ts';
import { cappedSentence, modeChangedSentence } from '../modeWords.ts';
import { termsSentence, violationSentence } from '../permitWords.ts';
import { ruleKeptSentence } from '../policySentences.ts';
import { doubtSentence, restoredSentence } from '../restoreWords.ts';
import { reviewedSentences } from '../reviewWords.ts';
import { revisedSentences } from '../revisedWords.ts';
import { ruleSentence } from '../ruleWords.ts';
import { reasonSentence, refusalSentence, sentenceFor, tellingReasons } from '../sentences.ts';
import { flaggedSentences, screenedSentences, wishesSentences } from '../suspicionWords.ts';
import {
  acceptanceSentences,
  acceptedSentence,
  askReasonSentence,
  checkedWhen,
  checkSentence,
  commentLines,
  fellSentence,
  fitSentence,
} from '../workWords.ts';
import { oneLine } from './safeText.ts';

/** Failures whose remedy is another one in the editor than in a terminal. */
const here: { [C in FailureCode]?: (args: FailureArgs<C>) => string } = {
  'model.noKey': () =>
    'No API key is set, so there is no model to ask. Set one, or point the setting “Base URL” at a server of your own.',
  'run.limitReached': () => 'A limit was reached before this could happen. Raise it to go on.',
  'model.priceUnknown': a =>
    `The price of ${a.model} is not known, so a limit in dollars could not be kept. Write its price into prices.json in the state folder, or take that limit out of the settings.`,
  'restore.conflicts': a =>
    `${a.first}${a.files > 1 ? ` and ${a.files - 1} more files cannot` : ' cannot'} be overwritten without being lost for good, so nothing was restored. Keep yours and restore the rest.`,
  'restore.failed': a =>
    `${a.path} could not be restored (${a.problem}). ${a.rolledBack ? 'Everything was put back as it was.' : 'Not everything could be put back: undo the run again to take it up.'}`,
  'run.refusals': a =>
    `The run paused, because ${a.count === 1 ? 'the same thing was refused again and again' : `${a.count} things were refused one after the other`} (${a.first}). Look at what was refused, then tell the run what it may do and it goes on.`,
  'plan.unanswered': a => `A plan waits for you (${a.objective}). Go on with the run to look at it.`,
  'run.unanswered': a => `The agent asks: ${a.question} Go on with the run to answer.`,
  'run.undecided': a =>
    `The run was cut off in the middle of an effect (${a.effect}), and nobody decided what becomes of it. Go on to decide it.`,
  'workspace.missing': a => `There is no folder ${a.path} any more, so nothing can be done there.`,
  'isolation.unavailable': a => unavailable[a.why]?.(a.path) ?? `No worktree can be made of ${a.path} (${a.why}).`,
  'isolation.uncommitted': a =>
    `The worktree holds changes that are in no commit (${a.files}, such as ${a.first}). Commit them in ${a.worktree}, or choose again.`,
};

const unavailable: { [W in FailureArgs<'isolation.unavailable'>['why']]?: (path: string) => string } = {
  noGit: () => 'A worktree needs git, and there is none here. Install it, or let the run work in this folder.',
  noRepository: path =>
    `${path} lies in no git repository, so there is nothing to make a worktree of. Run \`git init\` and commit there, or let the run work in this folder.`,
  noCommit: path =>
    `The repository of ${path} has no commit yet, so there is nothing to make a worktree of. Commit first, or let the run work in this folder.`,
  folderNotCommitted: path =>
    `${path} is not in the last commit, so a worktree would not have it. Commit it first, or let the run work in this folder.`,
};

/** What the environment sets for the command line is a setting here. */
const settingNames: Record<string, string> = {
  GATEHOUSE_ISOLATION_SETUP: 'the setting gatehouse.isolation.setup',
  GATEHOUSE_ISOLATION_MAX_COPY_MIB: 'the setting gatehouse.isolation.maxCopyMiB',
  GATEHOUSE_ISOLATION_COPY: 'the setting gatehouse.isolation.copy',
};

function withSettings(sentence: string): string {
  return sentence.replaceAll(/GATEHOUSE_ISOLATION_[A-Z_]+/g, name => settingNames[name] ?? name);
}

/** Reasons whose author is the one who reads. */
function sayReason(reason: Reason, { verdict, by }: Decision): string {
  if (reason.code === 'person.allowed') {
    const before = by.type !== 'person' || by.surface === 'grant' || by.surface === 'denied';
    return before ? 'You allowed it beforehand.' : `You allowed it, after ${(by.afterMs / 1000).toFixed(1)} s.`;
  }
  if (reason.code !== 'person.denied') return verdict === 'deny' ? refusalSentence(reason) : reasonSentence(reason);
  const why = reason.args['why'];
  return why === undefined ? 'You said no.' : `You said no: ${why}`;
}

export function sayFailure(failure: Failure): string {
  const table: Record<string, ((args: never) => string) | undefined> = here;
  const say = Object.hasOwn(table, failure.code) ? table[failure.code] : undefined;
  return say?.(failure.args as never) ?? sentenceFor(failure);
}

/** What a person is told about an event beyond what the panel can show by itself; nothing for most kinds. */
export function saidAbout(event: RunEvent): string[] {
  switch (event.kind) {
    case 'run.resumed':
      return [event.cutBytes > 0 ? 'Resumed; the journal’s last line was incomplete and was cut off.' : 'Resumed.'];
    case 'model.retrying':
      return [
        `${retrySentence(event.code, event.problem)} This is retry ${event.attempt}; the answer so far is dropped.`,
      ];
    case 'model.failed':
      // The limit was told of already.
      return event.failure.code === 'run.limitReached' ? [] : [sayFailure(event.failure)];
    case 'effect.failed':
      return [sayFailure(event.failure)];
    case 'effect.proposed':
      return revisedSentences(event.revised);
    case 'effect.assessed':
      return event.assessment.parts.length > 0 ? [termsSentence(event.terms)] : [];
    case 'effect.violated':
      return event.violations.map(violationSentence);
    case 'effect.decided':
      return tellingReasons(event.decision.reasons).map(reason => sayReason(reason, event.decision));
    case 'effect.done':
      return event.outcome.kind === 'exec' ? signingSentences(event.outcome.signing) : [];
    case 'result.flagged':
      return flaggedSentences(event);
    case 'prompt.screened':
      return screenedSentences(event);
    case 'wishes.read':
      return wishesSentences(event);
    case 'process.ended':
      return [...(event.violations ?? []).map(violationSentence), ...survivorSentences(event.survivors)];
    case 'restore.done':
      return [restoredSentence(event), ...event.conflicts.map(path => `${path} was changed since and was left alone.`)];
    case 'isolation.committed':
      return [...isolationSaid(event), ...signingSentences(event.signing)];
    case 'isolation.prepared':
    case 'isolation.ended':
      return isolationSaid(event).map(withSettings);
    case 'isolation.commitFailed':
    case 'restore.failed':
      return [sayFailure(event.failure)];
    case 'conversation.rewound':
      return [`The conversation goes on from checkpoint ${event.checkpoint}.`];
    case 'effect.doubted':
      return [doubtSentence(event)];
    case 'context.compacted':
      return [compactedSentence(event)];
    case 'compaction.failed':
      return [compactionFailedSentence(event)];
    case 'limit.warned':
    case 'limit.raised':
      return [limitSaid(event)];
    case 'review.finished':
      return reviewedSentences(event);
    case 'review.held':
      return ['The run waits for you: waive what is left, tell it how to go on, or stop it.'];
    case 'limit.reached':
      return [
        event.limit === 'unreviewedLines'
          ? `${limitSaid(event)} Look at what was changed (Gatehouse: Review Changes) and keep or undo it, or raise the limit, here or for all runs (gatehouse.stopAtUnreviewedLines).`
          : `${limitSaid(event)} Raise it to go on, or raise it for all runs in the settings (gatehouse.limits.${event.limit}).`,
      ];
    case 'rule.nudged':
      return [`${ruleSentence(event)} The agent was told.`];
    case 'rule.stopped':
      return [ruleSentence(event)];
    case 'stop.requested':
      return [event.by === 'person' ? 'You asked the run to stop.' : 'The run was asked to stop.'];
    case 'run.ended':
      return [
        ...(event.failure === null ? endSentences[event.status] : [sayFailure(event.failure)]),
        ...survivorSentences(event.survivors),
      ];
    case 'plan.submitted':
    case 'plan.edited':
      return [
        fitSentence(event.value.fit, event.value.fitReason),
        ...acceptanceSentences(event.value.acceptance, null),
      ];
    case 'person.asked':
      return [askReasonSentence(event.reason)].filter(each => each !== null);
    case 'plan.changesAsked':
      return commentLines(event.comments);
    case 'denial.lifted':
      return ['What was refused may pass once now, if the agent tries it again exactly so. It was told.'];
    case 'policy.ruleKept':
      return [ruleKeptSentence(event), ...(event.failure === null ? [] : [sayFailure(event.failure)])];
    case 'plan.rejected':
      return ['You turned the plan down.', ...(event.why === null ? [] : [event.why])];
    case 'plan.accepted':
      return [acceptedSentence(event)];
    case 'acceptance.checked':
      return [
        ...event.results.map(each => `${checkedWhen[event.when]}, ${checkSentence(each)}.`),
        ...(event.when === 'baseline' && event.results.length > 0
          ? acceptanceSentences(
              event.results.map(({ command }) => command),
              event.results,
            )
          : []),
      ];
    case 'tests.checked':
      return [`${checkedWhen[event.when]}, ${checkSentence(event.result)}.`];
    case 'tests.fell':
      return [fellSentence(event)];
    case 'mode.changed':
      return [modeChangedSentence(event.mode)];
    case 'mode.capped':
      return [cappedSentence(event.reason, event.why)];
    case 'grant.given':
      return grantSentences(event);
    case 'grant.revoked':
      return [grantRevoked];
    case 'run.started':
    case 'person.away':
    case 'prompt.confirmed':
    case 'person.said':
    case 'context.added':
    case 'turn.started':
    case 'model.held':
    case 'model.settled':
    case 'model.answered':
    case 'question.asked':
    case 'question.answered':
    case 'effect.reviewed':
    case 'denials.asked':
    case 'denials.answered':
    case 'denial.used':
    case 'change.reviewed':
    case 'instructions.read':
    case 'instructions.kept':
    case 'effect.intended':
    case 'tool.answered':
    case 'snapshot.taken':
    case 'checkpoint.made':
    case 'compaction.asked':
    case 'agent.begun':
    case 'plan.asked':
    case 'step.completed':
    case 'person.answered':
    case 'restore.intended':
    case 'review.started':
    case 'finding.fixed':
    case 'finding.waived':
      return [];
  }
}

const endSentences: { [S in RunStatus]: string[] } = {
  done: [],
  failed: ['The run could not finish its task.'],
  stopped: ['Nothing more is done. What was changed stays.'],
  limit: ['What was changed stays.'],
  waiting: ['It cannot go on without an answer.'],
  unreachable: ['Nothing more is done. What was changed stays.'],
  interrupted: ['It was interrupted before it was finished. What was changed stays.'],
};

const retrySentences: Record<string, string> = {
  rate_limited: 'The API asks for a pause (rate limit).',
  overloaded: 'The API is overloaded.',
  server_error: 'The API reports a fault of its own.',
  stream_cut: 'The answer broke off.',
  stream_idle: 'The answer stalled.',
  connection: 'The API could not be reached.',
};

function retrySentence(code: string, problem: string | undefined): string {
  if (problem !== undefined) return `The API could not be reached (${oneLine(problem)}).`;
  return Object.hasOwn(retrySentences, code) ? (retrySentences[code] ?? '') : `The request failed (${code}).`;
}

function survivorSentences(survivors: readonly Survivor[]): string[] {
  if (survivors.length === 0) return [];
  const names = survivors.map(({ name, pid }) => `${name} (${pid})`).join(', ');
  return [`Still running although it was told to end: ${names}. End it yourself.`];
}
