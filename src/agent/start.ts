import { createHash, randomBytes } from 'node:crypto';
import type { Effects } from '../effects/run.ts';
import type { AssessDeps } from '../gate/assess.ts';
import { createGate } from '../gate/gate.ts';
import type { Containment } from '../gate/terms.ts';
import { emptySummary, fold } from '../journal/fold.ts';
import type { Judge } from '../policy/decide.ts';
import type { Approver } from '../ports/approver.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Clock } from '../ports/clock.ts';
import type { Git } from '../ports/git.ts';
import type { Journal } from '../ports/journal.ts';
import type { Masker } from '../ports/masker.ts';
import type { Model } from '../ports/model.ts';
import type { Workspace } from '../ports/workspace.ts';
import type { Limits } from '../protocol/budget.ts';
import type { Mode } from '../protocol/command.ts';
import type { RunStatus, Survivor } from '../protocol/event.ts';
import { asFailure } from '../protocol/failure.ts';
import { sayFailure } from '../tools/sentences.ts';
import { executorTools, prepareCall } from '../tools/table.ts';
import { createDesk } from './desk.ts';
import type { Learn } from './learning.ts';
import { type Ending, runLoop } from './loop.ts';
import { maskStrings } from './masking.ts';
import { type Environment, environment, executorPrompt } from './prompts.ts';
import { createRecorder } from './recorder.ts';
import type { Run, RunResult } from './run.ts';
import { createSession } from './session.ts';

export interface RunDeps {
  id: string;
  journal: Journal & { close(): Promise<void> };
  blobs: Blobs;
  model: Model;
  effects: Effects;
  workspace: Workspace;
  git?: Git;
  masker: Masker;
  lineMasker(onText: (text: string) => void): { write(text: string): void; end(): void };
  clock: Clock;
  approver: Approver;
  assess: AssessDeps;
  policy: Judge;
  containment(): Promise<Containment>;
  /** Given each outcome before its answer is masked. */
  learn: Learn;
}

export interface RunOptions {
  prompt: string;
  mode: Mode;
  model: string;
  scripted: boolean;
  limits: Limits;
  version: string;
  /** SHA-256 over the policy's sources. */
  policyDigest: string;
  environment: Environment;
}

/** Starts a run and returns at once. What it does from here on is in its journal and in what it tells its observers. */
export function startRun(deps: RunDeps, options: RunOptions): Run {
  const session = createSession();
  let summary = emptySummary;
  const recorder = createRecorder(
    deps.journal,
    [
      event => session.apply(event),
      event => {
        summary = fold(summary, event);
      },
    ],
    deps.masker,
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

  const gate = createGate({
    journal: recorder,
    approver: desk,
    clock: deps.clock,
    assess: deps.assess,
    policy: deps.policy,
    root: deps.workspace.root,
    containment: () => deps.containment(),
    mode: () => options.mode,
    newId,
  });

  async function drive(): Promise<Ending> {
    const limits = options.limits;
    const systemDigest = createHash('sha256').update(executorPrompt).digest('hex');
    const started = await recorder.append({
      kind: 'run.started',
      run: deps.id,
      gatehouse: options.version,
      workspace: deps.workspace.root,
      prompt: options.prompt,
      mode: options.mode,
      model: options.model,
      scripted: options.scripted,
      limits,
      systemDigest,
      policyDigest: options.policyDigest,
    });
    await recorder.append({ kind: 'context.added', text: environment(options.environment) });
    const context = {
      workspace: deps.workspace,
      blobs: deps.blobs,
      masker: deps.masker,
      filesKnown: session.filesKnown,
      ...(deps.git === undefined ? {} : { git: deps.git }),
    };
    return runLoop(
      {
        recorder,
        session,
        model: deps.model,
        modelName: options.model,
        system: executorPrompt,
        tools: executorTools,
        call: {
          recorder,
          gate,
          effects: deps.effects,
          masker: deps.masker,
          clock: deps.clock,
          prepare: (name, input) => prepareCall(name, input, context),
          sayFailure,
          lineMasker: onText => deps.lineMasker(onText),
          learn: deps.learn,
          newId,
        },
        clock: deps.clock,
        masker: deps.masker,
        limits,
        startedAt: started.at,
        mayEnd: async () => {
          await aside;
          ended = !session.pending;
          return ended;
        },
      },
      stop.signal,
    );
  }

  async function finish(ending: Ending): Promise<RunResult> {
    ended = true;
    await aside;
    const survivors: Survivor[] = await deps.effects.endAll().catch(() => []);
    // What was ended has told so meanwhile.
    await aside;
    const failure = 'failure' in ending ? maskStrings(ending.failure, text => deps.masker.mask(text).text) : null;
    const status = statusOf(ending, stoppedBy);
    await recorder
      .append({ kind: 'run.ended', status, exitCode: exitCodes[status], failure, survivors })
      .catch(() => undefined);
    await deps.journal.close().catch(() => undefined);
    return {
      run: deps.id,
      status,
      exitCode: exitCodes[status],
      turns: summary.turns,
      usage: summary.usage,
      usd: summary.usd,
      filesChanged: [...summary.filesChanged],
      checkpoints: 0,
      asks: summary.asks,
      denials: summary.denials,
      accepted: null,
      acceptance: [],
      failure,
    };
  }

  const result = drive()
    .catch((error: unknown): Ending => ({ type: 'failed', failure: asFailure(error) }))
    .then(finish);

  return {
    id: deps.id,
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
      if (command.type === 'answer') return desk.answer(command);
      if (ended) return 'late';
      switch (command.type) {
        case 'say':
          later(() => recorder.append({ kind: 'person.said', text: command.text }));
          return 'taken';
        case 'stop':
          stoppedBy = command.by ?? 'person';
          stop.abort();
          later(() => recorder.append({ kind: 'stop.requested', by: stoppedBy }));
          return 'taken';
        case 'endProcess':
          later(() => deps.effects.endProcess(command.process));
          return 'taken';
      }
    },
  };
}

/** DESIGN, "Exit codes". `done` stays 0 until acceptance criteria can say otherwise. */
export const exitCodes: Record<RunStatus, number> = {
  done: 0,
  failed: 1,
  stopped: 1,
  limit: 3,
  waiting: 4,
  unreachable: 5,
  interrupted: 130,
};

function statusOf(ending: Ending, stoppedBy: 'person' | 'signal' | 'host'): RunStatus {
  if (ending.type !== 'stopped') return ending.type;
  return stoppedBy === 'person' ? 'stopped' : 'interrupted';
}
