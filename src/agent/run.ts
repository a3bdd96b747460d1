import type { BackgroundProcess } from '../effects/run.ts';
import type { Usage } from '../protocol/budget.ts';
import type { CommandOf } from '../protocol/command.ts';
import type { Violation } from '../protocol/containment.ts';
import type { Observation, RunEvent, RunStatus, Survivor } from '../protocol/event.ts';
import type { Failure } from '../protocol/failure.ts';

export type RunCommand = CommandOf<
  | 'say'
  | 'answer'
  | 'answerDenials'
  | 'answerPlan'
  | 'answerAsked'
  | 'allowDenied'
  | 'reviewed'
  | 'raiseLimit'
  | 'waive'
  | 'stop'
  | 'endProcess'
  | 'setMode'
  | 'revokeGrant'
  | 'away'
>;

/** What a run came to. The hosts' JSON output is this object plus the journal's path. */
export interface RunResult {
  run: string;
  status: RunStatus;
  /** DESIGN, "Exit codes". */
  exitCode: number;
  turns: number;
  usage: Usage;
  /** US dollars; null as soon as one call had no known price. */
  usd: number | null;
  /** Real paths, in the order of their first change. */
  filesChanged: string[];
  checkpoints: number;
  asks: number;
  denials: number;
  accepted: boolean | null;
  acceptance: { command: string; passed: boolean }[];
  failure: Failure | null;
}

/** A run as its host holds it. Commands go in, observations come out; there is no third way. */
export interface Run {
  readonly id: string;
  /** How many of its events are of before it was resumed; 0 for a run that has begun here. */
  readonly earlier: number;
  /** Takes a command. An answer that is late, or has the wrong nonce, changes nothing; the result tells. */
  send(command: RunCommand): 'taken' | 'late' | 'refused';
  /** Calls `observer` with everything so far (events only), then with all that follows, in order. Returns the way out. */
  observe(observer: (observation: Observation) => void): () => void;
  events(): readonly RunEvent[];
  processes(): readonly BackgroundProcess[];
  /** Told by whoever runs the processes, however one came to its end. */
  processEnded(ended: {
    process: string;
    exitCode: number | null;
    survivors: Survivor[];
    /** What it tried and was refused. */
    violations: Violation[];
  }): void;
  /** Resolves when the run has ended and its journal is closed; never rejects. */
  readonly result: Promise<RunResult>;
}
