import { effective, type Work, workOf } from '../../journal/work.ts';
import type { CapReason, Mode } from '../../protocol/command.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { failures } from '../../protocol/failure.ts';
import type { ToolUseBlock } from '../../protocol/message.ts';
import type { Plan, PlanAcceptedBy, PlanAnswer, PlanComment } from '../../protocol/plan.ts';
import { submitPlan, talkInput } from '../../tools/talk.ts';
import { answerCall, type CallDeps } from '../call.ts';
import type { Desk } from '../desk.ts';
import type { Ending } from '../loop.ts';
import type { Checks } from './checks.ts';

/** How a plan may be accepted without the person being asked about it. */
export interface Planning {
  /** In Auto: one with no more steps than this, that fits, and that something measures. 0: none. */
  acceptSteps: number;
  /** The person said beforehand that they take any plan which the planner does not call unfit. */
  acceptAny: boolean;
  /** The person wants to be asked about each plan, however small it is. */
  askAlways?: boolean | undefined;
}

export interface PlanDeps {
  call: CallDeps;
  desk: Pick<Desk, 'askPlan'>;
  checks: Checks;
  planning: Planning;
  /** The mode that the person chose. */
  mode(): Mode;
  /** Where the run goes on: the number of the plan that it waited with and that the person accepts. No later one. */
  acceptNow: number | null;
  /** Where the run goes on: what the person has to say about the plan that it waited with, told once. */
  takeWords(): string | null;
  /** Whether words of the person may be told to a model; see `screening.ts`. */
  maySay(text: string): Promise<boolean>;
  newId(): string;
}

/** How a run that goes on plans; null where it has no planner. */
export function planningOf(events: readonly RunEvent[]): Planning | null {
  return events.find(event => event.kind === 'run.started')?.planning ?? null;
}

/** Whether the run has a plan that nobody has said anything about yet. */
export function waitsWithPlan(events: readonly RunEvent[]): boolean {
  const last = effective(events).findLast(
    ({ kind }) =>
      kind === 'plan.submitted' || kind === 'plan.accepted' || kind === 'plan.changesAsked' || kind === 'plan.rejected',
  );
  return last?.kind === 'plan.submitted';
}

/**
 * Takes a plan from the planner to its acceptance. `done` as an ending: it is accepted, or the mode is Plan and the plan
 * is all that was wanted. `done` as a word: the person wants changes, and the planner goes on.
 */
export async function takePlan(block: ToolUseBlock, deps: PlanDeps, signal: AbortSignal): Promise<'done' | Ending> {
  const { call } = deps;
  const { recorder } = call;
  const value = talkInput(submitPlan, block.input);
  const submitted = recorder.events().some(event => event.kind === 'plan.submitted' && event.call === block.id);
  if (!submitted) {
    const number = workOf(recorder.events()).number + 1;
    await recorder.append({ kind: 'plan.submitted', plan: number, call: block.id, value });
  }
  if (deps.mode() === 'plan') return over(block, 'The plan is handed over; in Plan, that ends the run.', deps);
  // In Auto the person's own checks are run by themselves; those of the plan only once it is accepted.
  if (deps.mode() === 'auto') await deps.checks.acceptance('baseline', signal);
  if (signal.aborted) return { type: 'stopped' };
  const work = workOf(recorder.events());
  if (work.plan === null || work.accepted !== null) return over(block, 'The plan is accepted.', deps);
  const by = acceptedUnasked(work.plan, work, deps);
  if (by !== null) return accept(block, by, work.number, deps);
  const words = deps.takeWords();
  const answer: PlanAnswer | null =
    words === null ? await ask(work, deps, signal) : { verdict: 'change', comments: [{ step: null, text: words }] };
  if (signal.aborted) return { type: 'stopped' };
  const said = answer?.verdict === 'change' ? answer.comments.map(({ text }) => text).join('\n') : null;
  // What was said before the run went on was looked at then.
  const told = said === null || words !== null || (await deps.maySay(said));
  if (signal.aborted) return { type: 'stopped' };
  if (answer === null || !told)
    return { type: 'waiting', failure: failures.planUnanswered({ objective: work.plan.objective }) };
  return settle(block, answer, work.number, deps);
}

/** Who accepts the plan in the person's place; null where they have to be asked. */
export function acceptedUnasked(
  plan: Plan,
  { acceptance, number }: Pick<Work, 'acceptance' | 'number'>,
  deps: Pick<PlanDeps, 'planning' | 'mode' | 'acceptNow'>,
): PlanAcceptedBy | null {
  const { acceptSteps, acceptAny, askAlways } = deps.planning;
  if (deps.acceptNow === number) return 'option';
  if (plan.fit === 'no' || askAlways === true) return null;
  if (acceptAny) return 'option';
  if (plan.fit === 'ask') return null;
  // One step that fits is no more than the task itself: each effect is still decided about as the mode has it.
  if (plan.steps.length === 1) return 'auto';
  return deps.mode() === 'auto' && acceptance.length > 0 && plan.steps.length <= acceptSteps ? 'auto' : null;
}

async function ask({ plan, number, baseline }: Work, deps: PlanDeps, signal: AbortSignal): Promise<PlanAnswer | null> {
  if (plan === null) return null;
  const question = deps.newId();
  await deps.call.recorder.append({ kind: 'plan.asked', question, plan: number });
  const known = plan.acceptance.every(command => baseline?.some(result => result.command === command) === true);
  return deps.desk.askPlan({ id: question, plan, baseline: known ? baseline : null }, signal).catch(() => null);
}

async function settle(
  block: ToolUseBlock,
  answer: PlanAnswer,
  before: number,
  deps: PlanDeps,
): Promise<'done' | Ending> {
  const { recorder } = deps.call;
  let number = before;
  if (answer.verdict !== 'reject' && answer.plan !== undefined) {
    number += 1;
    await recorder.append({ kind: 'plan.edited', plan: number, value: answer.plan });
  }
  switch (answer.verdict) {
    case 'accept':
      return accept(block, 'person', number, deps);
    case 'change':
      await recorder.append({ kind: 'plan.changesAsked', plan: number, comments: answer.comments });
      await answerCall(block, wanted(answer.comments, answer.plan), false, deps.call, true);
      return 'done';
    case 'reject':
      await recorder.append({ kind: 'plan.rejected', plan: number, why: answer.why ?? null });
      await answerCall(block, 'The person turned the plan down.', true, deps.call, true);
      return { type: 'stopped' };
  }
}

async function accept(block: ToolUseBlock, by: PlanAcceptedBy, plan: number, deps: PlanDeps): Promise<Ending> {
  const reason = capOf(workOf(deps.call.recorder.events()));
  if (reason !== null) await deps.call.recorder.append({ kind: 'mode.capped', reason });
  await deps.call.recorder.append({ kind: 'plan.accepted', plan, by });
  return over(block, 'The plan is accepted.', deps);
}

/** Why the run asks about each change, whatever its mode; null where the plan fits and something measures it. */
function capOf({ plan, acceptance }: Work): CapReason | null {
  if (plan !== null && plan.fit !== 'auto') return 'plan.unfit';
  return acceptance.length === 0 ? 'plan.noAcceptance' : null;
}

async function over(block: ToolUseBlock, text: string, { call }: PlanDeps): Promise<Ending> {
  await answerCall(block, text, false, call);
  return { type: 'done' };
}

function wanted(comments: readonly PlanComment[], edited: Plan | undefined): string {
  const rows = comments.map(({ step, text }) => (step === null ? `- ${text}` : `- On step ${step}: ${text}`));
  const theirs =
    edited === undefined ? [] : [`They edited the plan themselves; go on from theirs:\n${JSON.stringify(edited)}`];
  return ['The person wants changes to the plan:', ...rows, ...theirs, 'Change it and submit all of it again.'].join(
    '\n',
  );
}
