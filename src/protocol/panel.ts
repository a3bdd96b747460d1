import { z } from 'zod';
import { Command, Mode } from './command.ts';
import type { Effect } from './effect.ts';
import type { Estimate } from './estimate.ts';
import type { Observation, RunStatus } from './event.ts';
import { Isolate } from './isolation.ts';
import { PlanFirst } from './plan.ts';
import { TaskRef } from './task.ts';

/** What stands between the person and a run; the panel says how to lift it. */
export type Obstacle = 'noFolder' | 'untrusted' | 'noKey';

export interface RunEntry {
  run: string;
  /** The person's first message, cut to a line. */
  title: string;
  /** `cutOff`: its journal has no end, and nobody goes on with it. `elsewhere`: another window or a terminal does. */
  state: 'running' | 'waiting' | 'cutOff' | 'elsewhere' | RunStatus;
}

/** A run of before that is not on display yet, by its journal. */
export interface PastEntry extends RunEntry {
  /** Unix time in ms. */
  startedAt: number;
}

/** What can be asked of an ended run. */
export const RunAction = z.enum(['resume', 'undo', 'redo', 'merge', 'keep', 'discard']);
export type RunAction = z.infer<typeof RunAction>;

/** An effect that was begun when its run was cut off; the person decides what becomes of it. */
export interface ShownDoubt {
  effect: string;
  value: Effect;
  /** Files that differ since it began; null where that is not known. */
  changed: readonly string[] | null;
  /** Has to come back with the decision. */
  nonce: string;
}

/** What a person allowed in this workspace beyond one run, in words. */
export interface ShownGrant {
  grant: string;
  command: string;
  sentences: string[];
}

/**
 * The page about Auto, which has to be answered before Auto is on: the whole of it the first time on a machine, else the
 * bare question, where a command that anybody can call asked for Auto.
 */
export type AutoPage = 'first' | 'again';

/** A task class that the panel offers. */
export interface ShownTask extends TaskRef {
  title: string;
  about: string;
  /** What runs of this very task needed, in words; null where there are too few. */
  estimate: string | null;
}

/** An effect that was refused. Only an `askable` one can be let pass, once, when the agent tries it again. */
export interface ShownDenied {
  effect: string;
  value: Effect;
  reasons: string[];
  askable: boolean;
}

/** Everything that the panel shows and that is not of one run. Sent whole whenever a part changes. */
export interface PanelState {
  runs: RunEntry[];
  /** The run on display; null while a new one is being composed. */
  shown: string | null;
  /** Of this workspace, as the person chose it. */
  mode: Mode;
  autoPage: AutoPage | null;
  grants: ShownGrant[];
  model: string;
  /** Who answers a run that starts now: a model behind `origin`, or the scripted stand-in. */
  endpoint: { type: 'api'; origin: string } | { type: 'rehearsal' };
  obstacle: Obstacle | null;
  /** The folder is a copy of the sample project. */
  sample: boolean;
  /** Things to ask for, offered while there is no run. */
  examples: string[];
  /** Task classes, the person's first; offered while there is no run. */
  tasks: readonly ShownTask[];
  /** Where a new run works, as the person chose for this workspace. */
  isolate: Isolate;
  /** Whether a new run plans first, as the person chose for this workspace. */
  planFirst: PlanFirst;
  /** Earlier runs of the open folders that are not in `runs`, the newest first. */
  past: PastEntry[];
  /** The newest of them that was cut off or stopped and can go on. */
  resumable: PastEntry | null;
  /** What a run may need, by those of before in these folders, and that in words; null where there is nothing to go by. */
  estimate: (Estimate & { sentence: string }) | null;
  /** What can be asked of the run on display; none while it goes on. */
  actions: RunAction[];
}

/** One program of a command, explained. `depth` counts what led to it: a task leads to its script's programs. */
export interface ExplainedPart {
  /** The program with its words. */
  text: string;
  depth: number;
  /** What it touches and why it counts as it does, in sentences. */
  says: string[];
}

/** What is to be said about the text of a rule before it is written. With errors it is not written. */
export interface RuleCheck {
  text: string;
  errors: string[];
  warnings: string[];
}

/**
 * An observation with the host's sentences about it, where its kind has any (failures, reasons, limits, the end), and for a
 * command that was assessed, its parts.
 */
export type Told = Observation & { said?: string[]; explained?: ExplainedPart[] };

/** Host → panel. `replay` replaces what the panel knows of runs; `told` goes on from there. */
export type HostMessage =
  | { type: 'state'; state: PanelState }
  /** `over`: nobody goes on with the run now, whatever its last event is. */
  | { type: 'replay'; run: string | null; items: Told[]; over?: boolean }
  | { type: 'told'; run: string; items: Told[] }
  /** Puts text into the composer, never sends it, and gives it the focus. What is only an `offer` takes no place of anything. */
  | { type: 'compose'; text: string | null; offer?: boolean }
  /** Brings a question, or else the oldest one, into view and gives its card the focus. */
  | { type: 'showQuestion'; question?: string }
  /** The whole change that a question is about, as a unified diff; nothing is left out or hidden in it. */
  | { type: 'change'; run: string; question: string; patch: string }
  /** What was refused of late in the run and may be looked at again, the newest first; each time that changes. */
  | { type: 'denied'; run: string; items: readonly ShownDenied[] }
  | { type: 'ruleChecked'; run: string; question: string; check: RuleCheck }
  /** All effects of the run that wait for a decision, each time that changes. */
  | { type: 'doubts'; run: string; doubts: readonly ShownDoubt[] }
  /** A request of the panel that came to nothing. */
  | { type: 'problem'; sentence: string };

/** What a button of the panel can ask of the editor, without arguments. */
export const PanelAction = z.enum([
  'setApiKey',
  'openSettings',
  'openSample',
  'openFolder',
  'manageTrust',
  'openReport',
  'reviewChanges',
  'showLog',
  'newRun',
]);
export type PanelAction = z.infer<typeof PanelAction>;

/** Panel → host. Commands go to `run`; a `start` has none. */
export const PanelMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** The box is to be written in, and the editor has the focus elsewhere. */
  z.object({ type: z.literal('takeFocus') }),
  z.object({ type: z.literal('command'), run: z.string().nullable(), command: Command }),
  z.object({ type: z.literal('show'), run: z.string() }),
  z.object({ type: z.literal('showChange'), run: z.string(), question: z.string() }),
  z.object({ type: z.literal('openDiff'), question: z.string() }),
  /** Asks what is wrong with the text of a rule that an answer to the question would write. */
  z.object({ type: z.literal('checkRule'), run: z.string(), question: z.string(), text: z.string().max(4000) }),
  z.object({ type: z.literal('act'), action: PanelAction }),
  z.object({ type: z.literal('actOn'), run: z.string(), action: RunAction }),
  /** Starts a run from a task class; `input` is what the person adds in words. */
  z.object({ type: z.literal('runTask'), task: TaskRef, input: z.string() }),
  z.object({ type: z.literal('isolate'), isolate: Isolate }),
  z.object({ type: z.literal('planFirst'), planFirst: PlanFirst }),
  /** The mode of this workspace, and of what runs in it. */
  z.object({ type: z.literal('mode'), mode: Mode }),
  /** The answer to the page about Auto. */
  z.object({ type: z.literal('autoPage'), go: z.boolean() }),
  z.object({ type: z.literal('revokeGrant'), run: z.string().nullable(), grant: z.string() }),
  z.object({
    type: z.literal('decide'),
    run: z.string(),
    effect: z.string(),
    nonce: z.string(),
    verdict: z.enum(['redo', 'skip', 'stop']),
  }),
  z.object({
    type: z.literal('openFile'),
    run: z.string(),
    path: z.string(),
    line: z.number().int().positive().optional(),
  }),
  z.object({ type: z.literal('openLink'), url: z.string().max(4096) }),
  z.object({ type: z.literal('copy'), text: z.string() }),
]);
export type PanelMessage = z.infer<typeof PanelMessage>;
