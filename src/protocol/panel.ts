import { z } from 'zod';
import { Command, type Mode } from './command.ts';
import type { Observation, RunStatus } from './event.ts';

/** What stands between the person and a run; the panel says how to lift it. */
export type Obstacle = 'noFolder' | 'untrusted' | 'noKey';

export interface RunEntry {
  run: string;
  /** The person's first message, cut to a line. */
  title: string;
  state: 'running' | 'waiting' | RunStatus;
}

/** Everything that the panel shows and that is not of one run. Sent whole whenever a part changes. */
export interface PanelState {
  runs: RunEntry[];
  /** The run on display; null while a new one is being composed. */
  shown: string | null;
  mode: Mode;
  model: string;
  /** Who answers a run that starts now: a model behind `origin`, or the scripted stand-in. */
  endpoint: { type: 'api'; origin: string } | { type: 'rehearsal' };
  obstacle: Obstacle | null;
  /** The folder is a copy of the sample project. */
  sample: boolean;
  /** Things to ask for, offered while there is no run. */
  examples: string[];
}

/** An observation with the host's sentences about it, where its kind has any (failures, reasons, limits, the end). */
export type Told = Observation & { said?: string[] };

/** Host → panel. `replay` replaces what the panel knows of runs; `told` goes on from there. */
export type HostMessage =
  | { type: 'state'; state: PanelState }
  | { type: 'replay'; run: string | null; items: Told[] }
  | { type: 'told'; run: string; items: Told[] }
  /** Puts text into the composer, never sends it, and gives it the focus. */
  | { type: 'compose'; text: string | null }
  /** Brings the oldest open question into view and gives its card the focus. */
  | { type: 'showQuestion' }
  /** The whole change that a question is about, as a unified diff; nothing is left out or hidden in it. */
  | { type: 'change'; run: string; question: string; patch: string }
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
  'showLog',
  'newRun',
]);
export type PanelAction = z.infer<typeof PanelAction>;

/** Panel → host. Commands go to `run`; a `start` has none. */
export const PanelMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('command'), run: z.string().nullable(), command: Command }),
  z.object({ type: z.literal('show'), run: z.string() }),
  z.object({ type: z.literal('showChange'), run: z.string(), question: z.string() }),
  z.object({ type: z.literal('act'), action: PanelAction }),
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
