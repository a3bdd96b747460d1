import type { Model } from '../ports/model.ts';
import type { Aside } from './aside.ts';
import type { CallDeps } from './call.ts';
import { type Closing, mayClose, quieten } from './closing.ts';
import { createCompactor } from './context/compactor.ts';
import type { Course } from './course.ts';
import type { Limiting } from './limits/limiting.ts';
import { type Ending, type Resumed, runLoop } from './loop.ts';
import { type PauseDeps, pauseForDenials } from './pause.ts';
import { endedInBackground } from './prompts.ts';
import type { Recorder } from './recorder.ts';
import type { EndReview } from './reviewer/atEnd.ts';
import type { RunDeps } from './runDeps.ts';
import type { Session } from './session.ts';
import type { Stopping } from './stopRules/stopping.ts';
import { executorRests, type PursueDeps, plannerRests, pursue } from './work/pursue.ts';
import type { Acting, Working } from './work/working.ts';

export interface AgentsDeps {
  recorder: Recorder;
  session: Session;
  call: CallDeps;
  closing: Closing;
  aside: Aside;
  limiting: Limiting;
  stopping: Stopping;
  working: Working;
  acting: Acting;
  pausing: PauseDeps;
  endReview: EndReview | undefined;
  host: Pick<RunDeps, 'approver' | 'clock' | 'masker' | 'window' | 'compaction'>;
  course: Pick<Course, 'model' | 'planning'>;
  /** One for each agent, which spends what the run may spend. */
  model(): Model;
}

/** Runs the planner, where there is one, and the executor, each in a loop of its own that ends where the run may. */
export function runAgents(deps: AgentsDeps, resumed: Resumed | undefined): Promise<Ending> {
  const { recorder, session, call, closing, aside, working, acting, pausing, endReview, host, course } = deps;
  const { signal: stopped } = closing.stop;
  const plannerMayRest = plannerRests();
  const pursuing: PursueDeps = {
    recorder,
    session,
    checks: working.checks,
    plans: course.planning !== null,
    mode: () => acting.chosen(),
    signal: stopped,
    runAs: ({ name, system, tools }, left) => {
      const model = deps.model();
      const server = { model, modelName: course.model, masker: host.masker, clock: host.clock };
      return runLoop(
        {
          ...(left === undefined ? {} : { resumed: left }),
          recorder,
          session,
          model,
          modelName: course.model,
          system,
          tools,
          call,
          clock: host.clock,
          masker: host.masker,
          limiting: deps.limiting,
          stopping: deps.stopping,
          together: host.approver.several === true,
          compactor: createCompactor({
            session,
            recorder,
            system,
            tools,
            window: host.window,
            ...(host.compaction === 'own' ? {} : { server }),
          }),
          pause: signal => pauseForDenials(pausing, signal),
          talk: (block, signal) => working.talk(block, signal),
          mayEnd: async (signal, met = false) => {
            const running = call.effects.processes().length;
            const may = await mayClose(
              {
                closing,
                aside,
                session,
                quiet: () => quieten(call.effects, aside, call.holding),
                within: () => deps.limiting.mayEndWell(signal),
                rests: () => (name === 'planner' ? plannerMayRest(pursuing) : executorRests(pursuing, signal)),
                review: async () =>
                  name === 'planner' ? 'end' : ((await endReview?.check(recorder, signal)) ?? 'end'),
              },
              met,
            );
            if (may === false && call.effects.processes().length < running)
              await recorder.append({ kind: 'context.added', text: endedInBackground });
            return may;
          },
        },
        stopped,
      );
    },
  };
  return pursue(pursuing, resumed);
}
