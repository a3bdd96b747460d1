import type { Effects } from '../effects/run.ts';
import { type RunSummary, spentAtMost } from '../journal/fold.ts';
import { acceptedIn, workOf } from '../journal/work.ts';
import type { Masker } from '../ports/masker.ts';
import type { Mode } from '../protocol/command.ts';
import type { RunEvent, RunStatus, Survivor } from '../protocol/event.ts';
import { failures } from '../protocol/failure.ts';
import type { Aside } from './aside.ts';
import type { Holding } from './holding.ts';
import type { Limiting } from './limits/limiting.ts';
import type { SpendBook } from './limits/spendBook.ts';
import type { Ending } from './loop.ts';
import { maskStrings } from './masking.ts';
import type { Recorder } from './recorder.ts';
import type { RunResult } from './run.ts';
import type { Session } from './session.ts';
import type { Tainting } from './taint.ts';

/** Whether and how a run comes to its end. */
export interface Closing {
  /** Aborted on stop. */
  readonly stop: AbortController;
  stoppedBy: 'person' | 'signal' | 'host';
  /** It takes no more commands. */
  ended: boolean;
}

export function createClosing(): Closing {
  return { stop: new AbortController(), stoppedBy: 'person', ended: false };
}

export interface MayCloseDeps {
  closing: Closing;
  aside: Aside;
  session: Pick<Session, 'pending'>;
  /**
   * Ends what still runs in the background and holds what it did, so that the measures see it and nothing comes after
   * them. Resolves with whether it changed anything since it was last called.
   */
  quiet(): Promise<boolean>;
  /** Whether the agent's own work is done. */
  rests(): Promise<boolean>;
  /** Whether the limits let it end as it is: the checks that were run just now may have changed something too. */
  within(): Promise<boolean>;
  /** What the reviewer at the end says. */
  review(): Promise<'end' | 'goOn' | Ending>;
}

/** How often a run is measured anew because of what outlived its own end. */
const maxMeasures = 3;

/** Whether nothing is left for the model once it has ended. `met`: what was wanted is there, whatever else was said. */
export async function mayClose(deps: MayCloseDeps, met: boolean): Promise<boolean | Ending> {
  const { closing, aside, session } = deps;
  await aside.settled();
  if (session.pending && !met) return false;
  await deps.quiet();
  for (let measures = 1; ; measures++) {
    if (!(await deps.rests())) return false;
    if (!(await deps.within())) return closing.stop.signal.aborted ? { type: 'stopped' } : { type: 'limit' };
    const reviewed = await deps.review();
    if (reviewed !== 'end') return reviewed === 'goOn' ? false : reviewed;
    await aside.settled();
    if (!(await deps.quiet()) || closing.stop.signal.aborted) break;
    if (measures === maxMeasures) return { type: 'failed', failure: failures.reviewUnsettled({}) };
  }
  closing.ended = met || !session.pending;
  return closing.ended;
}

/** What `quiet` of `MayCloseDeps` promises. Rejects where the state cannot be held. */
export async function quieten(
  effects: Pick<Effects, 'processes' | 'endProcess'>,
  aside: Pick<Aside, 'settled'>,
  holding: Pick<Holding, 'settle'>,
): Promise<boolean> {
  await Promise.all(effects.processes().map(({ process }) => effects.endProcess(process).catch(() => [])));
  // What was ended has told so meanwhile.
  await aside.settled();
  return holding.settle();
}

export interface FinishDeps {
  id: string;
  closing: Closing;
  limiting: Pick<Limiting, 'close'>;
  spending: Pick<SpendBook, 'close'>;
  aside: Aside;
  effects: Pick<Effects, 'endAll' | 'restCpuMs'>;
  holding: Pick<Holding, 'step'>;
  tainting: Pick<Tainting, 'settle'>;
  masker: Masker;
  recorder: Recorder;
  task: { settle(): Promise<void> };
  journal: { close(): Promise<void> };
  summary(): RunSummary;
  mode(): Mode;
  /** The last thing before the end is written down. */
  atEnd(): Promise<void>;
}

/** Ends what still runs, writes the end down and closes the journal. Never rejects. */
export async function finish(ending: Ending, deps: FinishDeps): Promise<RunResult> {
  const { closing, aside, recorder } = deps;
  closing.ended = true;
  deps.limiting.close();
  await aside.settled();
  const survivors: Survivor[] = await deps.effects.endAll().catch(() => []);
  const cpuMs = Math.round(await deps.effects.restCpuMs().catch(() => 0));
  // What was ended has told so meanwhile.
  await aside.settled();
  // Each effect's states are held already; this one only adds what others did since.
  await deps.holding.step().catch(() => undefined);
  await deps.atEnd().catch(() => undefined);
  await deps.tainting.settle().catch(() => undefined);
  const failure = 'failure' in ending ? maskStrings(ending.failure, text => deps.masker.mask(text).text) : null;
  await deps.spending.close().catch(() => undefined);
  const status = statusOf(ending, closing.stoppedBy);
  const came = outcomeOf(recorder.events(), deps.mode());
  const exitCode = status === 'done' && came.accepted === false ? 1 : exitCodes[status];
  const end = { kind: 'run.ended' as const, status, exitCode, failure, survivors, ...(cpuMs > 0 ? { cpuMs } : {}) };
  await recorder.append(end).catch(() => undefined);
  await deps.task.settle();
  await deps.journal.close().catch(() => undefined);
  const { turns, filesChanged, checkpoints, asks, denials } = deps.summary();
  const { usage, usd } = spentAtMost(deps.summary());
  return {
    run: deps.id,
    status,
    exitCode,
    turns,
    usage,
    usd,
    filesChanged: [...filesChanged],
    checkpoints,
    asks,
    denials,
    ...came,
    failure,
  };
}

/** DESIGN, "Exit codes". A run that is done and not accepted has 1. */
const exitCodes: Record<RunStatus, number> = {
  done: 0,
  failed: 1,
  stopped: 1,
  limit: 3,
  waiting: 4,
  unreachable: 5,
  interrupted: 130,
};

/** What the commands that measure the run said at its end; one that was not run then is not passed. */
function outcomeOf(events: readonly RunEvent[], mode: Mode): Pick<RunResult, 'accepted' | 'acceptance'> {
  const work = workOf(events);
  // In Plan nothing is run.
  if (mode === 'plan') return { accepted: null, acceptance: [] };
  const passed = (command: string): boolean =>
    work.end?.some(result => result.command === command && result.passed) === true;
  return {
    accepted: acceptedIn(work),
    acceptance: work.due.map(command => ({ command, passed: passed(command) })),
  };
}

function statusOf(ending: Ending, stoppedBy: Closing['stoppedBy']): RunStatus {
  if (ending.type === 'ruled') return 'stopped';
  if (ending.type !== 'stopped') return ending.type;
  return stoppedBy === 'person' ? 'stopped' : 'interrupted';
}
