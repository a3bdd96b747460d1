import { createHash } from 'node:crypto';
import { acceptedIn, effective, workOf } from '../../journal/work.ts';
import type { Mode } from '../../protocol/command.ts';
import type { Agent } from '../agent.ts';
import { baselineAsContext, executor, failingAtEnd, planAsContext } from '../executor.ts';
import type { Ending, Resumed } from '../loop.ts';
import { noPlanYet, planner } from '../planner.ts';
import type { Recorder } from '../recorder.ts';
import type { Session } from '../session.ts';
import type { Checks } from './checks.ts';
import { changedSinceCheck } from './measured.ts';

/** So often the executor is sent back to checks that fail, as long as it changes something in between. */
const maxRounds = 3;

export interface PursueDeps {
  recorder: Recorder;
  session: Session;
  checks: Checks;
  /** Whether a planner goes first. */
  plans: boolean;
  mode(): Mode;
  /** The turns of one agent, to its end. */
  runAs(agent: Agent, resumed: Resumed | undefined): Promise<Ending>;
  signal: AbortSignal;
}

/** Plans, where that is wanted, and does the work; a run that goes on does so with the agent that it was cut off in. */
export async function pursue(deps: PursueDeps, resumed: Resumed | undefined): Promise<Ending> {
  const { recorder, session, signal } = deps;
  let left = resumed;
  if (deps.plans && workOf(recorder.events()).accepted === null) {
    if (session.agent !== 'planner') await begin(planner, recorder);
    const ending = await deps.runAs(planner, left);
    left = undefined;
    if (ending.type !== 'done' || deps.mode() === 'plan' || workOf(recorder.events()).accepted === null) return ending;
  }
  if (deps.plans && session.agent === 'planner') {
    await begin(executor, recorder);
    left = undefined;
  }
  await brief(deps);
  if (signal.aborted) return { type: 'stopped' };
  return deps.runAs(executor, left);
}

async function begin({ name, system }: Agent, recorder: Recorder): Promise<void> {
  const systemDigest = createHash('sha256').update(system).digest('hex');
  await recorder.append({ kind: 'agent.begun', agent: name, systemDigest });
}

/** Runs the baseline, and tells the executor what it works by: once, before its first turn. */
async function brief(deps: PursueDeps): Promise<void> {
  const { recorder, checks, signal } = deps;
  const checked = deps.mode() === 'plan' ? [] : await checks.acceptance('baseline', signal);
  const events = effective(recorder.events());
  const begun = events.findLastIndex(event => event.kind === 'agent.begun' && event.agent === 'executor');
  const known = events.findLastIndex(event => event.kind === 'acceptance.checked' && event.when === 'baseline');
  const since = Math.max(begun, known);
  if (signal.aborted || since === -1 || events.slice(since).some(event => event.kind === 'context.added')) return;
  const { plan, accepted, baseline } = workOf(events);
  const told = new Map(checked.map(each => [each.result.command, each.told]));
  const rows = (baseline ?? []).map(
    ({ command, passed }) => told.get(command) ?? `${command}: ${passed ? 'passes' : 'fails'}.`,
  );
  const text = [
    ...(plan === null || accepted === null || begun === -1
      ? []
      : [
          planAsContext(
            plan,
            accepted,
            events.some(({ kind }) => kind === 'plan.edited'),
          ),
        ]),
    ...(baseline === null ? [] : [baselineAsContext(baseline, rows)]),
  ].join('\n\n');
  if (text !== '') await recorder.append({ kind: 'context.added', text });
}

/** Whether the planner may end without a plan: it is asked once whether that is meant. */
export function plannerRests(): (deps: Pick<PursueDeps, 'recorder'>) => Promise<boolean> {
  let asked = false;
  return async ({ recorder }) => {
    if (asked || workOf(recorder.events()).accepted !== null) return true;
    asked = true;
    await recorder.append({ kind: 'context.added', text: noPlanYet });
    return false;
  };
}

/**
 * Whether the executor may end: the commands that measure the run are run, and where one fails it goes on, unless it
 * has changed nothing since it was last told so.
 */
export async function executorRests(
  deps: Pick<PursueDeps, 'recorder' | 'checks' | 'mode'>,
  signal: AbortSignal,
): Promise<boolean> {
  const { recorder, checks } = deps;
  if (deps.mode() === 'plan' || workOf(recorder.events()).acceptance.length === 0) return true;
  if (!changedSinceCheck(recorder.events())) return true;
  const checked = await checks.acceptance('end', signal);
  if (signal.aborted || acceptedIn(workOf(recorder.events())) !== false) return true;
  if (rounds(recorder) >= maxRounds) return true;
  const failing = checked.filter(({ result }) => !result.passed).map(({ told }) => told);
  await recorder.append({ kind: 'context.added', text: failingAtEnd(failing) });
  return false;
}

function rounds(recorder: Recorder): number {
  const events = recorder.events();
  const since = events.findLastIndex(({ kind }) => kind === 'run.resumed' || kind === 'person.said');
  return events.slice(since + 1).filter(event => event.kind === 'acceptance.checked' && event.when === 'end').length;
}
