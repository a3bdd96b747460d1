import type { Permit } from '../gate/permit.ts';
import type { Effect } from '../protocol/effect.ts';
import type { Survivor } from '../protocol/event.ts';
import type { OutcomeOf } from './outcome.ts';

export interface EffectIo {
  /** Aborted on stop: nothing new starts, and what runs is ended. */
  signal: AbortSignal;
  /** Raw output of a command as it comes. The caller masks it before anybody sees it. */
  onOutput(text: string): void;
}

export interface BackgroundProcess {
  process: string;
  pid: number;
  command: string;
  log: string;
  startedAt: number;
}

/** The hands of one run. Its `run` takes a permit and nothing else; see DESIGN, "No permit, no effect". */
export interface Effects {
  /** Rejects with a GatehouseError: a failure for the model, or a permit's. */
  run<E extends Effect>(permit: Permit<E>, io: EffectIo): Promise<OutcomeOf<E['kind']>>;
  processes(): readonly BackgroundProcess[];
  /** Ends one background process and all that it started; resolves with what is still alive after 2 s. */
  endProcess(process: string): Promise<Survivor[]>;
  /** Ends all of them, as at the end of a run. */
  endAll(): Promise<Survivor[]>;
  /** Processor time, in ms, of commands in the sandbox that no outcome told of. To be asked once, after `endAll`. */
  restCpuMs(): Promise<number>;
}
