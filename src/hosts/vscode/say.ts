import type { Reason, Verdict } from '../../protocol/decision.ts';
import type { RunEvent, RunStatus, Survivor } from '../../protocol/event.ts';
import type { Failure } from '../../protocol/failure.ts';
import { signingSentences } from '../gitWords.ts';
import { termsSentence, violationSentence } from '../permitWords.ts';
import { reasonSentence, refusalSentence, sentenceFor } from '../sentences.ts';

/** Failures whose remedy is another one in the editor than in a terminal. */
const here: Record<string, string> = {
  'model.noKey':
    'No API key is set, so there is no model to ask. Set one, or point the setting “Base URL” at a server of your own.',
};

/** Reasons whose author is the one who reads. */
function sayReason(reason: Reason, verdict: Verdict): string {
  if (reason.code === 'person.allowed') return 'You allowed it.';
  if (reason.code !== 'person.denied') return verdict === 'deny' ? refusalSentence(reason) : reasonSentence(reason);
  const why = reason.args['why'];
  return why === undefined ? 'You said no.' : `You said no: ${why}`;
}

export function sayFailure(failure: Failure): string {
  return (Object.hasOwn(here, failure.code) ? here[failure.code] : undefined) ?? sentenceFor(failure);
}

/** What a person is told about an event beyond what the panel can show by itself; nothing for most kinds. */
export function saidAbout(event: RunEvent): string[] {
  switch (event.kind) {
    case 'run.resumed':
      return [event.cutBytes > 0 ? 'Resumed; the journal’s last line was incomplete and was cut off.' : 'Resumed.'];
    case 'model.retrying':
      return [`${retrySentence(event.code)} This is retry ${event.attempt}; the answer so far is dropped.`];
    case 'model.failed':
    case 'effect.failed':
      return [sayFailure(event.failure)];
    case 'effect.assessed':
      return event.assessment.parts.length > 0 ? [termsSentence(event.terms)] : [];
    case 'effect.violated':
      return event.violations.map(violationSentence);
    case 'effect.decided':
      return event.decision.reasons.map(reason => sayReason(reason, event.decision.verdict));
    case 'effect.done':
      return event.outcome.kind === 'exec' ? signingSentences(event.outcome.signing) : [];
    case 'process.ended':
      return [...(event.violations ?? []).map(violationSentence), ...survivorSentences(event.survivors)];
    case 'limit.reached':
      return [
        `The limit of ${event.allowed} ${event.limit} is reached. Raise it in the settings (gatehouse.limits.${event.limit}) for the next run.`,
      ];
    case 'stop.requested':
      return [event.by === 'person' ? 'You asked the run to stop.' : 'The run was asked to stop.'];
    case 'run.ended':
      return [
        ...(event.failure === null ? endSentences[event.status] : [sayFailure(event.failure)]),
        ...survivorSentences(event.survivors),
      ];
    case 'run.started':
    case 'person.said':
    case 'context.added':
    case 'turn.started':
    case 'model.answered':
    case 'effect.proposed':
    case 'question.asked':
    case 'question.answered':
    case 'effect.intended':
    case 'tool.answered':
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

function retrySentence(code: string): string {
  return Object.hasOwn(retrySentences, code) ? (retrySentences[code] ?? '') : `The request failed (${code}).`;
}

function survivorSentences(survivors: readonly Survivor[]): string[] {
  if (survivors.length === 0) return [];
  const names = survivors.map(({ name, pid }) => `${name} (${pid})`).join(', ');
  return [`Still running although it was told to end: ${names}. End it yourself.`];
}
