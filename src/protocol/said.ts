import type { EventBody, EventKind } from './event.ts';
import type { Plan } from './plan.ts';

/** How the person came to say it. */
export type SaidAs = 'task' | 'words' | 'answer' | 'refusal' | 'denials' | 'plan' | 'constraint' | 'kept' | 'standing';

export interface Said {
  as: SaidAs;
  text: string;
}

type BodyOf<K extends EventKind> = Extract<EventBody, { kind: K }>;
/** null: nothing in it is the person's words. */
type Sayings = { [K in EventKind]: ((event: BodyOf<K>, plan: Plan | null) => Said[]) | null };

/**
 * The person's own words in an event, none of them blank; `plan` is the one that was submitted or edited last before it.
 * An answer to the agent may be an option of its wording. Whoever asks decides what of it consents, and to what.
 */
export function saidIn(event: EventBody, plan: Plan | null): Said[] {
  const read = sayings[event.kind] as ((event: EventBody, plan: Plan | null) => Said[]) | null;
  return (read?.(event, plan) ?? []).filter(({ text }) => text.trim() !== '');
}

/** The plan after an event, for `saidIn` of the next one. */
export function planAfter(event: EventBody, before: Plan | null): Plan | null {
  return event.kind === 'plan.submitted' || event.kind === 'plan.edited' ? event.value : before;
}

const one = (as: SaidAs, text: string | null | undefined): Said[] => [{ as, text: text ?? '' }];

/** What they have put into the plan, or worded anew; the rest is still the agent's. */
function constraints({ value }: BodyOf<'plan.edited'>, before: Plan | null): Said[] {
  const known = new Set(before?.constraints.map(text => text.trim()));
  return value.constraints.filter(text => !known.has(text.trim())).flatMap(text => one('constraint', text));
}

const sayings: Sayings = {
  'run.started': event => one('task', event.prompt),
  'person.said': event => one('words', event.text),
  'person.answered': event => one('answer', event.text),
  'question.answered': ({ answer }) => (answer.verdict === 'deny' ? one('refusal', answer.why) : []),
  'denials.answered': ({ answer }) => one('denials', answer.why),
  'plan.changesAsked': event => event.comments.flatMap(({ text }) => one('plan', text)),
  'plan.rejected': event => one('plan', event.why),
  'plan.edited': constraints,
  'instructions.kept': event => one('kept', event.text),
  'instructions.read': event => one('standing', event.text),
  // Why a finding is let be is told in the report; it asks for nothing.
  'finding.waived': null,
  'run.resumed': null,
  'mode.changed': null,
  'mode.capped': null,
  'person.away': null,
  'context.added': null,
  'context.compacted': null,
  'compaction.asked': null,
  'compaction.failed': null,
  'turn.started': null,
  'model.held': null,
  'model.settled': null,
  'model.retrying': null,
  'model.answered': null,
  'model.failed': null,
  'effect.proposed': null,
  'effect.assessed': null,
  'effect.reviewed': null,
  'effect.violated': null,
  'effect.decided': null,
  'question.asked': null,
  'effect.intended': null,
  'effect.done': null,
  'effect.failed': null,
  'result.flagged': null,
  'prompt.screened': null,
  'prompt.confirmed': null,
  'wishes.read': null,
  'tool.answered': null,
  'process.ended': null,
  'snapshot.taken': null,
  'checkpoint.made': null,
  'restore.intended': null,
  'restore.done': null,
  'restore.failed': null,
  'conversation.rewound': null,
  'effect.doubted': null,
  'grant.given': null,
  'grant.revoked': null,
  'policy.ruleKept': null,
  'denials.asked': null,
  'denial.lifted': null,
  'denial.used': null,
  'change.reviewed': null,
  'isolation.prepared': null,
  'isolation.committed': null,
  'isolation.commitFailed': null,
  'isolation.ended': null,
  'acceptance.checked': null,
  'limit.warned': null,
  'limit.reached': null,
  'limit.raised': null,
  'rule.nudged': null,
  'rule.stopped': null,
  'agent.begun': null,
  'plan.submitted': null,
  'plan.asked': null,
  'plan.accepted': null,
  'tests.checked': null,
  'tests.fell': null,
  'step.completed': null,
  'person.asked': null,
  'review.started': null,
  'review.finished': null,
  'review.held': null,
  'finding.fixed': null,
  'stop.requested': null,
  'run.ended': null,
};
