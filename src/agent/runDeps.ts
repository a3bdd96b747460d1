import type { Effects } from '../effects/run.ts';
import type { AssessDeps } from '../gate/assess.ts';
import type { Keeping } from '../gate/grants.ts';
import type { Containment } from '../gate/terms.ts';
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
import type { CompactionChoice } from '../protocol/command.ts';
import type { RunEvent } from '../protocol/event.ts';
import type { StepReport } from '../protocol/plan.ts';
import type { Course } from './course.ts';
import type { Learn } from './learning.ts';
import type { Recorder } from './recorder.ts';
import type { EndReview } from './reviewer/atEnd.ts';
import type { RuleSettings } from './stopRules/stopping.ts';
import type { Testing } from './work/working.ts';

/** What a host lends to a run. */
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
  /** Whose summary of a long conversation: the model's server's where it offers one, or always our own. Default: auto. */
  compaction?: CompactionChoice;
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
