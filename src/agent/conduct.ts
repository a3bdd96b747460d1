import { randomBytes } from 'node:crypto';
import { createDenials } from '../gate/denials.ts';
import { createGate } from '../gate/gate.ts';
import { createGrants } from '../gate/grants.ts';
import { metered } from '../models/metered.ts';
import type { Model } from '../ports/model.ts';
import type { CallOf } from '../protocol/budget.ts';
import { asFailure } from '../protocol/failure.ts';
import { createReviser } from '../tools/revise.ts';
import { sayFailure } from '../tools/sentences.ts';
import { runAgents } from './agents.ts';
import { createAside } from './aside.ts';
import type { CallDeps } from './call.ts';
import { createClosing, finish } from './closing.ts';
import type { Course } from './course.ts';
import { createDesk } from './desk.ts';
import { createHolding } from './holding.ts';
import { keeperOf, tellInstructions } from './instructions.ts';
import { createLimiting } from './limits/limiting.ts';
import { createSpendBook } from './limits/spendBook.ts';
import type { Ending } from './loop.ts';
import { preparing } from './preparing.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { ruleKeeperOf } from './ruleKeeping.ts';
import type { Run } from './run.ts';
import type { RunDeps } from './runDeps.ts';
import { maySay } from './screening.ts';
import { createSession } from './session.ts';
import { createStanding } from './standing.ts';
import { createStopping } from './stopRules/stopping.ts';
import { createTainting } from './taint.ts';
import { createTaking } from './taking.ts';
import { createTurns } from './together.ts';
import { keepTaskFile } from './work/taskFile.ts';
import { createActing, createWorking, type Testing } from './work/working.ts';

export type { Stage } from './course.ts';
export type { RunDeps } from './runDeps.ts';

/** Conducts a run to its end and returns at once. What it does is in its journal and in what it tells its observers. */
export function conductRun(deps: RunDeps, course: Course): Run {
  const closing = createClosing();
  const session = createSession();
  const denials = createDenials();
  const standing = createStanding();
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
    ask: deps.approver.askLimit?.bind(deps.approver) ?? null,
  });
  const stopping = createStopping({ append: body => recorder.append(body) }, deps.stopRules);
  const prices = deps.prices ?? {};
  const newId = (): string => randomBytes(12).toString('hex');
  const spending = createSpendBook({ append: body => recorder.append(body) }, newId);
  const meter =
    (by: CallOf) =>
    (model: Model): Model =>
      // Stage two has no time for the person to be asked.
      metered(model, { purse: spending.purse(limiting.purse, by), prices, asks: by !== 'gate' });
  /** What the person says, once it is screened; false where it is not told to the model. */
  const hear = async (text: string): Promise<boolean> => {
    const told = await maySay(text, { recorder, masker: deps.masker, ...confirming }, closing.stop.signal);
    if (told) await recorder.append({ kind: 'person.said', text });
    return told;
  };
  const endReview = deps.endReview?.({ mode: course.mode, model: course.model, hear }, meter('reviewer'));
  const recorder: Recorder = createRecorder(
    deps.journal,
    [
      event => limiting.apply(event),
      event => stopping.apply(event),
      event => session.apply(event),
      event => denials.apply(event),
      event => tainting.apply(event),
      event => endReview?.apply(event),
      event => standing.apply(event),
    ],
    deps.masker,
    course.earlier,
  );
  const desk = createDesk(deps.approver, live => recorder.emit(live));
  const aside = createAside(() => closing.stop.abort());
  const grants = createGrants(root, course.grants, deps.keeping);

  const keep = keeperOf(deps.instructions, recorder, deps.masker);
  const pausing = { denials, desk, recorder, newId, keep };

  const acting = createActing(session, () => standing.mode(course.mode));
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
    bounds: () => standing.bounds(),
    grants,
    chosen: () => aside.chosen(),
    denials,
    keep,
    keepRule: ruleKeeperOf(deps.ruleBook, recorder, deps.masker),
    ...(deps.reviewer === undefined ? {} : { reviewer: deps.reviewer(() => recorder.events(), meter('gate')) }),
  });

  const holding = createHolding({
    snapshots: deps.snapshots,
    journal: recorder,
    clock: deps.clock,
    root: deps.workspace.root,
    alive: () => deps.effects.processes().map(({ process }) => process),
    last: standing.summary().checkpoints,
    begun: course.earlier.some(event => event.kind === 'snapshot.taken' && event.phase === 'start'),
  });

  deps.restores?.begin(recorder);

  const call: CallDeps = {
    recorder,
    gate,
    bounds: () => standing.bounds(),
    holding,
    tainting,
    effects: deps.effects,
    masker: deps.masker,
    clock: deps.clock,
    prepare: preparing(deps, session, holding),
    revise: createReviser({ workspace: deps.workspace, blobs: deps.blobs, masker: deps.masker }),
    sayFailure,
    lineMasker: onText => deps.lineMasker(onText),
    inTurn: createTurns(),
    learn: deps.learn,
    newId,
    mayChange: (value, signal) => limiting.mayChange(value, signal),
    fits: value => limiting.fits(value),
  };

  const { atStep } = deps;
  const working = createWorking({
    call,
    desk,
    session,
    root,
    planning: course.planning,
    acceptNow: course.acceptNow ?? null,
    words: course.aboutPlan ?? null,
    acting,
    maySay: text => maySay(text, { recorder, masker: deps.masker, ...confirming }, closing.stop.signal),
    testing: deps.testing ?? noTesting,
    ...(atStep === undefined ? {} : { atStep: step => atStep(recorder, step) }),
    newId,
  });
  const task = keepTaskFile(recorder, deps.keepTask);

  async function drive(): Promise<Ending> {
    const begun = await course.begin({ recorder, session, call, signal: closing.stop.signal });
    if (begun.ending !== undefined) return begun.ending;
    limiting.begin(begun.startedAt);
    await tellInstructions(deps.instructions, recorder);
    // After a crash, what it left is held before anything else is.
    if (course.mode !== 'plan' && begun.resumed === undefined) holding.begin();
    const parts = { recorder, session, call, closing, aside, limiting, stopping, working, acting, pausing, endReview };
    return runAgents({ ...parts, host: deps, course, model: () => meter('agent')(deps.model) }, begun.resumed);
  }

  const send = createTaking({
    recorder,
    desk,
    closing,
    aside,
    standing,
    limiting,
    grants,
    pausing,
    endReview,
    effects: deps.effects,
    hear,
  });

  const result = drive()
    .catch((error: unknown): Ending => ({ type: 'failed', failure: asFailure(error) }))
    .then(ending =>
      finish(ending, {
        id: deps.id,
        closing,
        limiting,
        spending,
        aside,
        effects: deps.effects,
        holding,
        tainting,
        masker: deps.masker,
        recorder,
        task,
        journal: deps.journal,
        summary: () => standing.summary(),
        mode: () => acting.chosen(),
        atEnd: async () => deps.atEnd?.(recorder),
      }),
    );

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
      aside.later(() => recorder.append({ kind: 'process.ended', ...rest, ...tried }));
    },
    send,
  };
}

const noTesting: Testing = { command: async () => null, read: async () => ({}) };
