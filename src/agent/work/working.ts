import { workOf } from '../../journal/work.ts';
import type { Mode } from '../../protocol/command.ts';
import { failures, GatehouseError } from '../../protocol/failure.ts';
import type { ToolUseBlock } from '../../protocol/message.ts';
import type { StepReport } from '../../protocol/plan.ts';
import { askUser, completeStep, submitPlan } from '../../tools/talk.ts';
import { answerCall, type CallDeps, skipCall } from '../call.ts';
import type { Desk } from '../desk.ts';
import type { Ending } from '../loop.ts';
import { planner } from '../planner.ts';
import type { Session } from '../session.ts';
import { askPerson } from './ask.ts';
import { type Checks, createChecks } from './checks.ts';
import { type Planning, takePlan } from './plan.ts';
import { finishStep } from './steps.ts';
import type { Figures } from './tests.ts';

/** The project's own tests, as far as they are known. */
export interface Testing {
  /** The command that runs all of them; null where none is known. `own`: the person has set it. */
  command(): Promise<{ command: string; own: boolean } | null>;
  /** What a check that began at `since` (Unix ms) says of itself, by its output and the reports that it wrote. */
  read(output: string, since: number): Promise<Figures>;
}

export interface WorkingDeps {
  call: CallDeps;
  desk: Desk;
  session: Session;
  root: string;
  /** null where the run has no planner. */
  planning: Planning | null;
  acceptNow: number | null;
  /** What the person said before it goes on with a plan that it waited with. */
  words: string | null;
  acting: Acting;
  testing: Testing;
  maySay(text: string): Promise<boolean>;
  atStep?: (report: StepReport) => Promise<void>;
  newId(): string;
}

/** What the run itself answers, and how it looks where it stands. */
export interface Working {
  checks: Checks;
  /** Answers a call of a tool that touches nothing, and turns down one that the agent does not have; null for any other. */
  talk(block: ToolUseBlock, signal: AbortSignal): Promise<'done' | Ending | null>;
}

/** The mode that effects are judged in: the planner only reads, and what the person vouched for is held as in Auto. */
export interface Acting {
  mode(): Mode;
  /** What the person chose, or what a plan without a measure leaves of it. */
  chosen(): Mode;
  /** Not in Plan, which holds for whatever is done. */
  asAuto<T>(work: () => Promise<T>): Promise<T>;
}

export function createActing(session: Session, chosen: () => Mode): Acting {
  let checking = false;
  return {
    mode() {
      // Read anew each time, since the person may choose Plan while a check is under way.
      if (checking && chosen() !== 'plan') return 'auto';
      return session.agent === 'planner' ? 'plan' : chosen();
    },
    chosen,
    async asAuto(work) {
      checking = true;
      try {
        return await work();
      } finally {
        checking = false;
      }
    },
  };
}

export function createWorking(deps: WorkingDeps): Working {
  const { call, session } = deps;
  const { recorder } = call;
  const own = new Set<string>();
  let words = deps.words;
  const checks = createChecks({
    call,
    mode: () => deps.acting.chosen(),
    read: (output, since) => deps.testing.read(output, since),
    vouched(command) {
      const events = recorder.events();
      const started = events.find(event => event.kind === 'run.started');
      if (own.has(command)) return true;
      // A task class brings commands of others and ones that were found in the repository, the person's own class too.
      const typed = started?.task === undefined ? started?.acceptance : started.vouched;
      if (typed?.includes(command) === true) return true;
      const { plan, accepted } = workOf(events);
      return (accepted === 'person' || accepted === 'option') && plan?.acceptance.includes(command) === true;
    },
    asAuto: work => deps.acting.asAuto(work),
  });

  async function testCommand(): Promise<string | null> {
    const found = await deps.testing.command();
    if (found?.own === true) own.add(found.command);
    return found?.command ?? null;
  }

  async function talk(block: ToolUseBlock, signal: AbortSignal): Promise<'done' | Ending | null> {
    const planning = session.agent === 'planner';
    if (block.name === askUser.name) return askPerson(block, deps, signal);
    if (planning && deps.planning !== null && block.name === submitPlan.name)
      return takePlan(
        block,
        {
          call,
          desk: deps.desk,
          checks,
          planning: deps.planning,
          acceptNow: deps.acceptNow,
          mode: () => deps.acting.chosen(),
          takeWords() {
            const said = words;
            words = null;
            return said;
          },
          maySay: text => deps.maySay(text),
          newId: () => deps.newId(),
        },
        signal,
      );
    if (!planning && block.name === completeStep.name)
      return finishStep(
        block,
        { call, checks, root: deps.root, testCommand, ...(deps.atStep ? { atStep: deps.atStep } : {}) },
        signal,
      );
    if (planning && !planner.tools.some(({ name }) => name === block.name))
      return skipCall(block, failures.unknownTool({ tool: block.name }), call);
    return null;
  }

  return {
    checks,
    async talk(block, signal) {
      try {
        return await talk(block, signal);
      } catch (error) {
        if (!(error instanceof GatehouseError) || error.failure.audience !== 'model') throw error;
        await answerCall(block, call.sayFailure(error.failure), true, call);
        return 'done';
      }
    },
  };
}
