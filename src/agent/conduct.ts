import { randomBytes } from 'node:crypto';
import type { Effects } from '../effects/run.ts';
import type { AssessDeps } from '../gate/assess.ts';
import { foldBounds, noBounds } from '../gate/bounds.ts';
import { createDenials } from '../gate/denials.ts';
import { createGate } from '../gate/gate.ts';
import { createGrants, type Grant, type Keeping } from '../gate/grants.ts';
import { effectiveMode } from '../gate/mode.ts';
import type { Containment } from '../gate/terms.ts';
import { emptySummary, fold } from '../journal/fold.ts';
import { acceptedIn, workOf } from '../journal/work.ts';
import { metered } from '../models/metered.ts';
import type { PriceTable } from '../models/prices.ts';
import type { Judge } from '../policy/decide.ts';
import type { Approver } from '../ports/approver.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Snapshots } from '../ports/checkpoints.ts';
import type { Clock } from '../ports/clock.ts';
import type { Confirmer } from '../ports/confirmer.ts';
import type { DayLedger } from '../ports/dayLedger.ts';
import type { Git } from '../ports/git.ts';
import type { Instructions } from '../ports/instructions.ts';
import type { Journal } from '../ports/journal.ts';
import type { Masker } from '../ports/masker.ts';
import type { Model } from '../ports/model.ts';
import type { Restores } from '../ports/restores.ts';
import type { Reviewer } from '../ports/reviewer.ts';
import type { RuleBook } from '../ports/ruleBook.ts';
import type { Taints } from '../ports/taints.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Limits } from '../protocol/budget.ts';
import type { Mode } from '../protocol/command.ts';
import type { RunEvent, RunStatus, Survivor } from '../protocol/event.ts';
import { asFailure } from '../protocol/failure.ts';
import type { StepReport } from '../protocol/plan.ts';
import { createReviser } from '../tools/revise.ts';
import { sayFailure } from '../tools/sentences.ts';
import { prepareCall } from '../tools/table.ts';
import type { CallDeps } from './call.ts';
import { createCompactor } from './context/compactor.ts';
import { createDesk, isAnswer } from './desk.ts';
import { createHolding } from './holding.ts';
import { keeperOf, tellInstructions } from './instructions.ts';
import type { Learn } from './learning.ts';
import { createLimiting } from './limits/limiting.ts';
import { type Ending, type Resumed, runLoop } from './loop.ts';
import { maskStrings } from './masking.ts';
import { allowDenied, pauseForDenials } from './pause.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import type { EndReview } from './reviewer/atEnd.ts';
import { ruleKeeperOf } from './ruleKeeping.ts';
import type { Run, RunResult } from './run.ts';
import { maySay } from './screening.ts';
import { createSession, type Session } from './session.ts';
import { createStopping, type RuleSettings } from './stopRules/stopping.ts';
import { createTainting } from './taint.ts';
import { createTurns } from './together.ts';
import type { Planning } from './work/plan.ts';
import { executorRests, type PursueDeps, plannerRests, pursue } from './work/pursue.ts';
import { keepTaskFile } from './work/taskFile.ts';
import { createActing, createWorking, type Testing } from './work/working.ts';

export interface RunDeps {
  id: string;
  journal: Journal & { close(): Promise<void> };
  blobs: Blobs;
  model: Model;
  effects: Effects;
  workspace: Workspace;
  git?: Git;
  /** null where there is no git to hold the workspace's state with: then nothing is changed. */
  snapshots: Snapshots | null;
  /** Takes the workspace back along this very run; needs `snapshots`. */
  restores?: Restores;
  masker: Masker;
  lineMasker(onText: (text: string) => void): { write(text: string): void; end(): void };
  clock: Clock;
  approver: Approver;
  assess: AssessDeps;
  policy: Judge;
  containment(): Promise<Containment>;
  /**
   * Stage two, which looks at the run so far. Without it the person is asked what it would be. `meter` makes a model one
   * that spends what the run may spend; every model of a run has to be such.
   */
  reviewer?(events: () => readonly RunEvent[], meter: (model: Model) => Model): Reviewer;
  /** What the person set for the rules that end a run by themselves. */
  stopRules?: RuleSettings;
  /** Prices that come before the published ones. */
  prices?: PriceTable;
  /** What the workspace spends on a day. */
  ledger?: DayLedger;
  instructions?: Instructions;
  /** The person's policy. Without it no rule of theirs is kept. */
  ruleBook?: RuleBook;
  /** Says whether a task that may be harmful is meant; without one nobody does. */
  confirmer?: Confirmer;
  /** Where answers for the workspace are kept; without it they hold for the run. */
  keeping?: Keeping;
  /** Tokens that the model takes in all; default: what the models that we know take. */
  window?: number;
  /** What tainted runs left in this workspace. */
  taints?: Taints;
  /** Given each outcome before its answer is masked. */
  learn: Learn;
  /** The reviewer that reads all that the run changed before it may end; without one nobody does. */
  endReview?(
    course: Pick<Course, 'mode' | 'model'> & { hear: (text: string) => Promise<boolean> },
    meter: (model: Model) => Model,
  ): EndReview;
  /** The project's own tests; without it none are known. */
  testing?: Testing;
  /** Keeps the task file of the run, each time that it changes. */
  keepTask?: (text: string) => Promise<void>;
  /** Called once a step is done: in isolation it becomes a commit. */
  atStep?: (recorder: Recorder, step: StepReport) => Promise<void>;
  /** The last thing before the run's end is written down; nothing of it runs any more. */
  atEnd?(recorder: Recorder): Promise<void>;
}

/** The parts of a run that is about to begin or to go on. */
export interface Stage {
  recorder: Recorder;
  session: Session;
  call: CallDeps;
  /** Aborted on stop. */
  signal: AbortSignal;
}

/** What differs between a run that begins and one that goes on. */
export interface Course {
  mode: Mode;
  model: string;
  limits: Limits;
  /** How a planner goes first; null where none does. */
  planning: Planning | null;
  /** The person accepts the plan that the run waited with. */
  acceptNow?: boolean;
  /** What they say about it instead. */
  aboutPlan?: string;
  /** The run's events so far. */
  earlier: readonly RunEvent[];
  /** Given to the run before, and still in force. */
  grants: readonly Grant[];
  /** Writes down how it begins; what is said to it meanwhile comes later. */
  begin(stage: Stage): Promise<{ startedAt: number; resumed?: Resumed /** It goes no further. */; ending?: Ending }>;
}

/** Conducts a run to its end and returns at once. What it does is in its journal and in what it tells its observers. */
export function conductRun(deps: RunDeps, course: Course): Run {
  const session = createSession();
  const denials = createDenials();
  let summary = emptySummary;
  let bounds = noBounds;
  const confirming = deps.confirmer === undefined ? {} : { confirmer: deps.confirmer };
  const { root } = deps.workspace;
  const tainting = createTainting({
    run: deps.id,
    root,
    snapshots: deps.snapshots,
    ...(deps.taints === undefined ? {} : { taints: deps.taints }),
  });
  const limiting = createLimiting({
    journal: { append: body => recorder.append(body) },
    clock: deps.clock,
    limits: course.limits,
    ...(deps.ledger === undefined ? {} : { ledger: deps.ledger }),
    ask: async (question, signal) => (await deps.approver.askLimit?.(question, signal)) ?? null,
  });
  const stopping = createStopping({ append: body => recorder.append(body) }, deps.stopRules);
  const prices = deps.prices ?? {};
  const meter =
    (asks: boolean) =>
    (model: Model): Model =>
      metered(model, { purse: limiting.purse, prices, asks });
  /** What the person says, once it is screened; false where it is not told to the model. */
  const hear = async (text: string): Promise<boolean> => {
    const told = await maySay(text, { recorder, masker: deps.masker, ...confirming }, stop.signal);
    if (told) await recorder.append({ kind: 'person.said', text });
    return told;
  };
  const endReview = deps.endReview?.({ mode: course.mode, model: course.model, hear }, meter(true));
  let away = false;
  const recorder: Recorder = createRecorder(
    deps.journal,
    [
      event => limiting.apply(event),
      event => stopping.apply(event),
      event => session.apply(event),
      event => denials.apply(event),
      event => tainting.apply(event),
      event => endReview?.apply(event),
      event => {
        summary = fold(summary, event);
        bounds = foldBounds(bounds, event);
        if (event.kind === 'person.away') away = event.away;
        else if (event.kind === 'run.resumed') away = false;
      },
    ],
    deps.masker,
    course.earlier,
  );
  const desk = createDesk(deps.approver, live => recorder.emit(live));
  const stop = new AbortController();
  const newId = (): string => randomBytes(12).toString('hex');
  let stoppedBy: 'person' | 'signal' | 'host' = 'person';
  let ended = false;
  /** Facts that arrive from outside the loop, in order; the run ends only after them. */
  let aside: Promise<unknown> = Promise.resolve();
  const later = (work: () => Promise<unknown>): void => {
    aside = aside.then(work).catch(() => stop.abort());
  };

  /** What the person chooses about effects to come: the gate waits for it. */
  let chosen: Promise<unknown> = Promise.resolve();
  const choose = (work: () => Promise<unknown>): void => {
    chosen = chosen.then(work).catch(() => stop.abort());
    later(() => chosen);
  };
  const grants = createGrants(root, course.grants, deps.keeping);

  const keep = keeperOf(deps.instructions, recorder, deps.masker);
  const pausing = { denials, desk, recorder, newId, keep };

  const acting = createActing(session, () => effectiveMode(summary.mode ?? course.mode, summary.cap));
  const gate = createGate({
    journal: recorder,
    approver: desk,
    clock: deps.clock,
    assess: deps.assess,
    policy: deps.policy,
    root: deps.workspace.root,
    containment: () => deps.containment(),
    mode: () => acting.mode(),
    newId,
    taint: () => tainting.taint(),
    bounds: () => bounds,
    grants,
    chosen: () => chosen,
    denials,
    keep,
    keepRule: ruleKeeperOf(deps.ruleBook, recorder, deps.masker),
    ...(deps.reviewer === undefined ? {} : { reviewer: deps.reviewer(() => recorder.events(), meter(false)) }),
  });

  const holding = createHolding({
    snapshots: deps.snapshots,
    journal: recorder,
    clock: deps.clock,
    root: deps.workspace.root,
    alive: () => deps.effects.processes().map(({ process }) => process),
    last: summary.checkpoints,
    begun: course.earlier.some(event => event.kind === 'snapshot.taken' && event.phase === 'start'),
  });

  const { restores } = deps;
  restores?.begin(recorder);

  const call: CallDeps = {
    recorder,
    gate,
    bounds: () => bounds,
    holding,
    tainting,
    effects: deps.effects,
    masker: deps.masker,
    clock: deps.clock,
    prepare: (name, input) =>
      prepareCall(name, input, {
        workspace: deps.workspace,
        blobs: deps.blobs,
        masker: deps.masker,
        filesKnown: session.filesKnown,
        ...(deps.git === undefined ? {} : { git: deps.git }),
        ...(restores === undefined
          ? {}
          : {
              restores: {
                async plan(checkpoint, paths) {
                  // What a background command has changed since is a checkpoint of its own, and belongs to the plan.
                  await holding.step();
                  return restores.plan(checkpoint, paths);
                },
              },
            }),
      }),
    revise: createReviser({ workspace: deps.workspace, blobs: deps.blobs, masker: deps.masker }),
    sayFailure,
    lineMasker: onText => deps.lineMasker(onText),
    inTurn: createTurns(),
    learn: deps.learn,
    newId,
    mayChange: (value, signal) => limiting.mayChange(value, signal),
  };

  const { atStep } = deps;
  const working = createWorking({
    call,
    desk,
    session,
    root,
    planning: course.planning,
    acceptNow: course.acceptNow ?? false,
    words: course.aboutPlan ?? null,
    acting,
    maySay: text => maySay(text, { recorder, masker: deps.masker, ...confirming }, stop.signal),
    testing: deps.testing ?? noTesting,
    ...(atStep === undefined ? {} : { atStep: step => atStep(recorder, step) }),
    newId,
  });
  const task = keepTaskFile(recorder, deps.keepTask);

  async function drive(): Promise<Ending> {
    const begun = await course.begin({ recorder, session, call, signal: stop.signal });
    if (begun.ending !== undefined) return begun.ending;
    limiting.begin(begun.startedAt);
    await tellInstructions(deps.instructions, recorder);
    // After a crash, what it left is held before anything else is.
    if (course.mode !== 'plan' && begun.resumed === undefined) holding.begin();
    const plannerMayRest = plannerRests();
    const pursuing: PursueDeps = {
      recorder,
      session,
      checks: working.checks,
      plans: course.planning !== null,
      mode: () => acting.chosen(),
      signal: stop.signal,
      runAs: ({ name, system, tools }, resumed) =>
        runLoop(
          {
            ...(resumed === undefined ? {} : { resumed }),
            recorder,
            session,
            model: meter(true)(deps.model),
            modelName: course.model,
            system,
            tools,
            call,
            clock: deps.clock,
            masker: deps.masker,
            limiting,
            stopping,
            together: deps.approver.several === true,
            compactor: createCompactor({ session, recorder, system, tools, window: deps.window }),
            pause: signal => pauseForDenials(pausing, signal),
            talk: (block, signal) => working.talk(block, signal),
            mayEnd: async (signal, met = false) => {
              await aside;
              if (session.pending && !met) return false;
              const rests = name === 'planner' ? plannerMayRest(pursuing) : executorRests(pursuing, signal);
              if (!(await rests)) return false;
              const reviewed = name === 'planner' ? 'end' : ((await endReview?.check(recorder, signal)) ?? 'end');
              if (reviewed !== 'end') return reviewed === 'goOn' ? false : reviewed;
              await aside;
              ended = met || !session.pending;
              return ended;
            },
          },
          stop.signal,
        ),
    };
    return pursue(pursuing, begun.resumed);
  }

  async function finish(ending: Ending): Promise<RunResult> {
    ended = true;
    limiting.close();
    await aside;
    const survivors: Survivor[] = await deps.effects.endAll().catch(() => []);
    // What was ended has told so meanwhile.
    await aside;
    // Each effect's states are held already; this one only adds what others did since.
    await holding.step().catch(() => undefined);
    await deps.atEnd?.(recorder).catch(() => undefined);
    await tainting.settle().catch(() => undefined);
    const failure = 'failure' in ending ? maskStrings(ending.failure, text => deps.masker.mask(text).text) : null;
    const status = statusOf(ending, stoppedBy);
    const came = outcomeOf(recorder.events(), acting.chosen());
    const exitCode = status === 'done' && came.accepted === false ? 1 : exitCodes[status];
    await recorder.append({ kind: 'run.ended', status, exitCode, failure, survivors }).catch(() => undefined);
    await task.settle();
    await deps.journal.close().catch(() => undefined);
    return {
      run: deps.id,
      status,
      exitCode,
      turns: summary.turns,
      usage: summary.usage,
      usd: summary.usd,
      filesChanged: [...summary.filesChanged],
      checkpoints: summary.checkpoints,
      asks: summary.asks,
      denials: summary.denials,
      ...came,
      failure,
    };
  }

  const result = drive()
    .catch((error: unknown): Ending => ({ type: 'failed', failure: asFailure(error) }))
    .then(finish);

  return {
    id: deps.id,
    earlier: course.earlier.length,
    result,
    observe: observer => recorder.observe(observer),
    events: () => recorder.events(),
    processes: () => deps.effects.processes(),
    processEnded(ended) {
      const { violations, ...rest } = ended;
      const tried = violations.length > 0 ? { violations } : {};
      later(() => recorder.append({ kind: 'process.ended', ...rest, ...tried }));
    },
    send(command) {
      if (isAnswer(command)) return desk.answer(command);
      if (ended) return 'late';
      switch (command.type) {
        case 'say':
          later(() => hear(command.text));
          return 'taken';
        case 'allowDenied':
          if (denials.find(command.effect)?.askable !== true) return 'refused';
          later(() => allowDenied(command.effect, pausing));
          return 'taken';
        case 'raiseLimit':
          if (!limiting.canRaise(command.limit, command.to)) return 'refused';
          later(() => limiting.raise(command.limit, command.to));
          return 'taken';
        case 'waive': {
          const { finding, reason, surface = 'panel' } = command;
          if (endReview?.isOpen(finding) !== true) return 'refused';
          later(() => recorder.append({ kind: 'finding.waived', finding, reason, surface }));
          return 'taken';
        }
        case 'reviewed': {
          const { type: _, ...seen } = command;
          later(() => recorder.append({ kind: 'change.reviewed', ...seen }));
          return 'taken';
        }
        case 'stop':
          stoppedBy = command.by ?? 'person';
          stop.abort();
          later(() => recorder.append({ kind: 'stop.requested', by: stoppedBy }));
          return 'taken';
        case 'setMode':
          choose(async () => {
            const { mode, by } = command;
            if (mode !== summary.mode) await recorder.append({ kind: 'mode.changed', mode, by });
          });
          return 'taken';
        case 'away':
          later(async () => {
            if (command.away !== away) await recorder.append({ kind: 'person.away', away: command.away });
          });
          return 'taken';
        case 'revokeGrant':
          if (!grants.has(command.grant)) return 'refused';
          choose(async () => {
            await recorder.append({ kind: 'grant.revoked', grant: command.grant });
            await grants.revoke(command.grant);
          });
          return 'taken';
        case 'endProcess':
          later(() => deps.effects.endProcess(command.process));
          return 'taken';
      }
    },
  };
}

/** DESIGN, "Exit codes". A run that is done and not accepted has 1. */
export const exitCodes: Record<RunStatus, number> = {
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

const noTesting: Testing = { command: async () => null, read: async () => ({}) };

function statusOf(ending: Ending, stoppedBy: 'person' | 'signal' | 'host'): RunStatus {
  if (ending.type === 'ruled') return 'stopped';
  if (ending.type !== 'stopped') return ending.type;
  return stoppedBy === 'person' ? 'stopped' : 'interrupted';
}
