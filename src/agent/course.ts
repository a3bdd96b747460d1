import type { Grant } from '../gate/grants.ts';
import type { Limits } from '../protocol/budget.ts';
import type { Mode } from '../protocol/command.ts';
import type { RunEvent } from '../protocol/event.ts';
import type { CallDeps } from './call.ts';
import type { Ending, Resumed } from './loop.ts';
import type { Recorder } from './recorder.ts';
import type { Session } from './session.ts';
import type { Planning } from './work/plan.ts';

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
  /** The number of the plan that the run waited with, where the person accepts it. */
  acceptNow?: number;
  /** What they say about it instead. */
  aboutPlan?: string;
  /** The run's events so far. */
  earlier: readonly RunEvent[];
  /** Given to the run before, and still in force. */
  grants: readonly Grant[];
  /** Writes down how it begins; what is said to it meanwhile comes later. */
  begin(stage: Stage): Promise<{ startedAt: number; resumed?: Resumed /** It goes no further. */; ending?: Ending }>;
}
