import { relative } from 'node:path';
import { type Work, workOf } from '../../journal/work.ts';
import type { AcceptanceResult } from '../../protocol/acceptance.ts';
import type { RunEvent } from '../../protocol/event.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import type { ToolUseBlock } from '../../protocol/message.ts';
import type { StepReport } from '../../protocol/plan.ts';
import { completeStep, talkInput } from '../../tools/talk.ts';
import { answerCall, type CallDeps } from '../call.ts';
import type { Checked, Checks } from './checks.ts';
import { fallsSince } from './tests.ts';

export interface StepsDeps {
  call: CallDeps;
  checks: Checks;
  root: string;
  /** The project's own tests; null where there are none that are known. */
  testCommand(): Promise<string | null>;
  /** Called once a step is written down: in isolation, it becomes a commit. */
  atStep?: (report: StepReport) => Promise<void>;
}

/**
 * Ends a step: runs the project's tests, and writes down what came of it. Tests that passed before and fail now, or that
 * are fewer now, hold it once: the agent mends them, or says why and calls again.
 */
export async function finishStep(block: ToolUseBlock, deps: StepsDeps, signal: AbortSignal): Promise<'done'> {
  const { call, checks } = deps;
  const { recorder } = call;
  const input = talkInput(completeStep, block.input);
  const work = workOf(recorder.events());
  const { step, title } = placeOf(input.step, work);
  const checked: AcceptanceResult[] = [];
  const fresh: Checked[] = [];
  const command = await deps.testCommand();
  const ran = command === null ? null : await checks.run(command, signal);
  if (command !== null && ran !== null) {
    const { result, told: text } = ran;
    if (signal.aborted) {
      await answerCall(block, call.sayFailure(failures.stopped({})), true, call);
      return 'done';
    }
    await recorder.append({ kind: 'tests.checked', when: 'step', step, result });
    checked.push(result);
    fresh.push(ran);
    const before = testsBefore(work);
    const falls = fallsSince(before, result);
    const announced = input.risks.length > 0;
    if (!announced) {
      for (const fall of falls) await recorder.append({ kind: 'tests.fell', step, command, ...fall });
      if ((broke(before, result) || falls.length > 0) && !heldBefore(step, recorder.events())) {
        await answerCall(block, notYet(text, falls.length > 0), true, call);
        return 'done';
      }
    }
  }
  const report: StepReport = {
    step,
    title,
    outcome: input.outcome,
    tests: input.tests,
    checked,
    risks: input.risks,
    next: input.next,
    ...changedSince(recorder.events(), deps.root),
  };
  await recorder.append({ kind: 'step.completed', ...report });
  await deps.atStep?.(report);
  const left = stepsLeft(step, work);
  const next = left[0] === undefined ? 'It was the last step.' : `Next is step ${left[0].step}: ${left[0].title}.`;
  // With its last step the work is measured, before the agent says that it is done.
  const measured = work.plan !== null && left.length === 0 ? await checks.acceptance('end', signal, fresh) : [];
  const told = [...new Set([...fresh, ...measured])].map(each => each.told);
  await answerCall(block, [`Step ${step} is written down. ${next}`, ...told].join('\n'), false, call);
  return 'done';
}

/** The step that is meant: by its number, or by its title. Throws `step.unknown`. */
function placeOf(wanted: number | string, { plan, steps }: Work): { step: number; title: string } {
  const title = typeof wanted === 'string' && !/^\d+$/.test(wanted) ? wanted : null;
  if (plan === null) {
    const step = title === null ? Number(wanted) : steps.length + 1;
    return { step, title: title ?? `Step ${step}` };
  }
  const index = title === null ? Number(wanted) - 1 : plan.steps.findIndex(step => step.title === title);
  const found = plan.steps[index];
  if (found === undefined)
    throw new GatehouseError(failures.stepUnknown({ step: String(wanted), steps: plan.steps.length }));
  return { step: index + 1, title: found.title };
}

/** What is left of the plan once a step is done, what comes after it first. */
function stepsLeft(done: number, { plan, steps }: Work): { step: number; title: string }[] {
  const all = (plan?.steps ?? []).map(({ title }, index) => ({ step: index + 1, title }));
  const open = all.filter(({ step }) => step !== done && !steps.some(each => each.step === step));
  return [...open.filter(({ step }) => step > done), ...open.filter(({ step }) => step < done)];
}

/** All that is known of earlier runs of tests: those of the baseline, and those of the steps before. */
function testsBefore({ baseline, tests }: Work): AcceptanceResult[] {
  return [...(baseline ?? []), ...tests];
}

function broke(before: readonly AcceptanceResult[], now: AcceptanceResult): boolean {
  const last = before.findLast(({ command }) => command === now.command);
  return !now.passed && now.exitCode !== null && (last?.passed ?? false);
}

/** Whether the agent was sent back from the end of this very step already. */
function heldBefore(step: number, events: readonly RunEvent[]): boolean {
  const since = events.findLastIndex(event => event.kind === 'step.completed');
  const runs = events.slice(since + 1).filter(event => event.kind === 'tests.checked' && event.step === step);
  return runs.length > 1;
}

function notYet(text: string, fell: boolean): string {
  const why = fell
    ? 'Fewer tests ran, or less is covered, than before.'
    : 'The tests passed before this step and fail now.';
  return `${why} The step is not written down yet: mend it, or call CompleteStep again and say in risks why it has to be so.\n${text}`;
}

/** The files that changed since the last step, with the lines that were added and removed; null where nobody counted them. */
function changedSince(events: readonly RunEvent[], root: string): Pick<StepReport, 'files' | 'checkpoint'> {
  const since = events.findLastIndex(event => event.kind === 'step.completed');
  const files = new Map<string, { added: number | null; removed: number | null }>();
  const edits = new Map<string, { added: number; removed: number }>();
  const add = (path: string, lines: readonly [added: number, removed: number] | null): void => {
    const before = files.get(path) ?? { added: 0, removed: 0 };
    files.set(path, { added: sum(before.added, lines?.[0]), removed: sum(before.removed, lines?.[1]) });
  };
  let checkpoint = 0;
  for (const [index, event] of events.entries()) {
    if (event.kind === 'checkpoint.made' || event.kind === 'restore.done') checkpoint = event.checkpoint;
    if (index <= since) continue;
    if (event.kind === 'effect.proposed' && event.value.kind === 'edit') edits.set(event.effect, event.value);
    else if (event.kind === 'effect.done' && event.outcome.kind === 'edit') {
      const { added = 0, removed = 0 } = edits.get(event.effect) ?? {};
      add(relative(root, event.outcome.path), [added, removed]);
    } else if (event.kind === 'checkpoint.made')
      for (const [at, path] of (event.paths ?? []).entries()) add(path, event.lines?.each[at] ?? null);
  }
  return { files: [...files].map(([path, lines]) => ({ path, ...lines })), checkpoint };
}

const sum = (before: number | null, more: number | undefined): number | null =>
  before === null || more === undefined ? null : before + more;
