import type { Diagnostic } from '../ports/editor.ts';
import type { Violation } from '../protocol/containment.ts';
import type { BlobRef, EffectKind } from '../protocol/effect.ts';
import type { PushedRef, Survivor } from '../protocol/event.ts';
import type { Signing } from '../protocol/signing.ts';

/** Lines `from` to `to` (from 1, inclusive; `to` is 0 for an empty file) of a text file, unmasked. */
export interface ReadOutcome {
  kind: 'read';
  path: string;
  /** The whole file, so that a later edit can tell whether it is still the one that was read. */
  file: BlobRef;
  text: string;
  from: number;
  to: number;
  totalLines: number;
  /** Lines that were cut at the length limit; each says how much is missing. */
  cutLines: number;
  /** The whole file's text: what a part of it hides can only be told from the whole. */
  whole: string;
}

/**
 * `lines` as ripgrep prints them, with paths relative to the workspace where they lie in it, else absolute; a name with
 * control characters is a JSON string. Capped; `total` counts before the cap, up to a bound.
 */
export interface SearchOutcome {
  kind: 'search';
  lines: string[];
  total: number;
  truncated: boolean;
  /** Absolute paths of the files that `lines` are of. */
  files: string[];
}

export interface EditOutcome {
  kind: 'edit';
  path: string;
  file: BlobRef;
}

/** `output` is stdout and stderr as they came, head and tail kept; `droppedBytes` were cut from the middle, where it says so. */
export interface ExecOutcome {
  kind: 'exec';
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
  stopped: boolean;
  durationMs: number;
  /** Processor time of it and all that it started; null where that is not known. */
  cpuMs?: number | null;
  output: string;
  outputBytes: number;
  droppedBytes: number;
  survivors: Survivor[];
  /** What it tried and was refused. */
  violations: Violation[];
  /** Set where the command goes on in the background: its id, group leader, and the file that its output goes to. */
  background: { process: string; pid: number; log: string } | null;
  /** What became of its commits, where there is anything to say. */
  signing?: Signing;
}

export interface PushOutcome {
  kind: 'push';
  remote: string;
  /** The address without its secrets. */
  shown: string;
  refs: PushedRef[];
}

/** One page of the web as text. `url` is the one that answered at last. `chars` is the length of all its text. */
export interface FetchOutcome {
  kind: 'fetch';
  url: string;
  status: number;
  contentType: string;
  /** Of what came, unpacked. */
  bytes: number;
  title: string;
  text: string;
  chars: number;
  /** Hidden parts that were left out. */
  hidden: number;
  cut: boolean;
  /** Where it says that it is now, at another place; nothing was asked there. */
  movedTo: string | null;
}

export interface DiagnosticsOutcome {
  kind: 'diagnostics';
  items: Diagnostic[];
}

/** `checkpoint` is the one that it made; `conflicts` are paths that were left as they are. */
export interface RestoreOutcome {
  kind: 'restore';
  checkpoint: number;
  files: number;
  conflicts: string[];
}

export type Outcome =
  | ReadOutcome
  | SearchOutcome
  | EditOutcome
  | ExecOutcome
  | PushOutcome
  | FetchOutcome
  | RestoreOutcome
  | DiagnosticsOutcome;
/** What an effect of kind K comes to. */
export type OutcomeOf<K extends EffectKind> = Extract<Outcome, { kind: K }>;
