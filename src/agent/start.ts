import { createHash } from 'node:crypto';
import type { Limits } from '../protocol/budget.ts';
import type { Mode } from '../protocol/command.ts';
import type { Isolation } from '../protocol/isolation.ts';
import type { TaskRef } from '../protocol/task.ts';
import { conductRun } from './conduct.ts';
import type { Stage } from './course.ts';
import { type Environment, environment, executorPrompt } from './prompts.ts';
import type { Run } from './run.ts';
import type { RunDeps } from './runDeps.ts';
import { endingOf, screenWords } from './screening.ts';
import { readWishes } from './wishes.ts';
import type { Planning } from './work/plan.ts';

/** What a task class gives to a run: where it may change files without a question, and a repository's own text. */
export interface StartedTask {
  ref: TaskRef;
  allowedPaths: readonly string[] | null;
  text: string | null;
  /** Of the commands that measure the run, those that the person typed themselves, whole. */
  vouched: readonly string[];
}

export interface RunOptions {
  prompt: string;
  mode: Mode;
  model: string;
  scripted: boolean;
  limits: Limits;
  version: string;
  /** Whoever is logged in on this machine. */
  user?: string;
  /** SHA-256 over the policy's sources. */
  policyDigest: string;
  /** The policy's file that the person named for this run, absolute. */
  policyFile?: string;
  environment: Environment;
  /** The task class that it is started from. */
  taskClass?: StartedTask;
  /** How a planner goes first; without it none does. */
  planning?: Planning;
  /** Commands by which the person measures the run. */
  acceptance?: readonly string[];
  /** Where it works in a worktree of its own; `begin` makes that ready and resolves with what the model has to know. */
  isolated?: { isolation: Isolation; begin(stage: Stage): Promise<string> };
}

/** Starts a run and returns at once. */
export function startRun(deps: RunDeps, options: RunOptions): Run {
  const { mode, model, limits } = options;
  return conductRun(deps, {
    mode,
    model,
    limits,
    planning: options.planning ?? null,
    earlier: [],
    grants: [],
    async begin(stage) {
      const { recorder } = stage;
      const { isolated, taskClass } = options;
      const allowedPaths = taskClass?.allowedPaths ?? null;
      const started = await recorder.append({
        kind: 'run.started',
        run: deps.id,
        gatehouse: options.version,
        workspace: deps.workspace.root,
        prompt: options.prompt,
        mode,
        model,
        scripted: options.scripted,
        limits,
        ...(options.user === undefined ? {} : { user: options.user }),
        systemDigest: createHash('sha256').update(executorPrompt).digest('hex'),
        policyDigest: options.policyDigest,
        ...(options.planning === undefined ? {} : { planning: options.planning }),
        ...(options.acceptance === undefined || options.acceptance.length === 0
          ? {}
          : { acceptance: [...options.acceptance] }),
        ...(taskClass === undefined ? {} : { task: taskClass.ref, vouched: [...taskClass.vouched] }),
        ...(allowedPaths === null ? {} : { allowedPaths: [...allowedPaths] }),
        ...(options.policyFile === undefined ? {} : { policyFile: options.policyFile }),
        ...(isolated === undefined ? {} : { isolation: isolated.isolation }),
      });
      await recorder.append({ kind: 'context.added', text: environment(options.environment) });
      if (isolated !== undefined) await recorder.append({ kind: 'context.added', text: await isolated.begin(stage) });
      const screening = { recorder, masker: deps.masker, ...(deps.confirmer ? { confirmer: deps.confirmer } : {}) };
      const screened = await screenWords(options.prompt, 'task', screening);
      const ending = await endingOf(screened, screening, stage.signal);
      if (ending !== null) return { startedAt: started.at, ending };
      const { workspace, masker, taints } = deps;
      await readWishes({ workspace, masker, recorder, prompt: options.prompt, ...(taints ? { taints } : {}) });
      if (taskClass !== undefined && taskClass.text !== null)
        await recorder.append({ kind: 'context.added', text: taskClass.text });
      return { startedAt: started.at };
    },
  });
}
