import { lockRun } from '../agent/lock.ts';
import { resumeRun } from '../agent/resume.ts';
import type { Run } from '../agent/run.ts';
import { type StartedTask, startRun } from '../agent/start.ts';
import type { Planning } from '../agent/work/plan.ts';
import { realClock } from '../effects/clock.ts';
import { removeDrafts, removeMountPoints } from '../effects/leftovers.ts';
import { grantsGiven } from '../gate/grants.ts';
import { emptySummary, fold } from '../journal/fold.ts';
import { createJournal, openJournal } from '../journal/journal.ts';
import type { JournalRead } from '../journal/read.ts';
import { whyOver } from '../journal/resumable.ts';
import { newRunId } from '../journal/runid.ts';
import type { Doubter, DoubtVerdict } from '../ports/doubter.ts';
import type { Limits } from '../protocol/budget.ts';
import type { Mode } from '../protocol/command.ts';
import type { RunEvent } from '../protocol/event.ts';
import { type Failure, failures, GatehouseError } from '../protocol/failure.ts';
import type { Isolate } from '../protocol/isolation.ts';
import { type Isolated, isolateRun } from './isolation.ts';
import { beginIsolated } from './isolationBegin.ts';
import { defaultIsolation, type IsolationSettings } from './isolationSettings.ts';
import { loggedIn } from './loggedIn.ts';
import { withoutSecrets } from './masking.ts';
import { type ModeChoice, modeToGoOn } from './modeToGoOn.ts';
import { type HostSetup, type Opening, type OpenRun, withParts } from './parts.ts';
import { readPrices } from './prices.ts';
import { mustKnowPrices } from './pricing.ts';
import { restoringOf } from './restoring.ts';
import { defaultReviewModel } from './reviewing.ts';

export type { Endpoint } from './engine.ts';

export interface RunSetup extends HostSetup {
  prompt: string;
  workspace: string;
  mode: Mode;
  model?: string;
  limits?: Limits;
  /** How a planner goes first; false: none does. Default: it does, and Auto accepts small plans. */
  plan?: Partial<Planning> | false;
  /** Commands by which the person measures the run. */
  accept?: readonly string[];
  taskClass?: StartedTask;
  /** Default: `none`. */
  isolate?: Isolate;
  isolationSettings?: IsolationSettings;
}

export interface ResumeSetup extends HostSetup, ModeChoice {
  /** Its whole id. */
  run: string;
  /** Raised by the person; what is left out stays as it was. */
  limits?: Limits;
  /** What the person says to it before it goes on; without words a run that is done is over. */
  words?: string;
  /** The person accepts the plan that it waits with. */
  acceptPlan?: boolean;
  /** Asked what becomes of an effect that a crash cut off. */
  doubter: Doubter;
  /** Decides on it in the person's place. */
  onDoubt?: DoubtVerdict;
}

/** Where nobody chose: Auto begins by itself with a plan that fits on a screen. */
export const defaultPlanning: Planning = { acceptSteps: 3, acceptAny: false };

/** The model that works where nobody chose one. */
export const defaultModel = 'claude-sonnet-5-5';

/** Where nobody set a limit: long enough for hours of work, short enough that a runaway run ends by itself. */
export const defaultLimits: Limits = { turns: 200, minutes: 240 };

/**
 * Puts a run together from its parts and starts it. Rejects before anything was started or written where the workspace
 * or the rehearsal's script cannot be used.
 */
export async function composeRun(setup: RunSetup): Promise<Run> {
  const { home, mode } = setup;
  const id = newRunId(realClock.now());
  const settings = setup.isolationSettings ?? defaultIsolation;
  const isolated = setup.isolate === 'worktree' ? await isolate(setup, id, settings) : null;
  const host = isolated === null ? setup : { ...setup, isolation: isolated.isolation };
  const limits = { ...defaultLimits, ...setup.limits };
  const open = async (_root: string, { scripted, prices }: Opening): Promise<OpenRun> => {
    const model = setup.model ?? (scripted ? 'rehearsal' : defaultModel);
    mustKnowPrices(limits, [model, ...reviewers(setup, scripted, mode)], prices);
    const journal = await createJournal(home, id, realClock);
    return { id, journal, lock: await lockRun(home, id) };
  };
  const run = withParts(host, isolated?.root ?? setup.workspace, open, ({ deps, policy, scripted, plans, root }) =>
    startRun(deps, {
      prompt: setup.prompt,
      mode,
      model: setup.model ?? (scripted ? 'rehearsal' : defaultModel),
      scripted,
      limits,
      version: setup.version,
      ...loggedIn(),
      policyDigest: policy.digest,
      ...(setup.plan === false || !plans ? {} : { planning: { ...defaultPlanning, ...setup.plan } }),
      ...(setup.accept === undefined ? {} : { acceptance: setup.accept }),
      ...(setup.taskClass === undefined ? {} : { taskClass: setup.taskClass }),
      ...(setup.policy === undefined ? {} : { policyFile: setup.policy }),
      environment: {
        workspace: root,
        platform: process.platform,
        shell: process.platform === 'win32' ? 'cmd' : 'bash',
        date: new Date(realClock.now()).toISOString().slice(0, 10),
        mode,
      },
      ...(isolated === null
        ? {}
        : {
            isolated: {
              isolation: isolated.isolation,
              begin: stage => beginIsolated(isolated, settings, deps, stage),
            },
          }),
    }),
  );
  return run.catch(async (error: unknown) => {
    await isolated?.discard().catch(() => undefined);
    throw error;
  });
}

async function isolate(setup: RunSetup, run: string, settings: IsolationSettings): Promise<Isolated> {
  const { home, workspace, env, endpoint } = setup;
  const prompt = await withoutSecrets(setup.prompt, { root: workspace, env, endpoint });
  return isolateRun({ home, run, workspace, prompt, env, settings });
}

/**
 * Puts a run together again and goes on with it, in the workspace and model that it has, and in its mode or a chosen one. Rejects with `run.locked`,
 * `run.over`, `journal.newer` or as `openJournal` does, before anything was started or written.
 */
export async function composeResume(setup: ResumeSetup): Promise<Run> {
  const { home, run } = setup;
  const lock = await lockRun(home, run);
  try {
    const { journal, read } = await openJournal(home, run, realClock);
    try {
      return await goOn(setup, { id: run, journal, lock }, read);
    } catch (error) {
      await journal.close();
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function goOn(setup: ResumeSetup, opened: OpenRun, read: JournalRead): Promise<Run> {
  const { limits, words, onDoubt } = setup;
  const before = read.events.reduce(fold, emptySummary);
  refuse(whyOver(before, words !== undefined));
  const allowed = { ...before.limits, ...limits };
  const mode = modeToGoOn(setup, before.mode ?? 'plan');
  const models = [before.model, ...reviewers(setup, before.scripted, mode.mode)];
  mustKnowPrices(allowed, models, await readPrices(setup.home));
  // What was spent without a known price nobody can add to.
  if (allowed.usd !== undefined && before.usd === null) refuse(failures.priceUnknown({ model: before.model }));
  // A policy that the person named for the run stays in force, whatever this process was told.
  const started = read.events.find(event => event.kind === 'run.started');
  const policy = setup.policy ?? started?.policyFile;
  const isolation = started?.isolation;
  const host = {
    ...setup,
    ...(policy === undefined ? {} : { policy }),
    ...(isolation === undefined ? {} : { isolation }),
  };
  return withParts(
    host,
    before.workspace,
    async () => opened,
    parts =>
      resumeRun(parts.deps, {
        version: setup.version,
        earlier: read.events,
        cutBytes: read.tornBytes,
        ...(limits === undefined ? {} : { limits }),
        mode,
        policyDigest: parts.policy.digest,
        grants: grantsGiven(read.events, parts.policy.digest),
        ...(words === undefined ? {} : { words }),
        ...(setup.acceptPlan === true ? { acceptPlan: true } : {}),
        doubter: setup.doubter,
        ...(onDoubt === undefined ? {} : { onDoubt }),
        clean: async effect => {
          await removeDrafts(effect.path, await parts.deps.blobs.get(effect.next));
        },
        sweep: async state => {
          const manifest = await parts.deps.snapshots?.manifest(state);
          if (manifest !== undefined) await removeMountPoints(parts.root, new Set(manifest.emptyFolders));
        },
        mend: async ({ recorder }) => {
          const { snapshots } = parts.deps;
          if (snapshots === null) return;
          const events = (): readonly RunEvent[] => recorder.events();
          await restoringOf({ events, journal: recorder, snapshots, root: parts.root }, setup).mend();
        },
      }),
  );
}

/** The model of stage two, where the mode has one. */
function reviewers({ reviewModel }: HostSetup, scripted: boolean, mode: Mode | null): string[] {
  return mode === 'auto' ? [reviewModel ?? (scripted ? 'rehearsal' : defaultReviewModel)] : [];
}

function refuse(failure: Failure | null): void {
  if (failure !== null) throw new GatehouseError(failure);
}
